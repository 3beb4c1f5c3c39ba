// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.netlink;

import dev.jrtap.syscall.Errno;
import java.io.IOException;

/** The kernel has understood a request and refused it; its own words are in the message where it gave any. */
public final class NetlinkException extends IOException {

    private static final long serialVersionUID = 1L;

    private final int errno;

    NetlinkException(int errno, String request, String kernelText) {
        super(Errno.name(errno) + ": " + request + hint(errno, kernelText));
        this.errno = errno;
    }

    private static String hint(int errno, String kernelText) {
        if (!kernelText.isEmpty()) {
            return ": " + kernelText;
        }
        if (errno == Errno.EPERM) {
            return ": CAP_NET_ADMIN is needed in this network namespace: run as root, or under `unshare -Urn`";
        }
        if (errno == Errno.EBUSY) {
            return ": it cannot be changed while the interface is up (a name can, since Linux 6.2): take it down first";
        }
        return errno == Errno.ENODEV ? ": there is no such interface (any more)" : "";
    }

    /** The error number, positive. */
    public int errno() {
        return errno;
    }
}
