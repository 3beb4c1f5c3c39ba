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
 * Two network namespaces, 10.44.0.1 and 10.44.0.2, over TUN devices fd00:10:44::1 and ::2 as well, that see each other
 * only through a {@link Forwarder}. Each is kept by a process that does nothing; the devices are made here and moved
 * there, by ip(8).
 */
public final class TwoHosts implements AutoCloseable {

    /** Address of host 0 or 1. */
    public static String address(int host) {
        return "10.44.0." + (host + 1);
    }

    /** Address of IPv6 of host 0 or 1, if the devices are TUN devices. */
    public static String address6(int host) {
        return "fd00:10:44::" + (host + 1);
    }

    private final List<Process> keepers = new ArrayList<>();
    private final List<Rtap> devices = new ArrayList<>();
    private final PacketPool pool;
    private Forwarder forwarder;

    private TwoHosts(PacketPool pool) {
        this.pool = pool;
    }

    /** Makes the hosts, with devices as {@code config} says, and begins to forward. Takes ownership of {@code pool}. */
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
        keepers.add(new ProcessBuilder("unshare", "-n", "sh", "-c", "echo ready; exec sleep 3600").start());
        keepers.get(host).getInputStream().read();
        String pid = Long.toString(keepers.get(host).pid());
        run(List.of("ip", "link", "set", device.name(), "netns", pid));
        if (config.mode() == TunMode.TAP) {
            // No neighbor discovery: nothing is on the wire but what the hosts are told to send.
            run(on(host, "sh", "-c", "echo 1 > /proc/sys/net/ipv6/conf/" + device.name() + "/disable_ipv6; true"));
        } else {
            run(on(host, "ip", "address", "add", address6(host) + "/64", "dev", device.name(), "nodad"));
        }
        run(on(host, "ip", "link", "set", "lo", "up"));
        run(on(host, "ip", "address", "add", address(host) + "/24", "dev", device.name()));
        run(on(host, "ip", "link", "set", device.name(), "up"));
        return queue;
    }

    /** The command that runs {@code command} on a host. */
    public List<String> on(int host, String... command) {
        List<String> all = new ArrayList<>(
                List.of("nsenter", "-t", Long.toString(keepers.get(host).pid()), "-n", "--"));
        all.addAll(List.of(command));
        return all;
    }

    /** The network namespace of a host. */
    public Path namespace(int host) {
        return Path.of("/proc/" + keepers.get(host).pid() + "/ns/net");
    }

    /** Packets that the queues of both devices had no room for. */
    public long missed() throws IOException {
        long missed = 0;
        for (Rtap device : devices) {
            missed += device.statistics().missed();
        }
        return missed;
    }

    /** Name of a host's device. */
    public String device(int host) {
        return devices.get(host).name();
    }

    /** What a host's kernel may leave undone. */
    public Set<TunOffload> offloads(int host) {
        return devices.get(host).offloads();
    }

    /** What lies between the hosts. */
    public Forwarder forwarder() {
        return forwarder;
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes()).trim();
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + output);
        }
    }

    /** Ends all; the pool is then complete, or this throws. */
    @Override
    public void close() {
        // The forwarder closes its queue pairs itself, and ends.
        devices.forEach(Rtap::close);
        keepers.forEach(Process::destroy);
        pool.close();
    }
}
