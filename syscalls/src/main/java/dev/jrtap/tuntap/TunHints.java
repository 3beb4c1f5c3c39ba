// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.tuntap;

import dev.jrtap.bindings.IfTun;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.FdLimits;
import java.util.Locale;
import jnr.posix.POSIXFactory;

/** Why the tun driver refuses, and the remedy. */
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
            String who = isRoot() ? "root of this container or user namespace" : "this user";
            return who + " may not open /dev/net/tun: let an administrator allow it with `chmod 666 /dev/net/tun`,"
                    + " or run as the machine's root"
                    + (isRoot() && errno == Errno.EACCES ? "; or /dev/net/tun lies on a mount with nodev" : "");
        }
        return FdLimits.hint(errno);
    }

    static String setIff(int errno, int flags) {
        if (errno == Errno.EBUSY && (flags & IfTun.IFF_TUN_EXCL) != 0) {
            return "a device of this name exists, and an exclusive one was asked for";
        }
        if (errno == Errno.EPERM) {
            return "CAP_NET_ADMIN is needed in this network namespace: run as root, or under `unshare -Urn`,"
                    + " or attach to a persistent device that was made for this user";
        }
        if (errno == Errno.EBUSY) {
            return "the name exists without multi-queue, or another process holds it";
        }
        if (errno == Errno.EINVAL) {
            String mode = (flags & IfTun.IFF_TAP) != 0 ? "TAP" : "TUN";
            return "the name is taken by a device that is no " + mode
                    + " device with multi-queue, or it is not a valid name; take another one, or make the device by"
                    + " `ip tuntap add NAME mode " + mode.toLowerCase(Locale.ROOT) + " multi_queue`";
        }
        if (errno == Errno.E2BIG) {
            return "the device has as many queues as the kernel allows (256)";
        }
        return "";
    }

    private static boolean isRoot() {
        return POSIXFactory.getNativePOSIX().geteuid() == 0;
    }
}
