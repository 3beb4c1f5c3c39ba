// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.doctor;

import static dev.jrtap.samples.doctor.Finding.amber;
import static dev.jrtap.samples.doctor.Finding.green;

import dev.jrtap.syscall.ProcFile;
import java.nio.file.Path;
import java.util.Set;

/** Checks of a machine's settings, read from /proc and /sys below a root directory. */
final class Machine {

    private static final Set<String> SLOW_CLOCKS =
            Set.of("hpet", "acpi_pm", "jiffies", "refined-jiffies", "pit", "xen");
    /** The default of systemd, which suffices for a file copier and some rings, in bytes. */
    private static final long ENOUGH_LOCKED = 8L << 20;

    private final Path root;

    Machine(Path root) {
        this.root = root;
    }

    private String read(String file) {
        return ProcFile.read(root.resolve(file));
    }

    /** Checks the clock source: with some, reading the time is a system call, and each await reads it. */
    Finding clock() {
        String source = read("sys/devices/system/clocksource/clocksource0/current_clocksource");
        if (SLOW_CLOCKS.contains(source)) {
            return amber(
                    "clock",
                    "the clock source is " + source + ": each reading of the time is a system call",
                    "write tsc or kvm-clock into /sys/devices/system/clocksource/clocksource0/current_clocksource,"
                            + " if available_clocksource beside it lists it");
        }
        return green("clock", source.isEmpty() ? "unknown without /sys" : source);
    }

    /** Checks how much memory may be registered with rings. */
    Finding lockedMemory() {
        String limit = read("proc/self/limits")
                .lines()
                .filter(line -> line.startsWith("Max locked memory"))
                .map(line -> line.substring("Max locked memory".length()).trim().split("\\s+")[0])
                .findFirst()
                .orElse("unlimited");
        if (!limit.equals("unlimited") && Long.parseLong(limit) < ENOUGH_LOCKED) {
            return amber(
                    "locked memory",
                    "limited to " + (Long.parseLong(limit) >> 10) + " KiB: registered buffers count against it",
                    "ulimit -l unlimited; systemd: LimitMEMLOCK=infinity; Docker: --ulimit memlock=-1");
        }
        return green("locked memory", limit.equals("unlimited") ? limit : (Long.parseLong(limit) >> 20) + " MiB");
    }

    /** Returns the remedy for the setting that keeps users from making user namespaces; empty if there is none. */
    String userNamespacesForbiddenBy() {
        if (read("proc/sys/user/max_user_namespaces").equals("0")) {
            return "sysctl user.max_user_namespaces=15000";
        }
        if (read("proc/sys/kernel/unprivileged_userns_clone").equals("0")) {
            return "sysctl kernel.unprivileged_userns_clone=1";
        }
        if (read("proc/sys/kernel/apparmor_restrict_unprivileged_userns").equals("1")) {
            return "sysctl kernel.apparmor_restrict_unprivileged_userns=0, or an AppArmor profile that allows userns";
        }
        if (read("proc/sys/user/max_net_namespaces").equals("0")) {
            return "sysctl user.max_net_namespaces=15000";
        }
        return ProcFile.field(root.resolve("proc/self/status"), "Seccomp:").equals("2")
                ? "a seccomp filter may forbid it: Docker: --security-opt seccomp=PROFILE"
                : "";
    }

    /** Returns the remedy for the kernel's setting that disables io_uring; empty if it does not. */
    String ringsForbiddenBy() {
        return switch (read("proc/sys/kernel/io_uring_disabled")) {
            case "1" -> "sysctl kernel.io_uring_disabled=0, or membership in the group kernel.io_uring_group";
            case "2" -> "sysctl kernel.io_uring_disabled=0";
            default -> "";
        };
    }
}
