// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.tuntap;

import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.FdLimits;
import jnr.posix.POSIXFactory;

/** Why the tun driver refuses, and what to do about it. */
final class TunHints {

    private TunHints() {}

    static String open(int errno) {
        if (errno == Errno.ENOENT) {
            return "there is no /dev/net/tun: load the driver with `modprobe tun`, or give a container `--device /dev/net/tun`";
        }
        if (errno == Errno.ENODEV || errno == Errno.ENXIO) {
            return "the tun driver is not loaded: `modprobe tun`";
        }
        if (errno == Errno.EACCES || errno == Errno.EPERM) {
            return "uid " + uid() + " may not open /dev/net/tun: run as root, or let an administrator allow it with"
                    + " `chmod 666 /dev/net/tun`";
        }
        return FdLimits.hint(errno);
    }

    static String setIff(int errno) {
        if (errno == Errno.EPERM) {
            return "uid " + uid()
                    + " needs CAP_NET_ADMIN in this network namespace: run as root, or under `unshare -Urn`,"
                    + " or attach to a persistent device that was made for this user";
        }
        if (errno == Errno.EBUSY) {
            return "the name exists without multi-queue, or another process holds it";
        }
        if (errno == Errno.EINVAL) {
            return "the name is taken by a device that is no TAP device with multi-queue, or it is not a valid name";
        }
        if (errno == Errno.E2BIG) {
            return "the device has as many queues as the kernel allows (256)";
        }
        return "";
    }

    private static int uid() {
        return POSIXFactory.getNativePOSIX().geteuid();
    }
}
