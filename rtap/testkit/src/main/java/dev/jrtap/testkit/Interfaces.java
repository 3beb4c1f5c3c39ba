// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import dev.jrtap.address.IpPrefix;
import dev.jrtap.rtap.PacketPool;
import dev.jrtap.rtap.Rtap;
import dev.jrtap.rtap.RtapConfig;
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

    private static final int TX_QUEUE_LENGTH = 10_000;
    private static final int MIN_MTU_OF_IPV6 = 1280;
    private static final boolean HAS_IPV6 = Files.exists(Path.of("/proc/sys/net/ipv6"));
    private static final long LOCAL_MAC = 0x0200_0000_0000L;

    private final PacketPool pool;
    private final Wire wire;
    private final Names names;
    private final List<Rtap> devices = new ArrayList<>();

    /** One that is open, and not up yet. */
    record Opened(Host host, Rtap device, Nic nic) {}

    Interfaces(PacketPool pool, Wire wire, Names names) {
        this.pool = pool;
        this.wire = wire;
        this.names = names;
    }

    /** Opens one more interface of a host. */
    Opened open(Host host, LinkConfig settings, List<IpPrefix> wanted) throws IOException {
        List<IpPrefix> addresses = wanted.stream()
                .filter(address -> address.isIpv4() || HAS_IPV6 && settings.mtu() >= MIN_MTU_OF_IPV6)
                .toList();
        RtapConfig device = RtapConfig.named("eth%d")
                .withNamespace(host.namespace().path())
                .withMacAddress(LOCAL_MAC | devices.size() + 1)
                .withMtu(settings.mtu())
                .withoutNapi();
        for (IpPrefix address : addresses) {
            device = device.withAddress(address);
        }
        if (settings.hasOffloads()) {
            device = device.withOffloads(TunOffload.values());
        }
        Rtap opened = Rtap.open(device);
        devices.add(opened);
        // What the wire has not taken yet waits in the kernel: nothing is lost there that the log does not know of.
        opened.control().setTxQueueLength(TX_QUEUE_LENGTH);
        addresses.forEach(address -> names.add(host.name(), address));
        return new Opened(host, opened, new Nic(opened.openQueue(0, pool), pool));
    }

    /** Brings one up, which knows where its packets go. */
    void bringUp(Opened opened) throws IOException {
        Rtap device = opened.device();
        wire.add(opened.nic());
        device.up();
        List<IpPrefix> routed = device.control().addresses().stream()
                .filter(address -> !address.address().isLinkLocalAddress())
                .toList();
        opened.host().stack().useCubic(device.ifIndex(), routed);
    }

    void close() {
        devices.forEach(Rtap::close);
    }
}
