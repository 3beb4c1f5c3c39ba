// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import dev.jrtap.netlink.Links;
import dev.jrtap.netlink.RouteSocket;
import dev.jrtap.samples.TcpEcho;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** TCP echo servers, each a process that runs for the whole comparison. The CPU time of all its threads counts. */
final class EchoServers implements AutoCloseable {

    private static final int CONNECTIONS = 32;
    private static final int BYTES = 64;
    private static final int LOOPBACK = 1;

    private final double seconds;
    private final List<Process> processes = new ArrayList<>();
    private final List<Comparison.Side> sides = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();

    EchoServers(double seconds) throws IOException {
        this.seconds = seconds;
        try (RouteSocket socket = RouteSocket.open()) {
            new Links(socket).up(LOOPBACK);
        }
    }

    /** Starts this library's server. */
    EchoServers ours() throws IOException {
        return add("jrtap", JavaPeers.jvm(System.getProperty("java.class.path"), TcpEcho.class.getName()));
    }

    /** Starts a server that takes its port as its last argument and prints a line when it listens. */
    EchoServers add(String name, List<String> command) throws IOException {
        InetSocketAddress address;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            address = new InetSocketAddress(free.getInetAddress(), free.getLocalPort());
        }
        List<String> all = new ArrayList<>(command);
        all.add(Integer.toString(address.getPort()));
        Process process = new ProcessBuilder(all)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        processes.add(process);
        // The reader is not closed, because the server may print more.
        BufferedReader output = process.inputReader();
        if (output.readLine() == null) {
            missing.add("TCP echo by " + name + ": the server does not start here");
        } else {
            sides.add(new Comparison.Side(name, () -> cost(process, address)));
        }
        return this;
    }

    private double cost(Process server, InetSocketAddress address) throws IOException {
        long before = CpuTime.nanos(server.toHandle());
        long messages = EchoLoad.run(address, CONNECTIONS, BYTES, seconds);
        if (messages == 0) {
            throw new IOException("an echo server does not answer");
        }
        return (CpuTime.nanos(server.toHandle()) - before) / 1e3 / messages;
    }

    Comparison compare(int rounds) throws Exception {
        return Comparison.run(
                "TCP echo of " + BYTES + " B on " + CONNECTIONS + " connections",
                "us of CPU per message",
                true,
                rounds,
                sides);
    }

    /** Returns a sentence for each server that did not start. */
    List<String> missing() {
        return missing;
    }

    @Override
    public void close() {
        processes.forEach(Process::destroy);
        processes.forEach(process -> process.onExit().join());
    }
}
