// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.syscall;

/** The meaning of a refusal to open one more file descriptor. */
public final class FdLimits {

    private FdLimits() {}

    /** Cause and remedy for EMFILE and ENFILE; empty for any other number. */
    public static String hint(int errno) {
        if (errno == Errno.EMFILE) {
            return "this process has too many open files: raise `ulimit -n`, or close some";
        }
        return errno == Errno.ENFILE ? "the system has too many open files: raise fs.file-max" : "";
    }
}
