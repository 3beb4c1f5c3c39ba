// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.syscall;

/** What a refusal to hand out one more file descriptor means. */
public final class FdLimits {

    private FdLimits() {}

    /** Cause and remedy for EMFILE and ENFILE; empty for any other number. */
    public static String hint(int errno) {
        if (errno == Errno.EMFILE) {
            return "this process has as many open files as it may: raise `ulimit -n`, or close some";
        }
        return errno == Errno.ENFILE ? "the system has as many open files as it may: raise fs.file-max" : "";
    }
}
