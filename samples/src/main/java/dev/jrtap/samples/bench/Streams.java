// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import dev.jrtap.rtap.PacketPool;
import dev.jrtap.rtap.RtapConfig;
import dev.jrtap.samples.TwoHosts;
import dev.jrtap.syscall.Syscalls;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Measures a TCP stream of iperf3 from one host to another, through the forwarder. */
final class Streams {

    /** The congestion control of all runs, whatever the machine's default is. */
    static final String CONGESTION_CONTROL = "cubic";

    private static final Pattern RECEIVED =
            Pattern.compile("\"sum_received\".*?\"bits_per_second\":\\s*([0-9.e+]+)", Pattern.DOTALL);

    private static final Pattern SENT =
            Pattern.compile("\"sum_sent\".*?\"bytes\":\\s*([0-9]+).*?\"retransmits\":\\s*([0-9]+)", Pattern.DOTALL);

    /** The payload of a segment in bytes, to count segments. */
    private static final double SEGMENT = 1448;

    private static final int SLOTS = 8192;
    private static final int SLOT_SIZE = 2048;

    private Streams() {}

    /**
     * The rates of a received stream.
     *
     * @param perSecond bits per second of wall-clock time
     * @param perCpuSecond bits per second of CPU time of this process, the forwarder; the hosts are other processes
     * @param retransmits the retransmits per sent segment
     */
    record Rate(double perSecond, double perCpuSecond, double retransmits) {}

    /**
     * Measures a stream between hosts with devices according to {@code config}.
     *
     * @param ipv6 whether to use IPv6, which only TUN devices have here
     */
    static Rate measure(RtapConfig config, boolean ipv6, double seconds) throws IOException, InterruptedException {
        PacketPool pool = PacketPool.create(Syscalls.libc(), SLOTS, SLOT_SIZE);
        try (TwoHosts hosts = TwoHosts.connect(config, pool, Set.of())) {
            Process server = new ProcessBuilder(hosts.on(1, "iperf3", "-s", "-1", "--forceflush")).start();
            BufferedReader says = new BufferedReader(new InputStreamReader(server.getInputStream()));
            for (String line = says.readLine(); line != null && !line.contains("listening"); line = says.readLine()) {
                // Not yet.
            }
            String to = ipv6 ? TwoHosts.address6(1) : TwoHosts.address(1);
            String length = Integer.toString((int) Math.ceil(seconds));
            List<String> command = hosts.on(0, "iperf3", "-c", to, "-J", "-C", CONGESTION_CONTROL, "-t", length);
            long cpu = CpuTime.nanos();
            long start = System.nanoTime();
            Process client = new ProcessBuilder(command).start();
            String report = new String(client.getInputStream().readAllBytes());
            double share = (double) (CpuTime.nanos() - cpu) / (System.nanoTime() - start);
            server.destroy();
            Matcher received = RECEIVED.matcher(report);
            Matcher sent = SENT.matcher(report);
            if (client.waitFor() != 0 || !received.find() || !sent.find()) {
                throw new IOException("iperf3 failed: " + report);
            }
            if (!report.matches("(?s).*\"sender_tcp_congestion\":\\s*\"" + CONGESTION_CONTROL + "\".*")) {
                throw new IOException(
                        "the stream did not use the congestion control " + CONGESTION_CONTROL + ": " + report);
            }
            double bits = Double.parseDouble(received.group(1));
            double segments = Double.parseDouble(sent.group(1)) / SEGMENT;
            return new Rate(bits, bits / share, Double.parseDouble(sent.group(2)) / segments);
        }
    }
}
