// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * A program in a JVM of its own. {@code try} runs a test, again with {@code jrtap.testkit.required}, and prints the
 * results; {@code hold COMMAND…} starts a program on a host, prints its process id and the host's namespace, and waits
 * to be killed; {@code iperf3} does that with a client and a server of it, which are busy.
 */
final class Probe {

    private Probe() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("try")) {
            System.out.println(Network.unavailable()
                    .map(reason -> "unavailable: " + reason)
                    .orElse("available"));
            runSample("");
            System.setProperty("jrtap.testkit.required", "true");
            runSample("required: ");
            System.exit(0);
        }
        Network network = Network.create();
        Host host = network.addHost("a");
        Host other = network.addHost("b");
        Link link = network.link(host, other);
        if (arguments[0].equals("iperf3")) {
            print(other, "iperf3", "-s");
            String address = other.address().getHostAddress();
            // Until the server listens.
            while (host.exec("iperf3", "-c", address, "-n", "1").waitFor() != 0) {
                Thread.sleep(10);
            }
            print(host, "iperf3", "-c", address, "-t", "3600");
            long before = link.to(other).count(Fate.DELIVERED);
            while (link.to(other).count(Fate.DELIVERED) < before + 1000) {
                Thread.sleep(1);
            }
            System.out.println("busy");
        } else {
            print(host, Arrays.copyOfRange(arguments, 1, arguments.length));
        }
        Thread.sleep(Long.MAX_VALUE);
    }

    private static void runSample(String how) {
        SampleRun run = SampleRun.of(Sample.class);
        run.failures().forEach(Throwable::printStackTrace);
        System.out.println(
                how + run.succeeded() + " succeeded, " + run.failures().size() + " failed, aborted: "
                        + run.aborts().stream().map(Throwable::getMessage).toList());
    }

    private static void print(Host host, String... command) throws Exception {
        System.out.println(host.exec(new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD))
                .pid());
        System.out.println(host.namespace());
    }

    /** A test as users write them. */
    static final class Sample {

        @Test
        @BadNetwork(delay = "1ms")
        void connects(Host client, Host server) throws Exception {
            for (InetAddress address : new InetAddress[] {server.address(), server.address6()}) {
                try (ServerSocket listening = server.call(() -> new ServerSocket(7000));
                        Socket socket = client.call(() -> new Socket(address, 7000))) {
                    listening.accept().close();
                    assertEquals(-1, socket.getInputStream().read());
                }
            }
        }
    }
}
