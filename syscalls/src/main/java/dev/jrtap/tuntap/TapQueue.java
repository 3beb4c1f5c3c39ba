// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.tuntap;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.IfTun;
import dev.jrtap.bindings.Ifreq;
import dev.jrtap.bindings.VirtioNetHdr;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.FdLimits;
import dev.jrtap.syscall.NetworkNamespace;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/**
 * One queue of a TAP device: a descriptor of {@code /dev/net/tun} that reads and writes whole Ethernet frames, each
 * preceded by a struct virtio_net_hdr of {@value #VNET_HEADER_LENGTH} bytes.
 *
 * <p>Threads: control calls one at a time. The device disappears when its last queue is closed, unless it is
 * persistent.
 *
 * <p>Source: Documentation/networking/tuntap.rst.
 */
public final class TapQueue implements AutoCloseable {

    /** Bytes before each frame, in both directions. */
    public static final int VNET_HEADER_LENGTH = VirtioNetHdr.SIZEOF;

    private static final TunOffload[] NEWEST_FIRST = {
        TunOffload.USO, TunOffload.TSO_ECN, TunOffload.TSO, TunOffload.CHECKSUM
    };
    private static final String PATH = "/dev/net/tun";
    private static final int REQUIRED = IfTun.IFF_NO_PI | IfTun.IFF_VNET_HDR | IfTun.IFF_MULTI_QUEUE;

    private final Fd fd;
    private final TunControl control;
    private final String name;
    private final int flags;

    private TapQueue(Fd fd, String name, int flags) {
        this.fd = fd;
        this.control = new TunControl(fd);
        this.name = name;
        this.flags = flags;
    }

    /** Like {@link #open(Syscalls, TapRequest)}, with the real system calls. */
    public static TapQueue open(TapRequest request) throws ErrnoException {
        return open(Syscalls.libc(), request);
    }

    /**
     * Opens a queue of the device {@code request.name()}, which is made if it does not exist.
     *
     * @throws ErrnoException naming the call that failed, the cause and the remedy; nothing stays open
     */
    public static TapQueue open(Syscalls sys, TapRequest request) throws ErrnoException {
        TapQueue queue = attach(sys, request);
        try {
            queue.checkVnetHeader();
            return queue;
        } catch (Throwable e) {
            queue.close();
            throw e;
        }
    }

    /** Like {@link #attach(Syscalls, TapRequest)}, with the real system calls. */
    public static TapQueue attach(TapRequest request) throws ErrnoException {
        return attach(Syscalls.libc(), request);
    }

    /**
     * Opens a queue like {@link #open}, whatever the length of the device's vnet header, see {@link #checkVnetHeader}:
     * for a caller that first handles the packets that the kernel has given to the queue by then.
     *
     * @throws ErrnoException naming the call that failed, the cause and the remedy; nothing stays open
     */
    public static TapQueue attach(Syscalls sys, TapRequest request) throws ErrnoException {
        return open(sys, request, false);
    }

    /** Like {@link #openDetached(Syscalls, TapRequest)}, with the real system calls. */
    public static TapQueue openDetached(TapRequest request) throws ErrnoException {
        return openDetached(Syscalls.libc(), request);
    }

    /**
     * Opens a queue that carries no packets, and keeps the device alive. It is detached at once: packets that the
     * kernel gives it before that are lost to the other queues of the device. Its vnet header has the length of the
     * device's, see {@link #vnetHeaderLength}.
     *
     * @throws ErrnoException naming the call that failed, the cause and the remedy; nothing stays open
     */
    public static TapQueue openDetached(Syscalls sys, TapRequest request) throws ErrnoException {
        return open(sys, request, true);
    }

    private static Fd openDriver(Syscalls sys) throws ErrnoException {
        try {
            // O_NONBLOCK: io_uring then waits for packets by poll, and does not park a worker thread in a blocking
            // read.
            return Fd.open(sys, PATH, Fcntl.O_RDWR | Fcntl.O_NONBLOCK, 0);
        } catch (ErrnoException e) {
            throw ErrnoException.of(-e.errno(), e.call(), TunHints.open(e.errno()));
        }
    }

