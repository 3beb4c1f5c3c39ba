// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.netlink;

import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;

/**
 * The kernel has understood a request of rtnetlink and refused it. The hint is the kernel's own message where it gave
 * one, and the call is the request: {@code EINVAL: RTM_NEWLINK(ifindex=3, mtu=70000): mtu greater than device maximum}.
 */
public final class NetlinkException extends ErrnoException {

    private static final long serialVersionUID = 1L;

    NetlinkException(int errno, String request, String kernelText) {
        super(errno, request, kernelText.isEmpty() ? hint(errno, request) : kernelText);
    }

    private static String hint(int errno, String request) {
        if (errno == Errno.EPERM) {
            // Whatever error a device returns for a new queue length, the caller gets EPERM.
            String refusal =
                    request.contains(Links.QUEUE_LENGTH) ? "the device has no memory for such queues, or " : "";
            return refusal + "CAP_NET_ADMIN is needed in this network namespace: run as root, or under `unshare -Urn`";
        }
        if (errno == Errno.EBUSY) {
            return "it cannot be changed while the interface is up (a name can, since Linux 6.2): take it down first";
        }
        return errno == Errno.ENODEV ? "there is no such interface (any more)" : "";
    }
}
