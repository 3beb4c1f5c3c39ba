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
            print(other, start(other, "iperf3", "-s"));
            String address = other.address().getHostAddress();
            // Until the server listens, and is not busy with one that has given up.
            Process client;
            do {
                Thread.sleep(10);
                client = start(host, "iperf3", "-c", address, "-t", "3600");
            } while (!isBusy(client, link.to(other)));
            print(host, client);
            System.out.println("busy");
        } else {
            print(host, start(host, Arrays.copyOfRange(arguments, 1, arguments.length)));
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

    private static boolean isBusy(Process client, Direction direction) throws InterruptedException {
        long before = direction.count(Fate.DELIVERED);
        while (client.isAlive() && direction.count(Fate.DELIVERED) < before + 1000) {
            Thread.sleep(1);
        }
        return client.isAlive();
    }

    private static Process start(Host host, String... command) throws Exception {
        return host.exec(new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD));
    }

    private static void print(Host host, Process process) {
        System.out.println(process.pid());
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
