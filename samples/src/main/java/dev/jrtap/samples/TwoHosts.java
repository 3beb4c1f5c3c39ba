// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.rtap.PacketPool;
import dev.jrtap.rtap.QueuePair;
import dev.jrtap.rtap.Rtap;
import dev.jrtap.rtap.RtapConfig;
import dev.jrtap.tuntap.TunMode;
import dev.jrtap.tuntap.TunOffload;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Two network namespaces that reach each other only through a {@link Forwarder}: 10.44.0.1 and 10.44.0.2, with TUN
 * devices also fd00:10:44::1 and fd00:10:44::2. The devices are created here and moved there by ip(8).
 */
public final class TwoHosts implements AutoCloseable {

    /** Returns the IPv4 address of host 0 or 1. */
    public static String address(int host) {
        return "10.44.0." + (host + 1);
    }

    /** Returns the IPv6 address of host 0 or 1, which it has if the devices are TUN devices. */
    public static String address6(int host) {
        return "fd00:10:44::" + (host + 1);
    }

    private final List<Host> hosts = new ArrayList<>();
    private final List<Rtap> devices = new ArrayList<>();
    private final PacketPool pool;
    private Forwarder forwarder;

    private TwoHosts(PacketPool pool) {
        this.pool = pool;
    }

    /**
     * Makes the hosts with devices according to {@code config}, and begins to forward. Takes ownership of {@code pool}.
     */
    public static TwoHosts connect(RtapConfig config, PacketPool pool, Set<Forwarder.Work> works)
            throws IOException, InterruptedException {
        TwoHosts hosts = new TwoHosts(pool);
        try {
            QueuePair left = hosts.open(config, pool, 0);
            QueuePair right = hosts.open(config, pool, 1);
            hosts.forwarder = new Forwarder(left, right, pool, works);
            new Thread(hosts.forwarder, "forwarder").start();
            return hosts;
        } catch (IOException | InterruptedException | RuntimeException e) {
            hosts.close();
            throw e;
        }
    }

    private QueuePair open(RtapConfig config, PacketPool pool, int host) throws IOException, InterruptedException {
        Rtap device = Rtap.open(config);
        devices.add(device);
        QueuePair queue = device.openQueue(0, pool);
        Host holder = Host.make();
        hosts.add(holder);
        holder.move(device.name());
        if (config.mode() == TunMode.TAP) {
            // No neighbor discovery, so that nothing but the hosts' own traffic is on the wire.
            holder.run("sh", "-c", "echo 1 > /proc/sys/net/ipv6/conf/" + device.name() + "/disable_ipv6; true");
        } else {
            holder.run("ip", "address", "add", address6(host) + "/64", "dev", device.name(), "nodad");
        }
        holder.run("ip", "address", "add", address(host) + "/24", "dev", device.name());
        holder.run("ip", "link", "set", device.name(), "up");
        return queue;
    }

    /** Returns a command that runs {@code command} on a host. */
    public List<String> on(int host, String... command) {
        return hosts.get(host).on(command);
    }

    /** Returns a host. */
    public Host host(int host) {
        return hosts.get(host);
    }

    /** Returns the network namespace of a host. */
    public Path namespace(int host) {
        return hosts.get(host).namespace();
    }

    /** Returns the number of packets for which the queues of both devices had no room. */
    public long missed() throws IOException {
        long missed = 0;
        for (Rtap device : devices) {
            missed += device.statistics().missed();
        }
        return missed;
    }

    /** Returns the name of a host's device. */
    public String device(int host) {
        return devices.get(host).name();
    }

    /** Returns the offloads of a host's device. */
    public Set<TunOffload> offloads(int host) {
        return devices.get(host).offloads();
    }

    /** Returns the forwarder between the hosts. */
    public Forwarder forwarder() {
        return forwarder;
    }

    /** Ends the forwarder, the devices and the hosts; throws if packets are missing from the pool. */
    @Override
    public void close() {
        // The forwarder then closes its queue pairs and ends.
        devices.forEach(Rtap::close);
        hosts.forEach(Host::close);
        pool.close();
    }
}
