// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A TCP stream of random bytes from one host to the other by nc(1), with the SHA-256 of what either end has seen. */
final class NetcatStream {

    private final TwoHosts hosts;
    private final int from;
    private final String to;
    private final int port;
    private final int mebibytes;
    private final Path sent;
    private final Path received;
    private final Process receiver;
    private Process sender;

    /** Begins to listen on the other host, at a port that depends on {@code from}. */
    NetcatStream(TwoHosts hosts, ForwarderNetnsTest.Combination combination, int from, int mebibytes, Path directory)
            throws IOException {
        this.hosts = hosts;
        this.from = from;
        this.to = combination.address(1 - from);
        this.port = 5001 + from;
        this.mebibytes = mebibytes;
        this.sent = directory.resolve("sent" + from);
        this.received = directory.resolve("received" + from);
        String family = combination.ipv6 ? "-6" : "-4";
        receiver = ForwarderNetnsTest.shell(
                hosts, 1 - from, "nc " + family + " -l -N " + port + " | sha256sum > " + received);
    }

    /** Begins to send. */
    void send() throws IOException {
        Path bytes = sent.resolveSibling("bytes" + from);
        // The receiver may not listen yet.
        String connect = "for i in 1 2 3 4 5 6 7 8 9; do nc -N " + to + " " + port + " < " + bytes
                + " && break; sleep 0.3; done";
        sender = ForwarderNetnsTest.shell(
                hosts,
                from,
                "openssl enc -aes-128-ctr -nosalt -pass pass:" + from + " -in /dev/zero 2>/dev/null | head -c "
                        + mebibytes + "M | tee " + bytes + " | sha256sum > " + sent + "; " + connect);
    }

    /** Waits until all has arrived, as it was sent. */
    void requireWhole() throws IOException, InterruptedException {
        assertThat(sender.waitFor()).isZero();
        assertThat(receiver.waitFor()).isZero();
        assertThat(Files.readString(received)).isEqualTo(Files.readString(sent));
        assertThat(Files.size(sent.resolveSibling("bytes" + from))).isEqualTo((long) mebibytes << 20);
    }

    /** Deletes a directory of such files. */
    static void delete(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}
