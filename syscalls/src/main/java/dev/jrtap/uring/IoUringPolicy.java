// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.CapabilityBits;
import dev.jrtap.syscall.ProcFile;
import java.nio.file.Path;

/** What this machine and this process allow of io_uring, as /proc has it. */
final class IoUringPolicy {

    private static final Path DISABLED = Path.of("/proc/sys/kernel/io_uring_disabled");
    private static final Path GROUP = Path.of("/proc/sys/kernel/io_uring_group");
    private static final Path STATUS = Path.of("/proc/thread-self/status");
    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final Path UID_MAP = Path.of("/proc/self/uid_map");
    private static final Path RELEASE = Path.of("/proc/sys/kernel/osrelease");

    private IoUringPolicy() {}

    /** Returns the kernel's release, as {@code "6.12.94+deb13-amd64"}. */
    static String kernelRelease() {
        return ProcFile.read(RELEASE);
    }

    /** Who forbids, when io_uring_setup answers EPERM, and what helps. */
    static String forbidden() {
        return switch (ProcFile.read(DISABLED)) {
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
        String group = ProcFile.read(GROUP);
        return group.isEmpty() || group.startsWith("-") ? "none" : group;
    }

    /** Returns whether system calls of this process pass a filter. */
    static boolean hasSeccompFilter() {
        return ProcFile.field(STATUS, "Seccomp:").equals("2");
    }

    /**
     * Returns what this process may lock in memory, for people: {@code "65536 bytes"}, or that there is no limit for
     * it.
     */
    static String lockedMemory() {
        String capabilities = ProcFile.field(STATUS, "CapEff:");
        boolean capable = !capabilities.isEmpty()
                && (Long.parseUnsignedLong(capabilities, 16) >>> CapabilityBits.CAP_IPC_LOCK & 1) != 0;
        String limit = ProcFile.field(LIMITS, "Max locked memory");
        String bytes = limit.equals("unlimited") ? limit : limit + " bytes";
        if (!capable) {
            return bytes;
        }
        // The kernel asks for the capability in the initial user namespace: another one's lifts no limit.
        return hasAllUsers()
                ? "unlimited (CAP_IPC_LOCK)"
                : bytes + " (CAP_IPC_LOCK of a user namespace lifts no limit)";
    }

    /** Returns whether this is the initial user namespace: only there all ids are mapped. */
    private static boolean hasAllUsers() {
        return ProcFile.read(UID_MAP).endsWith(" 4294967295");
    }
}
