// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.FdLimits;

/** Why the kernel refuses a ring, and the remedy. */
final class RingHints {

    private RingHints() {}

    /** Why a ring with these flags is refused. */
    static String setup(int errno, RingSetup.Request request) {
        SetupFlag newest = SetupFlag.newest(request.required());
        if (errno != Errno.EINVAL || newest == null) {
            return setup(errno);
        }
        return (request.isPollerBound()
                        ? "this machine has no processor " + request.pollCpu() + " that is online, or "
                        : "")
                + "this kernel does not know a required flag, likeliest " + newest + ", which needs Linux "
                + newest.since() + " or newer; or the ring is too large";
    }

    static String setup(int errno) {
        if (errno == Errno.EPERM) {
            return IoUringPolicy.forbidden();
        }
        if (errno == Errno.ENOSYS) {
            return "this kernel has no io_uring (it needs Linux 5.19 with CONFIG_IO_URING), or a seccomp filter hides it;"
                    + " in a container, run with a profile that allows io_uring";
        }
        if (errno == Errno.ENOMEM) {
            return "out of memory, or of locked memory, of which this process may have " + IoUringPolicy.lockedMemory()
                    + ": raise `ulimit -l`, or use a smaller ring";
        }
        if (errno == Errno.EINVAL) {
            return "this kernel does not know a required flag, or the ring is too large; Linux 5.19 or newer is needed";
        }
        return FdLimits.hint(errno);
    }

    static String enter(int errno) {
        if (errno == Errno.EPERM || errno == Errno.EACCES || errno == Errno.ENOSYS) {
            return IoUringPolicy.forbidden();
        }
        if (errno == Errno.EBADF || errno == Errno.EOPNOTSUPP) {
            return "the ring's descriptor was closed or replaced by another part of the program";
        }
        return "";
    }
}
