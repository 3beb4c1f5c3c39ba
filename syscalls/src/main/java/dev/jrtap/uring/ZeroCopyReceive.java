// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUringZcrx;
import dev.jrtap.bindings.IoUringZcrxAreaReg;
import dev.jrtap.bindings.IoUringZcrxIfqReg;
import dev.jrtap.bindings.IoUringZcrxOffsets;
import dev.jrtap.bindings.IoUringZcrxRqe;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Mapping;
import java.util.Objects;

/**
 * A receive queue of a network card whose packets arrive in memory of this process, without a copy.
 *
 * <p>The card fills pieces of an area. A completion of {@link Operation#RECV_ZC} names the piece in {@link
 * CompletionQueue#extra} word 0, and its length in the result; when the program is done with it, it returns the piece
 * through the refill ring.
 *
 * <p>Ownership: the area must stay mapped until the ring is closed. A piece is the caller's from its completion to its
 * {@link #refill}. The refill ring is this object's, and goes with the ring.
 *
 * <p>Needs a ring with {@link SetupFlag#DEFER_TASKRUN} and {@link SetupFlag#CQE32} or {@link SetupFlag#CQE_MIXED},
 * CAP_NET_ADMIN, and a card whose driver supports it: with header split on, and with the flows to be received steered
 * to the queue.
 *
 * <p>Threads: those of its {@link Ring}. Since Linux 6.15.
 *
 * <p>Source: io_uring zero copy Rx, in the kernel's documentation of networking.
 */
public final class ZeroCopyReceive {

    private static final int MAX_ENTRIES = 32768;
    private static final int HEADER_ROOM = 4096;
    private static final long OFFSET_MASK = (1L << IoUringZcrx.IORING_ZCRX_AREA_SHIFT) - 1;

    private final RegisterCall ring;
    private final Memory refill;
    private final Memory area;
    private final long areaToken;
    private final int id;
    private final int rqes;
    private final int kHead;
    private final int kTail;
    private final int mask;
    private int tail;

    private ZeroCopyReceive(RegisterCall ring, Mapping mapping, Memory area, Memory registration, long areaToken) {
        this.ring = ring;
        this.refill = mapping.memory();
        this.area = area;
        this.areaToken = areaToken;
        int offsets = IoUringZcrxIfqReg.OFFSETS;
        id = registration.getI32(IoUringZcrxIfqReg.ZCRX_ID);
        mask = registration.getI32(IoUringZcrxIfqReg.RQ_ENTRIES) - 1;
        kHead = registration.getI32(offsets + IoUringZcrxOffsets.HEAD);
        kTail = registration.getI32(offsets + IoUringZcrxOffsets.TAIL);
        rqes = registration.getI32(offsets + IoUringZcrxOffsets.RQES);
    }

    static ZeroCopyReceive register(RegisterCall ring, int ifIndex, int queue, int entries, Memory area)
            throws ErrnoException {
        ring.checkMayRegister();
        Objects.requireNonNull(area, "area");
        Check.range("ifIndex", 1, Integer.MAX_VALUE, ifIndex);
        Check.notNegative("queue", queue);
        if (entries < 1 || entries > MAX_ENTRIES || Integer.bitCount(entries) != 1) {
            throw new IllegalArgumentException("entries must be a power of two, 1.." + MAX_ENTRIES + ": " + entries);
        }
        int size = MemoryRegion.wholePages(HEADER_ROOM + entries * IoUringZcrxRqe.SIZEOF);
        Mapping mapping = Mapping.anonymous(ring.fd().syscalls(), size);
        try {
            Memory region = MemoryRegion.ofOwnMemory(mapping.memory());
            Memory areaRegistration = Memory.allocate(IoUringZcrxAreaReg.SIZEOF);
            areaRegistration.putI64(IoUringZcrxAreaReg.ADDR, area.address());
            areaRegistration.putI64(IoUringZcrxAreaReg.LEN, area.size());
            Memory registration = Memory.allocate(IoUringZcrxIfqReg.SIZEOF);
            registration.putI32(IoUringZcrxIfqReg.IF_IDX, ifIndex);
            registration.putI32(IoUringZcrxIfqReg.IF_RXQ, queue);
            registration.putI32(IoUringZcrxIfqReg.RQ_ENTRIES, entries);
            registration.putI64(IoUringZcrxIfqReg.AREA_PTR, areaRegistration.address());
            registration.putI64(IoUringZcrxIfqReg.REGION_PTR, region.address());
            String arguments = "ifindex=" + ifIndex + ", queue=" + queue + ", entries=" + entries + ", area of "
                    + area.size() + " bytes";
            ring.fd().register(RegisterOperation.ZCRX_IFQ, arguments, registration, 1);
            long token = areaRegistration.getI64(IoUringZcrxAreaReg.RQ_AREA_TOKEN);
            region.keepAlive();
            ring.keep(mapping);
            return new ZeroCopyReceive(ring, mapping, area, registration, token);
        } catch (Throwable e) {
            mapping.close();
            throw e;
        }
    }

    /** Returns the number by which {@link Operation#RECV_ZC} names it. */
    public int id() {
        return id;
    }

    /** Returns the memory that the card fills. */
    public Memory area() {
        return area;
    }

    /**
     * Returns where in the area a piece begins; {@code word} is {@link CompletionQueue#extra} word 0 of the completion.
     */
    public int position(long word) {
        return (int) (word & OFFSET_MASK);
    }

    /**
     * Returns a piece to the card; the kernel sees it after {@link #publish}.
     *
     * @param word of the completion, as for {@link #position}
     * @param length its result
     * @return {@code false} if the refill ring is full: publish, let the kernel take some, and try again
     */
    public boolean refill(long word, int length) {
        ring.checkMayRegister();
        // Acquire: an entry is written again only after the kernel has read it. Pairs with its release of the head.
        if (tail - refill.getI32Acquire(kHead) > mask) {
            return false;
        }
        int at = rqes + (tail & mask) * IoUringZcrxRqe.SIZEOF;
        refill.putI64(at + IoUringZcrxRqe.OFF, word & OFFSET_MASK | areaToken);
        refill.putI32(at + IoUringZcrxRqe.LEN, Check.notNegative("length", length));
        tail++;
        return true;
    }

    /** Makes the returned pieces visible to the kernel. */
    public void publish() {
        ring.checkMayRegister();
        // Release: the kernel must not see the tail before the entries. Pairs with its acquire of the tail.
        refill.putI32Release(kTail, tail);
    }

    /** Has the kernel take what was published, now. Since Linux 7.0. */
    public void flush() throws ErrnoException {
        ZeroCopyControl.flush(ring, id);
    }

    /** A descriptor by which another ring can share the queue. Since Linux 7.0. */
    public Fd export() throws ErrnoException {
        return ZeroCopyControl.export(ring, id);
    }
}
