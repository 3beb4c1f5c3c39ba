// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.syscall;

import dev.jrtap.bindings.Fcntl;
import java.util.StringJoiner;

/** The flags of open(2) in messages, and why they are refused. */
enum OpenFlags {
    // These two have another one's bit among theirs, and are looked for before it.
    O_TMPFILE(Fcntl.O_TMPFILE),
    O_SYNC(Fcntl.O_SYNC),
    O_CREAT(Fcntl.O_CREAT),
    O_EXCL(Fcntl.O_EXCL),
    O_NOCTTY(Fcntl.O_NOCTTY),
    O_TRUNC(Fcntl.O_TRUNC),
    O_APPEND(Fcntl.O_APPEND),
    O_NONBLOCK(Fcntl.O_NONBLOCK),
    O_DSYNC(Fcntl.O_DSYNC),
    O_DIRECT(Fcntl.O_DIRECT),
    O_DIRECTORY(Fcntl.O_DIRECTORY),
    O_NOFOLLOW(Fcntl.O_NOFOLLOW),
    O_NOATIME(Fcntl.O_NOATIME),
    O_CLOEXEC(Fcntl.O_CLOEXEC),
    O_PATH(Fcntl.O_PATH);

    private static final String[] ACCESS = {"O_RDONLY", "O_WRONLY", "O_RDWR", "O_ACCMODE"};

    private final int bits;

    OpenFlags(int bits) {
        this.bits = bits;
    }

    /** Returns text as {@code "O_RDWR|O_CLOEXEC"}, with bits without a name as a number. */
    static String names(int flags) {
        StringJoiner names = new StringJoiner("|").add(ACCESS[flags & Fcntl.O_ACCMODE]);
        int left = flags & ~Fcntl.O_ACCMODE;
        for (OpenFlags flag : values()) {
            if ((left & flag.bits) == flag.bits) {
                names.add(flag.name());
                left &= ~flag.bits;
            }
        }
        return (left == 0 ? names : names.add("0x" + Integer.toHexString(left))).toString();
    }

    /** Returns the cause and the remedy, or an empty string. */
    static String hint(int errno, int flags) {
        if (errno == Errno.EINVAL && (flags & Fcntl.O_DIRECT) != 0) {
            return "the file system knows no O_DIRECT: open it without";
        }
        return FdLimits.hint(errno);
    }
}
