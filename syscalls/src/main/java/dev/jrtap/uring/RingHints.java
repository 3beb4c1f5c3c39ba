// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.FdLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Why the kernel refuses a ring, and what to do about it. */
final class RingHints {

    private static final Path DISABLED = Path.of("/proc/sys/kernel/io_uring_disabled");

    private RingHints() {}

    static String setup(int errno) {
        if (errno == Errno.EPERM) {
            return forbidden();
        }
        if (errno == Errno.ENOSYS) {
            return "this kernel has no io_uring (it needs Linux 5.19 with CONFIG_IO_URING), or a seccomp filter hides it;"
                    + " in a container, run with a profile that allows io_uring";
        }
        if (errno == Errno.ENOMEM) {
            return "out of memory, or of locked memory: raise `ulimit -l`, or use a smaller ring";
        }
        if (errno == Errno.EINVAL) {
            return "this kernel does not know a required flag, or the ring is too large; Linux 5.19 or newer is needed";
        }
        return FdLimits.hint(errno);
    }

    private static String forbidden() {
        String mode = "";
        try {
            mode = Files.readString(DISABLED).trim();
        } catch (IOException e) {
            // The switch does not exist before Linux 6.6: then it is not what forbids.
        }
        return switch (mode) {
            case "2" ->
                "kernel.io_uring_disabled is 2: an administrator may allow it with"
                        + " `sysctl kernel.io_uring_disabled=0`";
            case "1" ->
                "kernel.io_uring_disabled is 1: run with CAP_SYS_ADMIN or in the group of kernel.io_uring_group,"
                        + " or allow it with `sysctl kernel.io_uring_disabled=0`";
            default ->
                "a seccomp filter or security module forbids io_uring; in a container, run with a profile that allows it";
        };
    }
}