    private static TapQueue open(Syscalls sys, TapRequest request, boolean detached) throws ErrnoException {
        Objects.requireNonNull(request, "request");
        Fd fd = openDriver(sys);
        try {
            int required = REQUIRED | request.mode().flag();
            TunControl control = new TunControl(fd);
            int features = features(fd, control, required);
            int flags = required | (request.napi() ? features & IfTun.IFF_NAPI : 0);
            int asked = flags | (request.exclusive() ? IfTun.IFF_TUN_EXCL : 0);
            String name = control.attach(request.name(), asked, detached);
            return new TapQueue(fd, name, flags);
        } catch (Throwable e) {
            fd.close();
            throw e;
        }
    }

    /**
     * Takes over a descriptor that other code has opened and attached to a device, even if it throws. Changes nothing
     * of the device.
     *
     * <p>It must have been attached with IFF_NO_PI: TUNGETIFF does not tell, because there the bit means IFF_NOFILTER;
     * netlink does, see {@code TunSettings.packetInformation}.
     *
     * @throws ErrnoException if it is no such descriptor, or its packets have no vnet header of {@value
     *     #VNET_HEADER_LENGTH} bytes
     */
    public static TapQueue adopt(Fd fd) throws ErrnoException {
        try {
            ByteBuffer device = new TunControl(fd).device("it is not attached to a TUN or TAP device");
            int flags = Short.toUnsignedInt((short) Ifreq.ifrFlags(device, 0));
            if ((flags & IfTun.IFF_VNET_HDR) == 0) {
                throw ErrnoException.of(
                        -Errno.EOPNOTSUPP,
                        "ioctl(" + fd + ", TUNGETIFF)",
                        "it was opened as " + TunFlags.names(flags & ~IfTun.IFF_NOFILTER) + ", without VNET_HDR");
            }
            setNonBlocking(fd);
            TapQueue queue = new TapQueue(fd, Ifreq.ifrNameString(device, 0), flags);
            queue.checkVnetHeader();
            return queue;
        } catch (Throwable e) {
            fd.close();
            throw e;
        }
    }

    private static void setNonBlocking(Fd fd) throws ErrnoException {
        int flags = fd.syscalls().fcntl(fd.fd(), Fcntl.F_GETFL, 0);
        int result = flags < 0 ? flags : fd.syscalls().fcntl(fd.fd(), Fcntl.F_SETFL, flags | Fcntl.O_NONBLOCK);
        if (result < 0) {
            throw ErrnoException.of(result, "fcntl(" + fd + ", F_SETFL, O_NONBLOCK)", "");
        }
    }

    /** Returns the bytes of the vnet header: one number for the whole device, which any of its openers may change. */
    public int vnetHeaderLength() throws ErrnoException {
        return control.vnetHeaderLength();
    }

    /** Sets it to {@value #VNET_HEADER_LENGTH} bytes, for all queues: for a device that nobody else has open. */
    public void setVnetHeaderLength() throws ErrnoException {
        control.setVnetHeaderLength(VNET_HEADER_LENGTH);
    }

    /**
     * Refuses a device with another vnet header than ours: frames would be shifted, and to change it would shift those
     * of others.
     */
    public void checkVnetHeader() throws ErrnoException {
        int length = vnetHeaderLength();
        if (length != VNET_HEADER_LENGTH) {
            throw ErrnoException.of(
                    -Errno.EOPNOTSUPP,
                    "ioctl(" + fd + ", TUNGETVNETHDRSZ)",
                    "another opener of " + name + " has made the vnet header " + length
                            + " bytes long, and it must have " + VNET_HEADER_LENGTH
                            + ": let that one set TUNSETVNETHDRSZ back");
        }
    }

    private static int features(Fd fd, TunControl control, int required) throws ErrnoException {
        int features = control.features();
        int missing = required & ~features;
        if (missing != 0) {
            throw ErrnoException.of(
                    -Errno.EOPNOTSUPP,
                    "ioctl(" + fd + ", TUNGETFEATURES)",
                    "the tun driver of this kernel lacks " + TunFlags.names(missing));
        }
        return features;
    }

    /** Takes the queue out of service: it carries no packets, and keeps the device alive. */
    public void detach() throws ErrnoException {
        control.detach();
    }

