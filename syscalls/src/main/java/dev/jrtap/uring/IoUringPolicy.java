// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.CapabilityBits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this machine and this process allow of io_uring, as /proc has it. */
final class IoUringPolicy {

    private static final Path DISABLED = Path.of("/proc/sys/kernel/io_uring_disabled");
    private static final Path GROUP = Path.of("/proc/sys/kernel/io_uring_group");
    private static final Path STATUS = Path.of("/proc/thread-self/status");
    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final Path UID_MAP = Path.of("/proc/self/uid_map");
    private static final Path RELEASE = Path.of("/proc/sys/kernel/osrelease");
    private static final int LONGEST = 8192;

    private IoUringPolicy() {}

    /** The kernel's release, as {@code "6.12.94+deb13-amd64"}. */
    static String kernelRelease() {
        return read(RELEASE);
    }

    /** Who forbids, when io_uring_setup answers EPERM, and what helps. */
    static String forbidden() {
        return switch (read(DISABLED)) {
            case "2" ->
                "kernel.io_uring_disabled is 2: an administrator may allow it with"
                        + " `sysctl kernel.io_uring_disabled=0`";
            case "1" ->
                "kernel.io_uring_disabled is 1: run with CAP_SYS_ADMIN or as a member of the group in"
                        + " kernel.io_uring_group, which is " + group()
                        + ", or allow it with `sysctl kernel.io_uring_disabled=0`";
            default ->
                hasSeccompFilter()
                        ? "a seccomp filter forbids io_uring; in a container, run with a profile that allows it"
                                + " (Docker: --security-opt seccomp=PROFILE)"
                        : "a security module forbids io_uring: look into the audit log";
        };
    }

    private static String group() {
        String group = read(GROUP);
        return group.isEmpty() || group.startsWith("-") ? "none" : group;
    }

    /** Whether system calls of this process pass a filter. */
    static boolean hasSeccompFilter() {
        return field(STATUS, "Seccomp:").equals("2");
    }

    /** What this process may lock in memory, for people: {@code "65536 bytes"}, or that there is no limit for it. */
    static String lockedMemory() {
        String capabilities = field(STATUS, "CapEff:");
        boolean capable = !capabilities.isEmpty()
                && (Long.parseUnsignedLong(capabilities, 16) >>> CapabilityBits.CAP_IPC_LOCK & 1) != 0;
        String limit = field(LIMITS, "Max locked memory");
        String bytes = limit.equals("unlimited") ? limit : limit + " bytes";
        if (!capable) {
            return bytes;
        }
        // The kernel asks for the capability in the initial user namespace: another one's lifts no limit.
        return hasAllUsers()
                ? "unlimited (CAP_IPC_LOCK)"
                : bytes + " (CAP_IPC_LOCK of a user namespace lifts no limit)";
    }

    /** Whether this is the initial user namespace: only there all ids are mapped. */
    private static boolean hasAllUsers() {
        return read(UID_MAP).endsWith(" 4294967295");
    }

    /** The first word behind {@code name}; empty if there is none, or no /proc. */
    private static String field(Path file, String name) {
        return read(file)
                .lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).trim().split("\\s+")[0])
                .findFirst()
                .orElse("");
    }

    private static String read(Path file) {
        // In one read: a setting of the kernel is told whole, or cut where the first read ends. Files.readString begins
        // with one byte.
        byte[] bytes = new byte[LONGEST];
        try (InputStream in = Files.newInputStream(file)) {
            return new String(bytes, 0, in.readNBytes(bytes, 0, LONGEST), StandardCharsets.US_ASCII).trim();
        } catch (IOException e) {
            // Not there before the kernel that has it, or no /proc: then it is not what forbids.
            return "";
        }
    }
}
