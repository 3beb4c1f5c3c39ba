// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.tuntap;

import dev.jrtap.bindings.IfTun;
import dev.jrtap.bindings.IfTunIoctls;
import dev.jrtap.bindings.Ifreq;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Syscalls;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The ioctls of one descriptor of {@code /dev/net/tun}, by the generated calls and accessors.
 *
 * <p>Source: linux/if_tun.h; Documentation/networking/tuntap.rst.
 */
final class TunControl {

    private final Fd fd;
    private final Syscalls sys;

    TunControl(Fd fd) {
        this.fd = fd;
        this.sys = fd.syscalls();
    }

    /** Returns the {@code IFF_*} that the driver offers. */
    int features() throws ErrnoException {
        ByteBuffer features = word();
        check(IfTunIoctls.tungetfeatures(sys, fd.fd(), features, 0), "TUNGETFEATURES", "");
        return features.getInt(0);
    }

    /** Attaches to a device, and detaches the queue at once if told to; returns the device's name. */
    String attach(String name, int flags, boolean detached) throws ErrnoException {
        ByteBuffer device = request(flags);
        ByteBuffer detach = request(IfTun.IFF_DETACH_QUEUE);
        Ifreq.ifrNameString(device, 0, name);
        int number = fd.fd();
        int result = IfTunIoctls.tunsetiff(sys, number, device, 0);
        // Nothing in between: the kernel gives this queue its share of the packets.
        int detaching = detached && result >= 0 ? IfTunIoctls.tunsetqueue(sys, number, detach, 0) : 0;
        check(result, "TUNSETIFF, name=" + name + ", flags=" + TunFlags.names(flags), TunHints.setIff(-result, flags));
        checkDetached(detaching);
        return Ifreq.ifrNameString(device, 0);
    }

    /** Takes the queue out of service. */
    void detach() throws ErrnoException {
        checkDetached(IfTunIoctls.tunsetqueue(sys, fd.fd(), request(IfTun.IFF_DETACH_QUEUE), 0));
    }

    private void checkDetached(int result) throws ErrnoException {
        check(result, "TUNSETQUEUE, flags=DETACH_QUEUE", "");
    }

    /** Returns the struct ifreq of the device that the descriptor is attached to: its name and {@code IFF_*}. */
    ByteBuffer device(String hint) throws ErrnoException {
        ByteBuffer device = request(0);
        check(IfTunIoctls.tungetiff(sys, fd.fd(), device, 0), "TUNGETIFF", hint);
        return device;
    }

    /** Returns the bytes of the vnet header. */
    int vnetHeaderLength() throws ErrnoException {
        ByteBuffer length = word();
        check(IfTunIoctls.tungetvnethdrsz(sys, fd.fd(), length, 0), "TUNGETVNETHDRSZ", "");
        return length.getInt(0);
    }

    void setVnetHeaderLength(int bytes) throws ErrnoException {
        int result = IfTunIoctls.tunsetvnethdrsz(sys, fd.fd(), word().putInt(0, bytes), 0);
        check(result, "TUNSETVNETHDRSZ, " + bytes, "");
    }

    /** Returns 0, or {@code -EINVAL} if the kernel does not know one of the bits. */
    int setOffloads(int bits) {
        return IfTunIoctls.tunsetoffload(sys, fd.fd(), bits);
    }

    void setPersistent(boolean on) throws ErrnoException {
        int value = on ? 1 : 0;
        check(IfTunIoctls.tunsetpersist(sys, fd.fd(), value), "TUNSETPERSIST, " + value, "");
    }

    void setCarrier(boolean on) throws ErrnoException {
        int value = on ? 1 : 0;
        int result = IfTunIoctls.tunsetcarrier(sys, fd.fd(), word().putInt(0, value), 0);
        String hint = result == -Errno.EPERM ? "the device has a carrier only while a queue of it is attached" : "";
        check(result, "TUNSETCARRIER, " + value, hint);
    }

    void setOwner(int uid) throws ErrnoException {
        int result = IfTunIoctls.tunsetowner(sys, fd.fd(), uid);
        check(result, "TUNSETOWNER, " + Integer.toUnsignedString(uid), "");
    }

    void setGroup(int gid) throws ErrnoException {
        int result = IfTunIoctls.tunsetgroup(sys, fd.fd(), gid);
        check(result, "TUNSETGROUP, " + Integer.toUnsignedString(gid), "");
    }

    /** Returns a new descriptor of the network namespace that the device is in. */
    int namespace() throws ErrnoException {
        int result = IfTunIoctls.tungetdevnetns(sys, fd.fd());
        check(result, "TUNGETDEVNETNS", result == -Errno.EBADFD ? "the device is gone" : "");
        return result;
    }

    /** Throws for a failed ioctl of this descriptor. */
    void check(int result, String arguments, String hint) throws ErrnoException {
        if (result < 0) {
            throw ErrnoException.of(result, "ioctl(" + fd + ", " + arguments + ")", hint);
        }
    }

    private static ByteBuffer request(int flags) {
        ByteBuffer request = ByteBuffer.allocateDirect(Ifreq.SIZEOF);
        Ifreq.ifrFlags(request, 0, flags);
        return request;
    }

    private static ByteBuffer word() {
        return ByteBuffer.allocateDirect(Integer.BYTES).order(ByteOrder.nativeOrder());
    }
}
