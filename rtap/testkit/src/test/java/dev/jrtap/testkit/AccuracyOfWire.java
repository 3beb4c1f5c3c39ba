// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import dev.jrtap.address.IpPrefix;
import dev.jrtap.netlink.Addresses;
import dev.jrtap.netlink.Links;
import dev.jrtap.netlink.RouteSocket;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A link that does nothing, beside veth of the kernel's own in the same run; and how long a network takes to make. */
final class AccuracyOfWire {

    private static final double GIGA = 1e9;
    private static final double MILLI = 1e6;
    private static final double LEAST = 2e9;
    private static final double MOST_MICROS_ASLEEP = 150;
    private static final double MOST_MICROS_BUSY = 40;
    private static final int TURNS = 5;
    private static final String WARMING = "20000";
    private static final double MOST_NANOS = 200e6;
    private static final int ROUNDS = 10;
    private static final Pattern TIME = Pattern.compile("time=([0-9.]+) ms");
    private static final IpPrefix LEFT = IpPrefix.parse("192.0.2.1/24");
    private static final IpPrefix RIGHT = IpPrefix.parse("192.0.2.2/24");

    private AccuracyOfWire() {}

    static void measure(double seconds) throws Exception {
        made();
        try (Network network = Network.create()) {
            Host client = network.addHost("client");
            Host server = network.addHost("server");
            network.link(client, server, LinkConfig.standard().withOffloads());
            Host left = network.addHost("left");
            Host right = network.addHost("right");
            veth(left, right);
            InetAddress of = RIGHT.address();
            double kit = Streams.bitsPerSecond(client, server, server.address(), seconds);
            double veth = Streams.bitsPerSecond(left, right, of, seconds);
            Accuracy.row(
                    kit >= LEAST,
                    "TCP without impairment, with offloads",
                    ">= 2 Gbit/s",
                    "%.2f Gbit/s (veth %.2f)",
                    kit / GIGA,
                    veth / GIGA);
            if (!Peers.hasProgram("ping")) {
                Accuracy.unjudged("ping over the kit less that over veth", "", "ping is not installed");
                return;
            }
            Ping cable = new Ping(left, of);
            int count = (int) Math.max(20, seconds * 100);
            pings("asleep", cable, new Ping(client, server.address()), count, MOST_MICROS_ASLEEP);
            try (Network busy = Network.create(NetworkConfig.standard().withBusyPolling())) {
                Host a = busy.addHost("client");
                Host b = busy.addHost("server");
                busy.link(a, b, LinkConfig.standard().withOffloads());
                pings("busy-polling", cable, new Ping(a, b.address()), count, MOST_MICROS_BUSY);
            }
        }
    }

    /** The sender and the receiver of the queries. */
    private record Ping(Host host, InetAddress to) {}

    private static void pings(String how, Ping cable, Ping kit, int count, double most) throws Exception {
        for (Ping each : List.of(cable, kit)) {
            // Until what handles a packet is compiled.
            each.host
                    .exec("ping", "-q", "-f", "-c", WARMING, each.to.getHostAddress())
                    .getInputStream()
                    .readAllBytes();
        }
        List<Double> overCable = new ArrayList<>();
        List<Double> overKit = new ArrayList<>();
        // In turns: what else the machine does is of both.
        for (int turn = 0; turn < TURNS; turn++) {
            overCable.addAll(micros(cable, count / TURNS));
            overKit.addAll(micros(kit, count / TURNS));
        }
        double veth = median(overCable);
        double median = median(overKit);
        Accuracy.row(
                median - veth <= most,
                "ping over the kit, " + how + ", less veth's, median",
                String.format("<= %.0f us", most),
                "%.0f us (%.0f - %.0f)",
                median - veth,
                median,
                veth);
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private static List<Double> micros(Ping of, int count) throws Exception {
        Process ping = of.host.exec("ping", "-i", "0.01", "-c", Integer.toString(count), of.to.getHostAddress());
        String printed = new String(ping.getInputStream().readAllBytes());
        return TIME.matcher(printed)
                .results()
                .map(each -> Double.parseDouble(each.group(1)) * 1e3)
                .toList();
    }

    private static void made() throws Exception {
        long[] nanos = new long[ROUNDS];
        for (int round = -ROUNDS; round < ROUNDS; round++) {
            long start = System.nanoTime();
            try (Network network = Network.create()) {
                Host client = network.addHost("client");
                Host server = network.addHost("server");
                network.link(client, server);
                try (ServerSocket listening = server.call(() -> new ServerSocket(Peers.PORT));
                        Socket connecting = Peers.connect(client, server, Peers.PATIENCE_MILLIS);
                        Socket accepted = listening.accept()) {
                    connecting.getOutputStream().write(1);
                    accepted.getInputStream().read();
                    nanos[Math.max(round, 0)] = System.nanoTime() - start;
                }
            }
        }
        long[] sorted = Accuracy.sorted(nanos);
        Accuracy.row(
                sorted[ROUNDS - 1] < MOST_NANOS,
                "two hosts made and connected, warm JVM",
                "< 200 ms",
                "%.0f ms, at most %.0f ms",
                sorted[ROUNDS / 2] / MILLI,
                sorted[ROUNDS - 1] / MILLI);
    }

    /** Joins two hosts by the kernel's own cable. */
    private static void veth(Host left, Host right) throws IOException {
        left.namespace().call(() -> {
            try (RouteSocket socket = RouteSocket.open(Syscalls.libc())) {
                new Links(socket).addVeth("eth0", "eth0", right.namespace().fd());
                return true;
            }
        });
        bringUp(left, LEFT);
        bringUp(right, RIGHT);
    }

    private static void bringUp(Host host, IpPrefix address) throws IOException {
        int index = host.namespace().call(() -> {
            try (RouteSocket socket = RouteSocket.open(Syscalls.libc())) {
                Links links = new Links(socket);
                int ifIndex = links.get("eth0").ifIndex();
                new Addresses(socket).add(ifIndex, address);
                links.up(ifIndex);
                return ifIndex;
            }
        });
        host.stack().useCubic(index, List.of(address));
    }
}