    /**
     * Sets what the kernel may leave undone in packets of this device, for all its queues, in place of what this or
     * another process has set before. Offloads that this kernel does not know are found by trying, newest first, and
     * left out.
     *
     * @return the granted offloads
     */
    public Set<TunOffload> setOffloads(Set<TunOffload> wanted) throws ErrnoException {
        EnumSet<TunOffload> offloads = EnumSet.noneOf(TunOffload.class);
        // Without checksums there is no segmentation, and without segmentation no ECN.
        if (wanted.contains(TunOffload.CHECKSUM)) {
            offloads.addAll(wanted);
        }
        if (!offloads.contains(TunOffload.TSO)) {
            offloads.remove(TunOffload.TSO_ECN);
        }
        int result = control.setOffloads(TunOffload.bits(offloads));
        for (TunOffload newest : NEWEST_FIRST) {
            if (result != -Errno.EINVAL || !offloads.remove(newest)) {
                continue;
            }
            result = control.setOffloads(TunOffload.bits(offloads));
        }
        control.check(result, "TUNSETOFFLOAD, " + offloads, "");
        return offloads;
    }

    /** Whether the device outlives its last descriptor. */
    public void setPersistent(boolean on) throws ErrnoException {
        control.setPersistent(on);
    }

    /**
     * Plugs the cable in or out: without a carrier the kernel sends nothing, and the interface is not running. Since
     * Linux 4.20.
     *
     * @throws ErrnoException EPERM if it is to be plugged in and no queue carries packets
     */
    public void setCarrier(boolean on) throws ErrnoException {
        control.setCarrier(on);
    }

    /** Lets a user attach to the device without CAP_NET_ADMIN. */
    public void setOwner(int uid) throws ErrnoException {
        control.setOwner(uid);
    }

    /** Lets the members of a group attach to the device without CAP_NET_ADMIN. */
    public void setGroup(int gid) throws ErrnoException {
        control.setGroup(gid);
    }

    /**
     * Returns the device's name now.
     *
     * @throws ErrnoException EBADFD if the device is gone
     */
    public String currentName() throws ErrnoException {
        return Ifreq.ifrNameString(control.device("the device is gone"), 0);
    }

    /** Returns the network namespace that the device is in now. Since Linux 5.2; needs CAP_NET_ADMIN there. */
    public NetworkNamespace namespace() throws IOException {
        return NetworkNamespace.own(Fd.own(fd.syscalls(), control.namespace()));
    }

    /** Another descriptor of the same queue, for another ring or process: the queue goes with the last of them. */
    public TapQueue duplicate() throws ErrnoException {
        int result = fd.syscalls().fcntl(fd.fd(), Fcntl.F_DUPFD_CLOEXEC, 0);
        if (result < 0) {
            throw ErrnoException.of(result, "fcntl(" + fd + ", F_DUPFD_CLOEXEC)", FdLimits.hint(-result));
        }
        return new TapQueue(Fd.own(fd.syscalls(), result), name, flags);
    }

    /** Returns the descriptor's number. */
    public int fd() {
        return fd.fd();
    }

    /** Returns the system calls it was opened with. */
    public Syscalls syscalls() {
        return fd.syscalls();
    }

    /** Returns the device's name when the queue was opened; it can be renamed later. */
    public String name() {
        return name;
    }

    /** Returns the features of the kernel's tun driver, as {@code "TUN|TAP|NAPI|NO_PI|VNET_HDR|MULTI_QUEUE"}. */
    public String driverFeatures() throws ErrnoException {
        return TunFlags.names(control.features());
    }

    /** Returns whether IFF_NAPI is on. */
    public boolean napi() {
        return (flags & IfTun.IFF_NAPI) != 0;
    }

    /** Returns the kind of packets that a device carries. */
    public TunMode mode() {
        return (flags & IfTun.IFF_TAP) != 0 ? TunMode.TAP : TunMode.TUN;
    }

    /** Returns whether the device can have more queues than this one. */
    public boolean multiQueue() {
        return (flags & IfTun.IFF_MULTI_QUEUE) != 0;
    }

    @Override
    public void close() {
        fd.close();
    }

    @Override
    public String toString() {
        return "TapQueue(" + name + ", " + fd + ")";
    }
}
