// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.address.IpPrefix;
import dev.jrtap.bpf.Assembler;
import dev.jrtap.bpf.Code;
import dev.jrtap.bpf.Register;
import dev.jrtap.netlink.LinkMonitor;
import dev.jrtap.syscall.NetworkNamespace;
import dev.jrtap.syscall.SockAddr;
import java.nio.channels.SelectableChannel;
import java.util.LinkedHashMap;
import java.util.Map;

/** Every control call that enters the kernel, by the name of its method, with the call that undoes it. */
final class ControlCalls {

    /** A control call, or a preparation of one; it returns an action that undoes it. */
    interface Call {
        AutoCloseable make() throws Exception;
    }

    /** A control call that opens nothing. */
    private interface Change {
        void make() throws Exception;
    }

    record Row(Call preparation, Call call) {}

    private static final AutoCloseable NOTHING = () -> {};
    private static final SockAddr SERVED = SockAddr.ofUnixAbstract("jrtap-faults");

    private final Map<String, Row> rows = new LinkedHashMap<>();
    private final ControlDevices devices;
    private QueuePair pair;
    private Rtap fresh;
    private SharedQueue shared;
    private NetworkNamespace namespace;

    private ControlCalls(ControlDevices devices) {
        this.devices = devices;
    }

    /** Returns the calls by class and method, with the case after a comma. */
    static Map<String, Row> on(ControlDevices devices) {
        ControlCalls calls = new ControlCalls(devices);
        calls.links();
        calls.addresses();
        calls.device();
        calls.opening();
        calls.queues();
        calls.interrupts();
        calls.sharing();
        calls.namespaces();
        return calls.rows;
    }

    private void ask(String name, Change question) {
        change(name, question, () -> {});
    }

    private void change(String name, Change change, Change undo) {
        open(name, () -> {
            change.make();
            return undo::make;
        });
    }

    private void open(String name, Call call) {
        rows.put(name, new Row(() -> NOTHING, call));
    }

    private void links() {
        LinkControl control = devices.down.control();
        long mac = devices.down.macAddress();
        ask("LinkControl.get", control::get);
        ask("LinkControl.statistics", control::statistics);
        change("LinkControl.up", control::up, control::down);
        change("LinkControl.down", devices.up.control()::down, devices::bringUp);
        change("LinkControl.setMtu", () -> control.setMtu(1300), () -> control.setMtu(1500));
        change("LinkControl.setMacAddress", () -> control.setMacAddress(2L << 40), () -> control.setMacAddress(mac));
        change("LinkControl.setPromiscuous", () -> control.setPromiscuous(true), () -> control.setPromiscuous(false));
        change(
                "LinkControl.setAllMulticast",
                () -> control.setAllMulticast(true),
                () -> control.setAllMulticast(false));
        change(
                "LinkControl.setTxQueueLength",
                () -> control.setTxQueueLength(77),
                () -> control.setTxQueueLength(1000));
        change(
                "LinkControl.addAlternativeName",
                () -> control.addAlternativeName("down-too"),
                () -> control.removeAlternativeName("down-too"));
        change(
                "LinkControl.removeAlternativeName",
                () -> control.removeAlternativeName(ControlDevices.ALTERNATIVE),
                () -> control.addAlternativeName(ControlDevices.ALTERNATIVE));
        ask("LinkControl.alternativeNames", control::alternativeNames);
        ask("LinkControl.clearMaster", control::clearMaster);
        // Not every kernel has bridges.
        Change enslave = devices.bridge == null ? control::clearMaster : () -> control.setMaster(devices.bridge);
        change("LinkControl.setMaster", enslave, control::clearMaster);
        change("LinkControl.rename", () -> control.rename("down1"), () -> control.rename(ControlDevices.DOWN));
    }

    private void addresses() {
        LinkControl control = devices.up.control();
        IpPrefix route = IpPrefix.parse("10.51.0.0/16");
        IpPrefix address = IpPrefix.parse("10.49.8.1/24");
        ask("LinkControl.addresses", control::addresses);
        change("LinkControl.addAddress", () -> control.addAddress(address), () -> control.removeAddress(address));
        change(
                "LinkControl.removeAddress",
                () -> control.removeAddress(ControlDevices.ADDRESS),
                () -> control.addAddress(ControlDevices.ADDRESS));
        change("LinkControl.addRoute", () -> control.addRoute(route), () -> control.removeRoute(route));
        change(
                "LinkControl.addRoute, by a gateway",
                () -> control.addRoute(route, ControlDevices.NEIGHBOUR),
                () -> control.removeRoute(route));
        change(
                "LinkControl.removeRoute",
                () -> control.removeRoute(ControlDevices.ROUTE),
                () -> control.addRoute(ControlDevices.ROUTE));
        change(
                "LinkControl.setNeighbor",
                () -> control.setNeighbor(ControlDevices.neighbor(3), 3),
                () -> control.removeNeighbor(ControlDevices.neighbor(3)));
        change(
                "LinkControl.removeNeighbor",
                () -> control.removeNeighbor(ControlDevices.NEIGHBOUR),
                () -> control.setNeighbor(ControlDevices.NEIGHBOUR, ControlDevices.NEIGHBOUR_MAC));
    }

