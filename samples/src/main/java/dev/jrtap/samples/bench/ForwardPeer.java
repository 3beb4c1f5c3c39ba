// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import dev.jrtap.rtap.RxMode;
import dev.jrtap.samples.Host;
import dev.jrtap.samples.TwoHosts;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A forwarder between two new hosts, in a process of its own on the processor of the measured side: {@code jrtap
 * forward} in a JVM, or forward.c. It runs for the whole comparison.
 */
final class ForwardPeer implements AutoCloseable {

    private static final Pattern LOST = Pattern.compile("([0-9]+) (?:errors|dropped)");

    private static final String SETTINGS = "echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6; echo "
            + Streams.CONGESTION_CONTROL + " > /proc/sys/net/ipv4/tcp_congestion_control; true";

    private final List<Host> hosts = new ArrayList<>();

    private Process process;

    private ForwardPeer() throws IOException, InterruptedException {
        for (int i = 0; i < 2; i++) {
            Host host = Host.make();
            hosts.add(host);
            host.run("sh", "-c", SETTINGS);
        }
    }

    /** Starts this library's, and has its JVM compile for {@code warmUp} seconds. */
    static ForwardPeer ours(RxMode mode, int mtu, boolean offloads, int warmUp)
            throws IOException, InterruptedException {
        ForwardPeer peer = new ForwardPeer();
        List<String> command = JavaPeers.jvm(System.getProperty("java.class.path"), "dev.jrtap.samples.Jrtap");
        command.addAll(List.of("forward", "--left-netns=" + peer.namespace(0), "--right-netns=" + peer.namespace(1)));
        command.addAll(List.of("--left=left0", "--right=right0", "--mtu=" + mtu, "--rx-mode=" + mode));
        if (!offloads) {
            command.add("--no-offloads");
        }
        return peer.start(command).warmUp(warmUp);
    }

    /** Starts the one in C. */
    static ForwardPeer c(Peers peers, String way, int mtu, boolean offloads) throws IOException, InterruptedException {
        ForwardPeer peer = new ForwardPeer();
        return peer.start(List.of(
                peers.path("forward"),
                peer.namespace(0),
                peer.namespace(1),
                Integer.toString(mtu),
                offloads ? "all" : "none",
                way));
    }

    private String namespace(int host) {
        return hosts.get(host).namespace().toString();
    }

    private ForwardPeer start(List<String> command) throws IOException, InterruptedException {
        try {
            process = Peers.onMeasuredCpu(command);
            if (process.inputReader().readLine() == null) {
                throw new IOException(String.join(" ", command) + " failed");
            }
            hosts.get(0).run("ip", "address", "add", TwoHosts.address(0) + "/24", "dev", "left0");
            hosts.get(1).run("ip", "address", "add", TwoHosts.address(1) + "/24", "dev", "right0");
            return this;
        } catch (Throwable e) {
            close();
            throw e;
        }
    }

    private ForwardPeer warmUp(int seconds) throws IOException, InterruptedException {
        try {
            Streams.flood(hosts.get(0), hosts.get(1), TwoHosts.address(1), seconds, Peers.pinToGeneratorCpu());
            return this;
        } catch (Throwable e) {
            close();
            throw e;
        }
    }

    /** Measures a TCP stream from one host to the other, both on the processor of the generator. */
    Streams.Rate stream(double seconds) throws IOException, InterruptedException {
        ProcessHandle handle = process.toHandle();
        return Streams.between(
                hosts.get(0),
                hosts.get(1),
                TwoHosts.address(1),
                seconds,
                () -> CpuTime.nanos(handle),
                Peers.pinToGeneratorCpu());
    }

    /**
     * Ends the forwarder.
     *
     * @throws IOException if it has lost packets
     */
    void end() throws IOException {
        // The process's own destroy() would close its output.
        process.toHandle().destroy();
        try (BufferedReader output = process.inputReader()) {
            String summary = output.lines().reduce((line, next) -> next).orElse("no summary");
            Matcher lost = LOST.matcher(summary);
            if (!lost.find() || !lost.group(1).equals("0")) {
                throw new IOException("the forwarder has lost packets: " + summary);
            }
        }
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroy();
            process.onExit().join();
        }
        hosts.forEach(Host::close);
    }
}
