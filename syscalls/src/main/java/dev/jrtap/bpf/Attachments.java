// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

import dev.jrtap.bindings.IfTunIoctls;
import dev.jrtap.bindings.SysSocket;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Fd;
import dev.jrtap.tuntap.TapQueue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Attaches programs, and detaches them.
 *
 * <p><b>How long it lasts.</b> A filter or steering program belongs to the device and not to the process: it stays
 * after {@link Program#close}, after the queue that it was set by is closed, and after the end of the process, until it
 * is cleared or the device goes. <b>A persistent device keeps it after kill -9, and the next opener receives what the
 * program lets pass, perhaps nothing</b>: clear both at every open of a device that others may have used. There is one
 * of each for the whole device, whatever queue it is set by; a second one replaces the first, and the kernel does not
 * tell whose it was. So do not set one on a device that somebody else drives.
 *
 * <p>Threads: any.
 *
 * <p>Source: linux/if_tun.h, TUNSETFILTEREBPF, TUNSETSTEERINGEBPF (since Linux 4.16); socket(7), SO_ATTACH_BPF.
 */
public final class Attachments {

    private static final int NONE = -1;

    private Attachments() {}

    /**
     * Attaches a filter to the device, for packets that the kernel puts into any of its queues: the program returns how
     * many bytes pass, 0 for none. Frames that XDP redirects to the device bypass it.
     *
     * @param queue any of the device's
     * @param program of type {@link ProgramType#SOCKET_FILTER}
     * @throws ErrnoException EBADFD if the device is gone
     */
    public static void setFilter(TapQueue queue, Program program) throws ErrnoException {
        synchronized (program) {
            filter(queue, socketFilter(program));
        }
    }

    /** Removes the device's filter, whichever process set it; does nothing if there is none. */
    public static void clearFilter(TapQueue queue) throws ErrnoException {
        filter(queue, NONE);
    }

    private static void filter(TapQueue queue, int program) throws ErrnoException {
        int result = IfTunIoctls.tunsetfilterebpf(queue.syscalls(), queue.fd(), word(program), 0);
        check(result, "ioctl(fd=" + queue.fd() + ", TUNSETFILTEREBPF, " + program + ")");
    }

    /**
     * Attaches a program that chooses the queue of each packet: it returns a number, which the kernel reduces modulo
     * the count of queues. Without one the kernel keeps flows together by their hash.
     *
     * @param queue any of the device's
     * @param program of type {@link ProgramType#SOCKET_FILTER}
     * @throws ErrnoException EBADFD if the device is gone
     */
    public static void setSteering(TapQueue queue, Program program) throws ErrnoException {
        synchronized (program) {
            steer(queue, socketFilter(program));
        }
    }

    /** Removes the device's steering program, whichever process set it; does nothing if there is none. */
    public static void clearSteering(TapQueue queue) throws ErrnoException {
        steer(queue, NONE);
    }

    private static void steer(TapQueue queue, int program) throws ErrnoException {
        int result = IfTunIoctls.tunsetsteeringebpf(queue.syscalls(), queue.fd(), word(program), 0);
        check(result, "ioctl(fd=" + queue.fd() + ", TUNSETSTEERINGEBPF, " + program + ")");
    }

    /**
     * Attaches a filter to a socket, for each packet that it receives: the program returns how many bytes pass, 0 for
     * none. It stays until the last descriptor of the socket is closed.
     *
     * @param program of type {@link ProgramType#SOCKET_FILTER}
     */
    public static void setFilter(Fd socket, Program program) throws ErrnoException {
        Memory value = Memory.allocate(Integer.BYTES);
        int result;
        synchronized (program) {
            value.putI32(0, socketFilter(program));
            result = socket.syscalls()
                    .setsockopt(
                            socket.fd(), SysSocket.SOL_SOCKET, SysSocket.SO_ATTACH_BPF, value.address(), value.size());
        }
        value.keepAlive();
        check(result, "setsockopt(" + socket + ", SO_ATTACH_BPF, " + program + ")");
    }

    /** Removes a socket's filter; does nothing if there is none. */
    public static void clearFilter(Fd socket) throws ErrnoException {
        Memory value = Memory.allocate(Integer.BYTES);
        int result = socket.syscalls()
                .setsockopt(socket.fd(), SysSocket.SOL_SOCKET, SysSocket.SO_DETACH_BPF, value.address(), value.size());
        value.keepAlive();
        if (result != -Errno.ENOENT) {
            check(result, "setsockopt(" + socket + ", SO_DETACH_BPF)");
        }
    }

    /** Returns the number, which is the program's as long as the caller holds its monitor. */
    private static int socketFilter(Program program) {
        if (program.type() != ProgramType.SOCKET_FILTER) {
            throw new IllegalArgumentException("a program of type SOCKET_FILTER is needed: " + program);
        }
        return program.fd();
    }

    private static ByteBuffer word(int value) {
        return ByteBuffer.allocateDirect(Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(0, value);
    }

    private static void check(int result, String call) throws ErrnoException {
        if (result < 0) {
            String hint = result == -Errno.EBADFD ? "the device is gone" : BpfRights.hint(-result);
            throw ErrnoException.of(result, call, hint);
        }
    }
}