    private void device() {
        Rtap down = devices.down;
        ask("Rtap.link", down::link);
        ask("Rtap.info", down::info);
        ask("Rtap.statistics", down::statistics);
        ask("Rtap.extendedStatistics", down::extendedStatistics);
        ask("Rtap.isGone", down::isGone);
        ask("Rtap.resetStatistics", down::resetStatistics);
        change("Rtap.up", down::up, down::down);
        change("Rtap.down", devices.up::down, devices::bringUp);
        change("Rtap.configure", () -> down.configure(4, 4), () -> down.configure(2, 2));
        change("Rtap.setPersistent", () -> down.setPersistent(true), () -> down.setPersistent(false));
        open("Rtap.watch", () -> {
            LinkMonitor monitor = down.watch(event -> {});
            return monitor::close;
        });
        open("LinkMonitor.open", () -> LinkMonitor.open(devices.sys, down.ifIndex(), event -> {}));
        programs();
    }

    private void programs() {
        Rtap down = devices.down;
        Code all = new Assembler("all").mov(Register.R0, 1).exit().assemble();
        change(
                "Rtap.setSteering",
                () -> down.setSteering(Steering.byFlow()),
                () -> down.setSteering(Steering.byKernel()));
        // The first filter makes a counter, which stays as long as the device.
        Call open = () -> fresh = Rtap.open(devices.sys, devices.config("fresh0"));
        rows.put("Rtap.setFilter", new Row(open, () -> {
            fresh.setFilter(all);
            return NOTHING;
        }));
        Call filtered = () -> {
            open.make();
            fresh.setFilter(all);
            return fresh;
        };
        rows.put("Rtap.clearFilter", new Row(filtered, () -> {
            fresh.clearFilter();
            return NOTHING;
        }));
    }

    private void opening() {
        RtapConfig config = devices.config(ControlDevices.DOWN);
        RtapConfig changed = config.withMtu(1400)
                .withMacAddress(4L << 40)
                .withOwner(2)
                .withGroup(2)
                .withPersistence();
        RtapConfig former = config.withMtu(1500)
                .withMacAddress(devices.down.macAddress())
                .withOwner(ControlDevices.OWNER)
                .withGroup(ControlDevices.OWNER);
        open("Rtap.open, a device that is there", () -> {
            Rtap again = Rtap.open(devices.sys, changed.withSharing());
            return () -> {
                again.setPersistent(false);
                again.close();
                Rtap.open(devices.plain, former.withSharing()).close();
            };
        });
        open("Rtap.open, a new device in a namespace", () -> {
            RtapConfig made = devices.config("new0").withMtu(1400).withPersistence();
            Rtap opened = Rtap.open(devices.sys, made.withNamespace(devices.home.path()));
            return () -> {
                opened.setPersistent(false);
                opened.close();
            };
        });
        open("Rtap.adopt", () -> {
            Rtap adopted = Rtap.adopt(devices.sys, devices.attached(), config.withMtu(1400));
            return () -> {
                adopted.control().setMtu(1500);
                adopted.close();
            };
        });
    }

    private void queues() {
        open("Rtap.openQueue", () -> devices.down.openQueue(0, devices.pool));
    }

    private void interrupts() {
        Call openPair = () -> pair = devices.down.openQueue(1, devices.pool);
        // The cable is plugged in only where somebody reads.
        rows.put("Rtap.setCarrier", new Row(openPair, () -> {
            devices.down.setCarrier(false);
            return () -> devices.down.setCarrier(true);
        }));
        rows.put("RxInterrupt.fd", new Row(openPair, () -> {
            pair.interrupt().fd();
            return NOTHING;
        }));
        // The descriptor, once made, stays as long as the pair.
        Call makeDescriptor = () -> {
            openPair.make();
            pair.interrupt().fd();
            return pair;
        };
        rows.put("RxInterrupt.channel", new Row(makeDescriptor, () -> {
            SelectableChannel channel = pair.interrupt().channel();
            return channel::close;
        }));
        rows.put("RxInterrupt.enable", new Row(makeDescriptor, () -> {
            assertThat(pair.interrupt().enable()).isTrue();
            return pair.interrupt()::disable;
        }));
    }

    private void sharing() {
        RtapConfig config = devices.config("any").withQueues(1);
        Call borrow = () -> shared = SharedQueue.borrow(devices.sys, ControlDevices.LENT, 1, config);
        open("QueueServer.open", () -> QueueServer.open(devices.down, SERVED, ControlDevices.US));
        open("SharedQueue.borrow", borrow);
        rows.put("SharedQueue.openQueue", new Row(borrow, () -> shared.openQueue(devices.pool)));
        rows.put("SharedQueue.isPrimaryAlive", new Row(borrow, () -> {
            assertThat(shared.isPrimaryAlive()).isTrue();
            return NOTHING;
        }));
    }

    private void namespaces() {
        open("NetworkNamespace.create", () -> NetworkNamespace.create(devices.sys));
        open("NetworkNamespace.open", () -> NetworkNamespace.open(devices.sys, devices.other.path()));
        rows.put(
                "NetworkNamespace.call",
                new Row(() -> namespace = NetworkNamespace.open(devices.sys, devices.other.path()), () -> {
                    assertThat(namespace.<Integer>call(() -> 42)).isEqualTo(42);
                    return NOTHING;
                }));
        rows.put(
                "NetworkNamespace.enter",
                new Row(() -> namespace = NetworkNamespace.open(devices.sys, devices.home.path()), () -> {
                    namespace.enter();
                    return NOTHING;
                }));
        change(
                "Rtap.moveTo",
                () -> devices.down.moveTo(devices.other.path()),
                () -> devices.down.moveTo(devices.home.path()));
    }
}
