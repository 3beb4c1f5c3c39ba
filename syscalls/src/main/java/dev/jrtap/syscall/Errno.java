// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.syscall;

import jnr.posix.POSIXFactory;

/**
 * Error numbers by name, from jnr-constants, which has them for each platform.
 *
 * <p>Source: errno(3).
 */
public final class Errno {

    public static final int EPERM = value(jnr.constants.platform.Errno.EPERM);
    public static final int ENOENT = value(jnr.constants.platform.Errno.ENOENT);
    public static final int ESRCH = value(jnr.constants.platform.Errno.ESRCH);
    public static final int EINTR = value(jnr.constants.platform.Errno.EINTR);
    public static final int EIO = value(jnr.constants.platform.Errno.EIO);
    public static final int ENXIO = value(jnr.constants.platform.Errno.ENXIO);
    public static final int E2BIG = value(jnr.constants.platform.Errno.E2BIG);
    public static final int ENOEXEC = value(jnr.constants.platform.Errno.ENOEXEC);
    public static final int EBADF = value(jnr.constants.platform.Errno.EBADF);
    public static final int ECHILD = value(jnr.constants.platform.Errno.ECHILD);
    public static final int EAGAIN = value(jnr.constants.platform.Errno.EAGAIN);
    public static final int ENOMEM = value(jnr.constants.platform.Errno.ENOMEM);
    public static final int EACCES = value(jnr.constants.platform.Errno.EACCES);
    public static final int EFAULT = value(jnr.constants.platform.Errno.EFAULT);
    public static final int ENOTBLK = value(jnr.constants.platform.Errno.ENOTBLK);
    public static final int EBUSY = value(jnr.constants.platform.Errno.EBUSY);
    public static final int EEXIST = value(jnr.constants.platform.Errno.EEXIST);
    public static final int EXDEV = value(jnr.constants.platform.Errno.EXDEV);
    public static final int ENODEV = value(jnr.constants.platform.Errno.ENODEV);
    public static final int ENOTDIR = value(jnr.constants.platform.Errno.ENOTDIR);
    public static final int EISDIR = value(jnr.constants.platform.Errno.EISDIR);
    public static final int EINVAL = value(jnr.constants.platform.Errno.EINVAL);
    public static final int ENFILE = value(jnr.constants.platform.Errno.ENFILE);
    public static final int EMFILE = value(jnr.constants.platform.Errno.EMFILE);
    public static final int ENOTTY = value(jnr.constants.platform.Errno.ENOTTY);
    public static final int ETXTBSY = value(jnr.constants.platform.Errno.ETXTBSY);
    public static final int EFBIG = value(jnr.constants.platform.Errno.EFBIG);
    public static final int ENOSPC = value(jnr.constants.platform.Errno.ENOSPC);
    public static final int ESPIPE = value(jnr.constants.platform.Errno.ESPIPE);
    public static final int EROFS = value(jnr.constants.platform.Errno.EROFS);
    public static final int EMLINK = value(jnr.constants.platform.Errno.EMLINK);
    public static final int EPIPE = value(jnr.constants.platform.Errno.EPIPE);
    public static final int EDOM = value(jnr.constants.platform.Errno.EDOM);
    public static final int ERANGE = value(jnr.constants.platform.Errno.ERANGE);
    public static final int EDEADLK = value(jnr.constants.platform.Errno.EDEADLK);
    public static final int ENAMETOOLONG = value(jnr.constants.platform.Errno.ENAMETOOLONG);
    public static final int ENOLCK = value(jnr.constants.platform.Errno.ENOLCK);
    public static final int ENOSYS = value(jnr.constants.platform.Errno.ENOSYS);
    public static final int ENOTEMPTY = value(jnr.constants.platform.Errno.ENOTEMPTY);
    public static final int ELOOP = value(jnr.constants.platform.Errno.ELOOP);
    public static final int ENOMSG = value(jnr.constants.platform.Errno.ENOMSG);
    public static final int EIDRM = value(jnr.constants.platform.Errno.EIDRM);
    public static final int ECHRNG = value(jnr.constants.platform.Errno.ECHRNG);
    public static final int EL2NSYNC = value(jnr.constants.platform.Errno.EL2NSYNC);
    public static final int EL3HLT = value(jnr.constants.platform.Errno.EL3HLT);
    public static final int EL3RST = value(jnr.constants.platform.Errno.EL3RST);
    public static final int ELNRNG = value(jnr.constants.platform.Errno.ELNRNG);
    public static final int EUNATCH = value(jnr.constants.platform.Errno.EUNATCH);
    public static final int ENOCSI = value(jnr.constants.platform.Errno.ENOCSI);
    public static final int EL2HLT = value(jnr.constants.platform.Errno.EL2HLT);
    public static final int EBADE = value(jnr.constants.platform.Errno.EBADE);
    public static final int EBADR = value(jnr.constants.platform.Errno.EBADR);
    public static final int EXFULL = value(jnr.constants.platform.Errno.EXFULL);
    public static final int ENOANO = value(jnr.constants.platform.Errno.ENOANO);
    public static final int EBADRQC = value(jnr.constants.platform.Errno.EBADRQC);
    public static final int EBADSLT = value(jnr.constants.platform.Errno.EBADSLT);
    public static final int EBFONT = value(jnr.constants.platform.Errno.EBFONT);
    public static final int ENOSTR = value(jnr.constants.platform.Errno.ENOSTR);
    public static final int ENODATA = value(jnr.constants.platform.Errno.ENODATA);
    public static final int ETIME = value(jnr.constants.platform.Errno.ETIME);
    public static final int ENOSR = value(jnr.constants.platform.Errno.ENOSR);
    public static final int ENONET = value(jnr.constants.platform.Errno.ENONET);
    public static final int ENOPKG = value(jnr.constants.platform.Errno.ENOPKG);
    public static final int EREMOTE = value(jnr.constants.platform.Errno.EREMOTE);
    public static final int ENOLINK = value(jnr.constants.platform.Errno.ENOLINK);
    public static final int EADV = value(jnr.constants.platform.Errno.EADV);
    public static final int ESRMNT = value(jnr.constants.platform.Errno.ESRMNT);
    public static final int ECOMM = value(jnr.constants.platform.Errno.ECOMM);
    public static final int EPROTO = value(jnr.constants.platform.Errno.EPROTO);
    public static final int EMULTIHOP = value(jnr.constants.platform.Errno.EMULTIHOP);
    public static final int EDOTDOT = value(jnr.constants.platform.Errno.EDOTDOT);
    public static final int EBADMSG = value(jnr.constants.platform.Errno.EBADMSG);
    public static final int EOVERFLOW = value(jnr.constants.platform.Errno.EOVERFLOW);
    public static final int ENOTUNIQ = value(jnr.constants.platform.Errno.ENOTUNIQ);
    public static final int EBADFD = value(jnr.constants.platform.Errno.EBADFD);
    public static final int EREMCHG = value(jnr.constants.platform.Errno.EREMCHG);
    public static final int ELIBACC = value(jnr.constants.platform.Errno.ELIBACC);
    public static final int ELIBBAD = value(jnr.constants.platform.Errno.ELIBBAD);
    public static final int ELIBSCN = value(jnr.constants.platform.Errno.ELIBSCN);
    public static final int ELIBMAX = value(jnr.constants.platform.Errno.ELIBMAX);
    public static final int ELIBEXEC = value(jnr.constants.platform.Errno.ELIBEXEC);
    public static final int EILSEQ = value(jnr.constants.platform.Errno.EILSEQ);
    public static final int ERESTART = value(jnr.constants.platform.Errno.ERESTART);
    public static final int ESTRPIPE = value(jnr.constants.platform.Errno.ESTRPIPE);
    public static final int EUSERS = value(jnr.constants.platform.Errno.EUSERS);
    public static final int ENOTSOCK = value(jnr.constants.platform.Errno.ENOTSOCK);
    public static final int EDESTADDRREQ = value(jnr.constants.platform.Errno.EDESTADDRREQ);
    public static final int EMSGSIZE = value(jnr.constants.platform.Errno.EMSGSIZE);
    public static final int EPROTOTYPE = value(jnr.constants.platform.Errno.EPROTOTYPE);
    public static final int ENOPROTOOPT = value(jnr.constants.platform.Errno.ENOPROTOOPT);
    public static final int EPROTONOSUPPORT = value(jnr.constants.platform.Errno.EPROTONOSUPPORT);
    public static final int ESOCKTNOSUPPORT = value(jnr.constants.platform.Errno.ESOCKTNOSUPPORT);
    public static final int EOPNOTSUPP = value(jnr.constants.platform.Errno.EOPNOTSUPP);
    public static final int EPFNOSUPPORT = value(jnr.constants.platform.Errno.EPFNOSUPPORT);
    public static final int EAFNOSUPPORT = value(jnr.constants.platform.Errno.EAFNOSUPPORT);
    public static final int EADDRINUSE = value(jnr.constants.platform.Errno.EADDRINUSE);
    public static final int EADDRNOTAVAIL = value(jnr.constants.platform.Errno.EADDRNOTAVAIL);
    public static final int ENETDOWN = value(jnr.constants.platform.Errno.ENETDOWN);
    public static final int ENETUNREACH = value(jnr.constants.platform.Errno.ENETUNREACH);
    public static final int ENETRESET = value(jnr.constants.platform.Errno.ENETRESET);
    public static final int ECONNABORTED = value(jnr.constants.platform.Errno.ECONNABORTED);
    public static final int ECONNRESET = value(jnr.constants.platform.Errno.ECONNRESET);
    public static final int ENOBUFS = value(jnr.constants.platform.Errno.ENOBUFS);
    public static final int EISCONN = value(jnr.constants.platform.Errno.EISCONN);
    public static final int ENOTCONN = value(jnr.constants.platform.Errno.ENOTCONN);
    public static final int ESHUTDOWN = value(jnr.constants.platform.Errno.ESHUTDOWN);
    public static final int ETOOMANYREFS = value(jnr.constants.platform.Errno.ETOOMANYREFS);
    public static final int ETIMEDOUT = value(jnr.constants.platform.Errno.ETIMEDOUT);
    public static final int ECONNREFUSED = value(jnr.constants.platform.Errno.ECONNREFUSED);
    public static final int EHOSTDOWN = value(jnr.constants.platform.Errno.EHOSTDOWN);
    public static final int EHOSTUNREACH = value(jnr.constants.platform.Errno.EHOSTUNREACH);
    public static final int EALREADY = value(jnr.constants.platform.Errno.EALREADY);
    public static final int EINPROGRESS = value(jnr.constants.platform.Errno.EINPROGRESS);
    public static final int ESTALE = value(jnr.constants.platform.Errno.ESTALE);
    public static final int EUCLEAN = value(jnr.constants.platform.Errno.EUCLEAN);
    public static final int ENOTNAM = value(jnr.constants.platform.Errno.ENOTNAM);
    public static final int ENAVAIL = value(jnr.constants.platform.Errno.ENAVAIL);
    public static final int EISNAM = value(jnr.constants.platform.Errno.EISNAM);
    public static final int EREMOTEIO = value(jnr.constants.platform.Errno.EREMOTEIO);
    public static final int EDQUOT = value(jnr.constants.platform.Errno.EDQUOT);
    public static final int ENOMEDIUM = value(jnr.constants.platform.Errno.ENOMEDIUM);
    public static final int EMEDIUMTYPE = value(jnr.constants.platform.Errno.EMEDIUMTYPE);
    public static final int ECANCELED = value(jnr.constants.platform.Errno.ECANCELED);
    public static final int ENOKEY = value(jnr.constants.platform.Errno.ENOKEY);
    public static final int EKEYEXPIRED = value(jnr.constants.platform.Errno.EKEYEXPIRED);
    public static final int EKEYREVOKED = value(jnr.constants.platform.Errno.EKEYREVOKED);
    public static final int EKEYREJECTED = value(jnr.constants.platform.Errno.EKEYREJECTED);
    public static final int EOWNERDEAD = value(jnr.constants.platform.Errno.EOWNERDEAD);
    public static final int ENOTRECOVERABLE = value(jnr.constants.platform.Errno.ENOTRECOVERABLE);
    public static final int ERFKILL = value(jnr.constants.platform.Errno.ERFKILL);
    public static final int EHWPOISON = value(jnr.constants.platform.Errno.EHWPOISON);

    private Errno() {}

    /** {@code "EPERM"} for 1; {@code "E4711"} for a number without a name here. */
    public static String name(int errno) {
        jnr.constants.platform.Errno known = jnr.constants.platform.Errno.valueOf(errno);
        return switch (known) {
            case __UNKNOWN_CONSTANT__ -> "E" + errno;
            // Two names for one number on Linux: the one that the man pages use.
            case ENOTSUP -> "EOPNOTSUPP";
            case EWOULDBLOCK -> "EAGAIN";
            case EDEADLOCK -> "EDEADLK";
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
