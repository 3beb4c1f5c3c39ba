// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import dev.jrtap.rtap.PacketPool;
import dev.jrtap.rtap.RtapConfig;
import dev.jrtap.samples.Forwarder;
import dev.jrtap.samples.Host;
import dev.jrtap.samples.TwoHosts;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.Arrays;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Measures a TCP stream of iperf3 from one host to another, through the forwarder. */
final class Streams {

    /** The congestion control of all runs, whatever the machine's default is. */
    static final String CONGESTION_CONTROL = "cubic";

    private static final Pattern RECEIVED = Pattern.compile(
            "\"sum_received\".*?\"bytes\":\\s*([0-9]+).*?\"bits_per_second\":\\s*([0-9.e+]+)", Pattern.DOTALL);

    private static final Pattern SENT =
            Pattern.compile("\"sum_sent\".*?\"bytes\":\\s*([0-9]+).*?\"retransmits\":\\s*([0-9]+)", Pattern.DOTALL);

    private static final Pattern SEGMENT = Pattern.compile("\"tcp_mss_default\":\\s*([0-9]+)");

    private Streams() {}

    /**
     * The rates of a received stream.
     *
     * @param perSecond bits per second of wall-clock time
     * @param perCpuSecond bits per second of CPU time of the forwarder's process; the hosts are other processes
     * @param retransmits the retransmits per sent segment
     */
    record Rate(double perSecond, double perCpuSecond, double retransmits) {}

    /**
     * Measures a stream between hosts with devices according to {@code config}.
     *
     * @param ipv6 whether to use IPv6, which only TUN devices have here
     */
    static Rate measure(RtapConfig config, boolean ipv6, double seconds) throws IOException, InterruptedException {
        PacketPool pool = Forwarder.pool(config, Set.of());
        try (TwoHosts hosts = TwoHosts.connect(config, pool, Set.of())) {
            String to = ipv6 ? TwoHosts.address6(1) : TwoHosts.address(1);
            return between(hosts.host(0), hosts.host(1), to, seconds, CpuTime::nanos);
        }
    }

    /**
     * Measures a stream from one host to another.
     *
     * @param to the other's address
     * @param cpu reads the CPU time of the forwarder's process in nanoseconds
     * @param pin the beginning of the commands that run on the hosts, such as taskset(1) with a processor
     */
    static Rate between(Host from, Host other, String to, double seconds, LongSupplier cpu, String... pin)
            throws IOException, InterruptedException {
        String length = Integer.toString((int) Math.ceil(seconds));
        long before = cpu.getAsLong();
        String report = run(from, other, pin, "iperf3", "-c", to, "-J", "-C", CONGESTION_CONTROL, "-t", length);
        return parse(report, (cpu.getAsLong() - before) / 1e9);
    }

    /** Sends small datagrams from one host to another: many packets, so that a JVM compiles its code for them. */
    static void flood(Host from, Host other, String to, int seconds, String... pin)
            throws IOException, InterruptedException {
        run(from, other, pin, "iperf3", "-c", to, "-u", "-b", "0", "-l", "64", "-t", Integer.toString(seconds));
    }

    /** Runs a client and a server for it; returns what the client prints. */
    private static String run(Host from, Host other, String[] pin, String... client)
            throws IOException, InterruptedException {
        Process server = new ProcessBuilder(other.on(with(pin, "iperf3", "-s", "-1", "--forceflush"))).start();
        try (BufferedReader says = server.inputReader()) {
            for (String line = says.readLine(); line != null && !line.contains("listening"); line = says.readLine()) {
                // Not yet.
            }
            Process process = new ProcessBuilder(from.on(with(pin, client)))
                    .redirectErrorStream(true)
                    .start();
            String report = new String(process.getInputStream().readAllBytes());
            if (process.waitFor() != 0) {
                throw new IOException("iperf3 failed: " + report);
            }
            return report;
        } finally {
            server.destroy();
        }
    }

    private static String[] with(String[] pin, String... command) {
        return Stream.concat(Arrays.stream(pin), Arrays.stream(command)).toArray(String[]::new);
    }

    private static Rate parse(String report, double cpuSeconds) throws IOException {
        Matcher received = RECEIVED.matcher(report);
        Matcher sent = SENT.matcher(report);
        Matcher segment = SEGMENT.matcher(report);
        if (!received.find() || !sent.find() || !segment.find()) {
            throw new IOException("iperf3 failed: " + report);
        }
        if (!report.matches("(?s).*\"sender_tcp_congestion\":\\s*\"" + CONGESTION_CONTROL + "\".*")) {
            throw new IOException(
                    "the stream did not use the congestion control " + CONGESTION_CONTROL + ": " + report);
        }
        double segments = Double.parseDouble(sent.group(1)) / Double.parseDouble(segment.group(1));
        return new Rate(
                Double.parseDouble(received.group(2)),
                8 * Double.parseDouble(received.group(1)) / cpuSeconds,
                Double.parseDouble(sent.group(2)) / segments);
    }
}
