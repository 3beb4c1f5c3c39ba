// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import dev.jrtap.address.IpPrefix;
import dev.jrtap.rtap.PacketPool;
import dev.jrtap.rtap.QueuePair;
import dev.jrtap.rtap.Rtap;
import dev.jrtap.rtap.RtapConfig;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TunOffload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The interfaces of all hosts of a network.
 *
 * <p>Threads: one at a time.
 */
final class Interfaces {

    /**
     * The kernel allocates a queue of this length for each of a device's 256 possible queues, although only one is
     * used.
     */
    private static final int TX_QUEUE_LENGTH = 2000;

    private static final int MIN_MTU_OF_IPV6 = 1280;
    private static final boolean HAS_IPV6 = Files.exists(Path.of("/proc/sys/net/ipv6"));
    private static final long LOCAL_MAC = 0x0200_0000_0000L;

    private final Syscalls sys;
    private final PacketPool pool;
    private final Wire wire;
    private final Names names;
    private final List<Rtap> devices = new ArrayList<>();

    /** An interface to be opened on a host. */
    record Wanted(Host host, List<IpPrefix> addresses) {}

    /** An interface that is up, and whose packets wait in the kernel. */
    record Opened(Wanted wanted, Nic nic) {}

    Interfaces(Syscalls sys, PacketPool pool, Wire wire, Names names) {
        this.sys = sys;
        this.pool = pool;
        this.wire = wire;
        this.names = names;
    }

    /** Opens all interfaces of a link, or none if one fails. */
    List<Opened> open(LinkConfig settings, Wanted... ends) throws IOException {
        int before = devices.size();
        try {
            List<Opened> opened = new ArrayList<>();
            for (Wanted end : ends) {
                opened.add(open(settings, end));
            }
            return opened;
        } catch (Throwable e) {
            closeFrom(before);
            throw e;
        }
    }

    private Opened open(LinkConfig settings, Wanted end) throws IOException {
        Wanted possible = new Wanted(
                end.host(),
                end.addresses().stream()
                        .filter(address -> address.isIpv4() || HAS_IPV6 && settings.mtu() >= MIN_MTU_OF_IPV6)
                        .toList());
        Rtap device = Rtap.open(sys, config(settings, possible));
        devices.add(device);
        // Packets that the wire has not received wait in the kernel, so that none is lost without the log's knowledge.
        device.control().setTxQueueLength(TX_QUEUE_LENGTH);
        QueuePair pair = device.openQueue(0, pool);
        // The descriptor that the wire waits for is made here, where a failure can be reported.
        pair.interrupt().fd();
        device.up();
        List<IpPrefix> routed = device.control().addresses().stream()
                .filter(address -> !address.address().isLinkLocalAddress())
                .toList();
        possible.host().stack().useCubic(device.ifIndex(), routed);
        return new Opened(possible, new Nic(pair, pool));
    }

    private RtapConfig config(LinkConfig settings, Wanted end) {
        RtapConfig config = RtapConfig.named("eth%d")
                .withNamespace(end.host().namespace().path())
                .withMacAddress(LOCAL_MAC | devices.size() + 1)
                .withMtu(settings.mtu())
                .withoutNapi();
        for (IpPrefix address : end.addresses()) {
            config = config.withAddress(address);
        }
        return settings.hasOffloads() ? config.withOffloads(TunOffload.values()) : config;
    }

    /** Makes the wire receive their packets, and their hosts' names resolve, once directions are connected. */
    void begin(List<Opened> ends) {
        for (Opened end : ends) {
            end.wanted()
                    .addresses()
                    .forEach(address -> names.add(end.wanted().host().name(), address));
            wire.add(end.nic());
        }
    }

    private void closeFrom(int first) {
        List<Rtap> last = devices.subList(first, devices.size());
        last.forEach(Rtap::close);
        last.clear();
    }

    void close() {
        closeFrom(0);
    }
}
