// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import dev.jrtap.samples.Host;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A process on a host of its own, on the processor of the measured side, that sends datagrams of one flow to a socket
 * of that host: {@link Coalescing} in a JVM, or coalesce.c. It runs for the whole comparison.
 */
final class CoalescePeer implements AutoCloseable {

    private static final int TOGETHER = 0;
    private static final int ALONE = 2;
    private static final int ERRORS = 5;
    private static final String COUNTER = "InErrors";

    private final Host host;
    private final SlicePeer slices;

    private CoalescePeer(Host host, SlicePeer slices) {
        this.host = host;
        this.slices = slices;
    }

    /** Starts this library's. */
    static CoalescePeer ours() throws IOException, InterruptedException {
        return start(JavaPeers.jvm(System.getProperty("java.class.path"), Coalescing.class.getName()));
    }

    /** Starts the one in C. */
    static CoalescePeer c(Peers peers, String way) throws IOException, InterruptedException {
        return start(List.of(peers.path("coalesce"), "merge0", way));
    }

    private static CoalescePeer start(List<String> command) throws IOException, InterruptedException {
        Host host = Host.make();
        try {
            // No neighbor discovery, so that nothing but the datagrams is on the wire.
            host.run("sh", "-c", "echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6; true");
            return new CoalescePeer(host, SlicePeer.start(host.on(Peers.pinToMeasuredCpu(command))));
        } catch (Throwable e) {
            host.close();
            throw e;
        }
    }

    /**
     * Sends super-packets for {@code seconds}, and datagrams by themselves for as long.
     *
     * @return millions of datagrams per CPU second of both, and their ratio
     * @throws IOException if a datagram has been refused, or has not reached the socket
     */
    double[] measure(double seconds) throws IOException {
        long before = arrived();
        String[] fields = slices.measure(seconds);
        long sent = Long.parseLong(fields[TOGETHER]) + Long.parseLong(fields[ALONE]);
        long arrived = arrived() - before;
        if (!fields[ERRORS].equals("0") || arrived < sent) {
            throw new IOException(fields[ERRORS] + " writes failed, and " + arrived + " of at least " + sent
                    + " datagrams reached the socket");
        }
        double together = rate(fields, TOGETHER);
        double alone = rate(fields, ALONE);
        return new double[] {together, alone, together / alone};
    }

    private static double rate(String[] fields, int at) {
        return Long.parseLong(fields[at]) / Double.parseDouble(fields[at + 1]) / 1e6;
    }

    /** Returns the datagrams that the kernel has dropped at the full socket, which nobody reads. */
    private long arrived() throws IOException {
        List<String> rows = Files.readAllLines(Path.of("/proc/" + slices.pid() + "/net/snmp")).stream()
                .filter(line -> line.startsWith("Udp: "))
                .toList();
        List<String> names = List.of(rows.get(0).split(" "));
        return Long.parseLong(rows.get(1).split(" ")[names.indexOf(COUNTER)]);
    }

    @Override
    public void close() {
        slices.close();
        host.close();
    }
}
