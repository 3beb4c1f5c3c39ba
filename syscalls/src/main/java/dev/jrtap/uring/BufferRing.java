// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringBuf;
import dev.jrtap.bindings.IoUringBufReg;
import dev.jrtap.bindings.IoUringBufRing;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Mapping;

/**
 * Buffers lent to the kernel, which takes one for each completion of an operation that selects its group.
 *
 * <p>Threads: those of its {@link Ring}, with which it is closed. Ownership: an offered buffer is the kernel's until a completion
 * names its id, or until the ring is closed. Since Linux 5.19.
 *
 * <p>Source: io_uring_register(2), IORING_REGISTER_PBUF_RING.
 */
public final class BufferRing {

    private static final int MAX_ENTRIES = 32768;

    private final Mapping mapping;
    private final Memory memory;
    private final int mask;
    private int tail;

    private BufferRing(Mapping mapping, int entries) {
        this.mapping = mapping;
        this.memory = mapping.memory();
        this.mask = entries - 1;
    }

    static BufferRing register(Fd fd, int group, int entries) throws ErrnoException {
        if (entries < 1 || entries > MAX_ENTRIES || Integer.bitCount(entries) != 1) {
            throw new IllegalArgumentException("entries must be a power of two, 1.." + MAX_ENTRIES + ": " + entries);
        }
        Mapping mapping = Mapping.anonymous(fd.syscalls(), entries * IoUringBuf.SIZEOF);
        Memory registration = Memory.allocate(IoUringBufReg.SIZEOF);
        registration.putI64(IoUringBufReg.RING_ADDR, mapping.memory().address());
        registration.putI32(IoUringBufReg.RING_ENTRIES, entries);
        registration.putI16(IoUringBufReg.BGID, group);
        int result = fd.syscalls()
                .ioUringRegister(fd.number(), IoUring.IORING_REGISTER_PBUF_RING, registration.address(), 1);
        registration.keepAlive();
        if (result < 0) {
            mapping.close();
            String call = "io_uring_register(" + fd + ", PBUF_RING, group=" + group + ", entries=" + entries + ")";
            throw ErrnoException.of(result, call, hint(-result));
        }
        return new BufferRing(mapping, entries);
    }

    private static String hint(int errno) {
        return errno == Errno.EEXIST ? "the group has a ring of buffers already" : "Linux 5.19 or newer is needed";
    }

    /** Adds a buffer; the kernel sees it after {@link #publish}. The caller never offers more than there are entries. */
    public void offer(long address, int length, int id) {
        int at = (tail & mask) * IoUringBuf.SIZEOF;
        memory.putI64(at + IoUringBuf.ADDR, address);
        memory.putI32(at + IoUringBuf.LEN, length);
        memory.putI16(at + IoUringBuf.BID, id);
        tail++;
    }

    /** Shows the offered buffers to the kernel. */
    public void publish() {
        // Release: the kernel must not see the tail before the buffers. Pairs with its acquire in
        // io_ring_buffer_select.
        memory.putI16Release(IoUringBufRing.TAIL, tail);
    }

    void close() {
        mapping.close();
    }
}
