// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.tuntap;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.If;
import dev.jrtap.bindings.IfTun;
import dev.jrtap.bindings.Ifreq;
import dev.jrtap.bindings.VirtioNetHdr;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Ioctl;
import dev.jrtap.syscall.Syscalls;
import java.nio.charset.StandardCharsets;

/**
 * One queue of a TAP device: a descriptor of {@code /dev/net/tun} that reads and writes whole Ethernet frames, each behind a
 * struct virtio_net_hdr of {@value #VNET_HEADER_LENGTH} bytes.
 *
 * <p>Threads: control calls one at a time. The device goes when its last queue is closed, unless it is persistent.
 *
 * <p>Source: Documentation/networking/tuntap.rst.
 */
public final class TapQueue implements AutoCloseable {

    /** Bytes before each frame, in both directions. */
    public static final int VNET_HEADER_LENGTH = VirtioNetHdr.SIZEOF;

    private static final String PATH = "/dev/net/tun";
    private static final int REQUIRED = IfTun.IFF_TAP | IfTun.IFF_NO_PI | IfTun.IFF_VNET_HDR | IfTun.IFF_MULTI_QUEUE;

    private final Fd fd;
    private final String name;
    private final boolean napi;

    private TapQueue(Fd fd, String name, boolean napi) {
        this.fd = fd;
        this.name = name;
        this.napi = napi;
    }

    /**
     * Opens a queue of the device {@code request.name()}, which is made if it does not exist.
     *
     * @throws ErrnoException naming the call that failed, the cause and the remedy; nothing stays open
     */
    public static TapQueue open(Syscalls sys, TapRequest request) throws ErrnoException {
        // O_NONBLOCK: io_uring then waits for packets by poll, and does not park a worker thread in a blocking read.
        int number = Fd.open(sys, PATH, Fcntl.O_RDWR | Fcntl.O_CLOEXEC | Fcntl.O_NONBLOCK);
        if (number < 0) {
            throw ErrnoException.of(number, "open(" + PATH + ", O_RDWR|O_CLOEXEC|O_NONBLOCK)", TunHints.open(-number));
        }
        Fd fd = Fd.own(sys, number);
        try {
            int features = features(fd);
            boolean napi = request.napi() && (features & IfTun.IFF_NAPI) != 0;
            String name = attach(fd, request.name(), REQUIRED | (napi ? IfTun.IFF_NAPI : 0));
            if (request.persist()) {
                check(Ioctl.call(fd, IfTun.TUNSETPERSIST, 1), fd, "TUNSETPERSIST, 1", "");
            }
            int result = Ioctl.callWithIntPointer(fd, IfTun.TUNSETVNETHDRSZ, VNET_HEADER_LENGTH);
            check(result, fd, "TUNSETVNETHDRSZ, " + VNET_HEADER_LENGTH, "");
            return new TapQueue(fd, name, napi);
        } catch (ErrnoException | RuntimeException e) {
            fd.close();
            throw e;
        }
    }

    private static int features(Fd fd) throws ErrnoException {
        Memory features = Memory.allocate(Integer.BYTES);
        check(Ioctl.call(fd, IfTun.TUNGETFEATURES, features), fd, "TUNGETFEATURES", "");
        int missing = REQUIRED & ~features.getI32(0);
        if (missing != 0) {
            throw ErrnoException.of(
                    -Errno.EOPNOTSUPP,
                    "ioctl(" + fd + ", TUNGETFEATURES)",
                    "the tun driver of this kernel lacks " + TunFlags.names(missing));
        }
        return features.getI32(0);
    }

    /** TUNSETIFF; returns the name that the kernel chose or found. */
    private static String attach(Fd fd, String name, int flags) throws ErrnoException {
        Memory ifreq = Memory.allocate(Ifreq.SIZEOF);
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        ifreq.putBytes(Ifreq.IFR_NAME, bytes, 0, bytes.length);
        ifreq.putI16(Ifreq.IFR_FLAGS, flags);
        int result = Ioctl.call(fd, IfTun.TUNSETIFF, ifreq);
        check(result, fd, "TUNSETIFF, name=" + name + ", flags=" + TunFlags.names(flags), TunHints.setIff(-result));
        return ifreq.getString(Ifreq.IFR_NAME, If.IFNAMSIZ);
    }

    private static void check(int result, Fd fd, String arguments, String hint) throws ErrnoException {
        if (result < 0) {
            throw ErrnoException.of(result, "ioctl(" + fd + ", " + arguments + ")", hint);
        }
    }

    /** Takes the queue out of service: it carries no packets, and keeps the device alive. */
    public void detach() throws ErrnoException {
        Memory ifreq = Memory.allocate(Ifreq.SIZEOF);
        ifreq.putI16(Ifreq.IFR_FLAGS, IfTun.IFF_DETACH_QUEUE);
        check(Ioctl.call(fd, IfTun.TUNSETQUEUE, ifreq), fd, "TUNSETQUEUE, flags=DETACH_QUEUE", "");
    }

    /** The descriptor's number. */
    public int number() {
        return fd.number();
    }

    /** The device's name when the queue was opened; it can be renamed later. */
    public String name() {
        return name;
    }

    /** Whether IFF_NAPI is on. */
    public boolean napi() {
        return napi;
    }

    @Override
    public void close() {
        fd.close();
    }
}
