// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.syscall;

/**
 * Error numbers by name, from jnr-constants, which knows them for each platform.
 *
 * <p>Source: errno(3).
 */
public final class Errno {

    public static final int EPERM = value(jnr.constants.platform.Errno.EPERM);
    public static final int ENOENT = value(jnr.constants.platform.Errno.ENOENT);
    public static final int EINTR = value(jnr.constants.platform.Errno.EINTR);
    public static final int EIO = value(jnr.constants.platform.Errno.EIO);
    public static final int ENXIO = value(jnr.constants.platform.Errno.ENXIO);
    public static final int E2BIG = value(jnr.constants.platform.Errno.E2BIG);
    public static final int EBADF = value(jnr.constants.platform.Errno.EBADF);
    public static final int EAGAIN = value(jnr.constants.platform.Errno.EAGAIN);
    public static final int ENOMEM = value(jnr.constants.platform.Errno.ENOMEM);
    public static final int EACCES = value(jnr.constants.platform.Errno.EACCES);
    public static final int EFAULT = value(jnr.constants.platform.Errno.EFAULT);
    public static final int EBUSY = value(jnr.constants.platform.Errno.EBUSY);
    public static final int EEXIST = value(jnr.constants.platform.Errno.EEXIST);
    public static final int ENODEV = value(jnr.constants.platform.Errno.ENODEV);
    public static final int EINVAL = value(jnr.constants.platform.Errno.EINVAL);
    public static final int ENFILE = value(jnr.constants.platform.Errno.ENFILE);
    public static final int EMFILE = value(jnr.constants.platform.Errno.EMFILE);
    public static final int ENOSPC = value(jnr.constants.platform.Errno.ENOSPC);
    public static final int ENOSYS = value(jnr.constants.platform.Errno.ENOSYS);
    public static final int EOPNOTSUPP = value(jnr.constants.platform.Errno.EOPNOTSUPP);
    public static final int ENOBUFS = value(jnr.constants.platform.Errno.ENOBUFS);
    public static final int ETIMEDOUT = value(jnr.constants.platform.Errno.ETIMEDOUT);
    public static final int ECANCELED = value(jnr.constants.platform.Errno.ECANCELED);

    private Errno() {}

    /** {@code "EPERM"} for 1; {@code "E4711"} for a number without a name here. */
    public static String name(int errno) {
        jnr.constants.platform.Errno known = jnr.constants.platform.Errno.valueOf(errno);
        return switch (known) {
            case __UNKNOWN_CONSTANT__ -> "E" + errno;
            // Two names for one number on Linux: the one that the man pages use.
            case ENOTSUP -> "EOPNOTSUPP";
            case EWOULDBLOCK -> "EAGAIN";
            default -> known.name();
        };
    }

    private static int value(jnr.constants.platform.Errno errno) {
        return errno.intValue();
    }
}
