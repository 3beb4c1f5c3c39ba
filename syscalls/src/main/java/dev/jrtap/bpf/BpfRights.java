// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

import dev.jrtap.bindings.CapabilityBits;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.FdLimits;
import dev.jrtap.syscall.ProcFile;
import java.nio.file.Path;

/**
 * The rights of this process to bpf(2), by /proc.
 *
 * @param initialNamespace whether this is the user namespace that the kernel began with: another one's capabilities do
 *     not count
 * @param capabilities effective, as bits
 * @param unprivilegedDisabled kernel.unprivileged_bpf_disabled; empty if it cannot be read
 * @param hasSeccompFilter whether system calls of this process pass a filter
 */
record BpfRights(boolean initialNamespace, long capabilities, String unprivilegedDisabled, boolean hasSeccompFilter) {

    private static final Path STATUS = Path.of("/proc/thread-self/status");
    private static final Path UID_MAP = Path.of("/proc/self/uid_map");
    private static final Path DISABLED = Path.of("/proc/sys/kernel/unprivileged_bpf_disabled");
    private static final String ALL_USERS = " 4294967295";

    static BpfRights read() {
        String effective = ProcFile.field(STATUS, "CapEff:");
        return new BpfRights(
                ProcFile.read(UID_MAP).endsWith(ALL_USERS),
                effective.isEmpty() ? 0 : Long.parseUnsignedLong(effective, 16),
                ProcFile.read(DISABLED),
                ProcFile.field(STATUS, "Seccomp:").equals("2"));
    }

    /** Returns whether a capability counts here: CAP_SYS_ADMIN stands for those that have been cut out of it. */
    boolean has(int capability) {
        return initialNamespace && (bit(capability) || bit(CapabilityBits.CAP_SYS_ADMIN));
    }

    private boolean bit(int capability) {
        return (capabilities >>> capability & 1) != 0;
    }

    /** Returns the remedy for {@code capability}, which does not count here. */
    String remedy(int capability) {
        String name = name(capability);
        if (!initialNamespace) {
            return name + " counts only in the initial user namespace, and this is another one: run as the machine's"
                    + " root, in a container without a user namespace of its own";
        }
        return name + " is missing: run as root or with it, as under"
                + " `setpriv --inh-caps +bpf,+net_admin,+perfmon --ambient-caps +bpf,+net_admin,+perfmon`;"
                + " Docker: --cap-add " + name.substring("CAP_".length());
    }

    private static String name(int capability) {
        return switch (capability) {
            case CapabilityBits.CAP_BPF -> "CAP_BPF";
            case CapabilityBits.CAP_PERFMON -> "CAP_PERFMON";
            case CapabilityBits.CAP_NET_ADMIN -> "CAP_NET_ADMIN";
            default -> throw new IllegalArgumentException("capability " + capability);
        };
    }

    /** Returns the cause and the remedy when bpf(2) returns EPERM. */
    String forbidden() {
        if (!has(CapabilityBits.CAP_BPF)) {
            String setting = unprivilegedDisabled.isEmpty() || unprivilegedDisabled.equals("0")
                    ? ""
                    : " (kernel.unprivileged_bpf_disabled is " + unprivilegedDisabled + ")";
            return remedy(CapabilityBits.CAP_BPF) + setting;
        }
        if (!has(CapabilityBits.CAP_NET_ADMIN)) {
            return "programs that see packets need CAP_NET_ADMIN beside CAP_BPF: "
                    + remedy(CapabilityBits.CAP_NET_ADMIN);
        }
        return hasSeccompFilter
                ? "a seccomp filter forbids bpf(2); in a container, run with a profile that allows it"
                        + " (Docker: --security-opt seccomp=PROFILE)"
                : "lockdown or a security module forbids it: look into the kernel's log; before Linux 5.11 also more"
                        + " locked memory than `ulimit -l` allows";
    }

    /** Returns cause and remedy of an error of bpf(2); empty where none is known. */
    static String hint(int errno) {
        if (errno == Errno.EPERM) {
            return read().forbidden();
        }
        if (errno == Errno.ENOSYS) {
            return "the kernel has no bpf(2), or a seccomp filter says so: CONFIG_BPF_SYSCALL is needed";
        }
        return FdLimits.hint(errno);
    }
}
