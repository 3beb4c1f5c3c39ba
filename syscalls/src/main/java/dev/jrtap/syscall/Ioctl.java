// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.syscall;

import dev.jrtap.memory.Memory;

/**
 * The two shapes an ioctl(2) has here: with a struct in native memory, and with an {@code int} read or written through
 * a pointer.
 *
 * <p>Results are {@code >= 0} or {@code -errno}: the caller knows the request by name and says what the failure means.
 */
public final class Ioctl {

    private Ioctl() {}

    /** Passes the address of {@code struct}, which the kernel reads, writes or both. */
    public static int call(Fd fd, long request, Memory struct) {
        int result = fd.syscalls().ioctl(fd.number(), request, struct.address());
        struct.keepAlive();
        return result;
    }

    /** Passes a plain number. */
    public static int call(Fd fd, long request, long value) {
        return fd.syscalls().ioctl(fd.number(), request, value);
    }

    /** Passes the address of an {@code int} that holds {@code value}. */
    public static int callWithIntPointer(Fd fd, long request, int value) {
        Memory cell = Memory.allocate(Integer.BYTES);
        cell.putI32(0, value);
        return call(fd, request, cell);
    }
}
