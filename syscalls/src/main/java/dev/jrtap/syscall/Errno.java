// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.syscall;

import jnr.posix.POSIXFactory;

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
    public static final int ECHILD = value(jnr.constants.platform.Errno.ECHILD);
    public static final int EAGAIN = value(jnr.constants.platform.Errno.EAGAIN);
    public static final int EALREADY = value(jnr.constants.platform.Errno.EALREADY);
    public static final int ENOMEM = value(jnr.constants.platform.Errno.ENOMEM);
    public static final int EACCES = value(jnr.constants.platform.Errno.EACCES);
    public static final int EFAULT = value(jnr.constants.platform.Errno.EFAULT);
    public static final int EBUSY = value(jnr.constants.platform.Errno.EBUSY);
    public static final int EEXIST = value(jnr.constants.platform.Errno.EEXIST);
    public static final int EXDEV = value(jnr.constants.platform.Errno.EXDEV);
    public static final int ENODEV = value(jnr.constants.platform.Errno.ENODEV);
    public static final int ENOTDIR = value(jnr.constants.platform.Errno.ENOTDIR);
    public static final int EISDIR = value(jnr.constants.platform.Errno.EISDIR);
    public static final int EINVAL = value(jnr.constants.platform.Errno.EINVAL);
    public static final int ENFILE = value(jnr.constants.platform.Errno.ENFILE);
    public static final int EMFILE = value(jnr.constants.platform.Errno.EMFILE);
    public static final int EFBIG = value(jnr.constants.platform.Errno.EFBIG);
    public static final int ENOSPC = value(jnr.constants.platform.Errno.ENOSPC);
    public static final int ENOPROTOOPT = value(jnr.constants.platform.Errno.ENOPROTOOPT);
    public static final int ESPIPE = value(jnr.constants.platform.Errno.ESPIPE);
    public static final int EPIPE = value(jnr.constants.platform.Errno.EPIPE);
    public static final int ERANGE = value(jnr.constants.platform.Errno.ERANGE);
    public static final int ENAMETOOLONG = value(jnr.constants.platform.Errno.ENAMETOOLONG);
    public static final int ENOSYS = value(jnr.constants.platform.Errno.ENOSYS);
    public static final int ENOTEMPTY = value(jnr.constants.platform.Errno.ENOTEMPTY);
    public static final int ELOOP = value(jnr.constants.platform.Errno.ELOOP);
    public static final int EBADR = value(jnr.constants.platform.Errno.EBADR);
    public static final int ENODATA = value(jnr.constants.platform.Errno.ENODATA);
    public static final int ETIME = value(jnr.constants.platform.Errno.ETIME);
    public static final int EOVERFLOW = value(jnr.constants.platform.Errno.EOVERFLOW);
    public static final int EOPNOTSUPP = value(jnr.constants.platform.Errno.EOPNOTSUPP);
    public static final int EAFNOSUPPORT = value(jnr.constants.platform.Errno.EAFNOSUPPORT);
    public static final int EADDRINUSE = value(jnr.constants.platform.Errno.EADDRINUSE);
    public static final int ENETUNREACH = value(jnr.constants.platform.Errno.ENETUNREACH);
    public static final int ENOBUFS = value(jnr.constants.platform.Errno.ENOBUFS);
    public static final int EISCONN = value(jnr.constants.platform.Errno.EISCONN);
    public static final int ECONNRESET = value(jnr.constants.platform.Errno.ECONNRESET);
    public static final int ENOTCONN = value(jnr.constants.platform.Errno.ENOTCONN);
    public static final int ETIMEDOUT = value(jnr.constants.platform.Errno.ETIMEDOUT);
    public static final int ECONNREFUSED = value(jnr.constants.platform.Errno.ECONNREFUSED);
    public static final int EBADFD = value(jnr.constants.platform.Errno.EBADFD);
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

    /** Returns the words of strerror(3), as {@code "Operation not permitted"} for 1, in the language of the process. */
    public static String description(int errno) {
        return POSIXFactory.getNativePOSIX().strerror(errno);
    }

    private static int value(jnr.constants.platform.Errno errno) {
        return errno.intValue();
    }
}
