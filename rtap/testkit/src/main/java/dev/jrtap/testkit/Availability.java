// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import dev.jrtap.syscall.NetworkNamespace;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The preconditions of networks in this JVM. */
final class Availability {

    private static final Path TUN = Path.of("/dev/net/tun");
    private static final Optional<String> REASON = find();

    private Availability() {}

    /** Returns why networks cannot be made, and the remedy; empty if they can. */
    static Optional<String> reason() {
        return REASON;
    }

    private static Optional<String> find() {
        if (!Files.isWritable(TUN)) {
            return Optional.of(TUN + " is absent, or this user may not open it: `modprobe tun`, `chmod 666 " + TUN
                    + "`, or run the container with --device=" + TUN);
        }
        try {
            NetworkNamespace.create(Syscalls.libc()).close();
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("no network namespace can be made (" + e.getMessage()
                    + "): start the tests' JVM by the wrapper netns/bin/java, see the README of jrtap-testkit,"
                    + " or run them as root");
        }
    }
}
