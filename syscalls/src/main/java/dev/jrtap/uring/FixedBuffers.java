// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringCloneBuffers;
import dev.jrtap.bindings.Iovec;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ErrnoException;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The ring's table of registered buffers. The kernel maps their pages once, and not for each operation that names a
 * buffer by its bufferIndex here ({@code READ_FIXED}, {@code WRITE_FIXED} and their like, with any part of the buffer
 * as address and length).
 *
 * <p>Ownership: registered memory must stay mapped until it is replaced or unregistered, and the last operation with it
 * is over, or until the ring is closed: the kernel has locked its pages, and would go on writing to them. What is in
 * the table is kept reachable here, and what was replaced while operations are under way until the ring's end. Locked
 * pages count against RLIMIT_MEMLOCK, unless the process has CAP_IPC_LOCK.
 *
 * <p>Tags: with each buffer a tag may be given, other than 0 for none. When the kernel uses the buffer no more, a
 * completion comes with the tag as its user data and 0 as its result; before Linux 6.13 only for a buffer that was
 * replaced, not for what is unregistered with the table. From the first tag on {@link Ring#inFlight} is an estimate.
 *
 * <p>Threads: those of {@link Registrations}.
 *
 * <p>Source: io_uring_register(2), IORING_REGISTER_BUFFERS.
 */
public final class FixedBuffers {

    // IORING_MAX_REG_BUFFERS, io_uring/rsrc.h.
    private static final int MAX_PLACES = 1 << 14;

    private final RegisterCall ring;
    private final ResourceTable table;
    private final BooleanSupplier isIdle;
    private Memory[] held = {};

    /** @param isIdle whether it is certain that no operation is under way */
    FixedBuffers(RegisterCall ring, UnderWay underWay, BooleanSupplier isIdle) {
        this.ring = ring;
        this.isIdle = isIdle;
        this.table = new ResourceTable(
                ring, underWay, RegisterOperation.BUFFERS2, RegisterOperation.BUFFERS_UPDATE, "bufferIndex");
    }

    /**
     * Registers a table with these buffers; their indices are 0, 1, and so on. Since Linux 5.1.
     *
     * @param buffers at least one, each of at least one byte; {@code null} for a place without a buffer (since Linux
     *     5.13)
     * @throws ErrnoException EBUSY if there is a table, ENOMEM if it is more than may be locked, EFAULT if a buffer is
     *     not mapped, EFAULT or before Linux 6.5 EOPNOTSUPP if it is a mapping of a file that is written back to a disk
     */
    public void register(Memory... buffers) throws ErrnoException {
        ring.checkMayRegister();
        Memory[] next = buffers.clone();
        Memory vector = vector(next);
        ring.fd().register(RegisterOperation.BUFFERS, "count=" + next.length, vector, next.length);
        hold(next);
    }

    /** Like {@link #register(Memory...)}, with a tag for each buffer. Since Linux 5.13. */
    public void register(Memory[] buffers, long[] tags) throws ErrnoException {
        ring.checkMayRegister();
        Memory[] next = buffers.clone();
        table.register(vector(next), next.length, tags);
        hold(next);
    }

    /**
     * Registers a table of empty places. Since Linux 5.19.
     *
     * @param places how many, 1..16384
     */
    public void registerSparse(int places) throws ErrnoException {
        ring.checkMayRegister();
        table.registerSparse(Check.range("places", 1, MAX_PLACES, places));
        hold(new Memory[places]);
    }

    /**
     * Changes places from {@code bufferIndex} on. Since Linux 5.13.
     *
     * @param buffers a buffer for each place, or {@code null} to empty it
     * @return how many places were changed: if a buffer is refused those before it stay changed, and only if it is the
     *     first an exception is thrown
     * @throws IndexOutOfBoundsException if a place is outside the table
     */
    public int update(int bufferIndex, Memory... buffers) throws ErrnoException {
        return change(bufferIndex, buffers, null);
    }

    /** Like {@link #update(int, Memory...)}, with a tag for each buffer; an empty place has none. */
    public int update(int bufferIndex, Memory[] buffers, long[] tags) throws ErrnoException {
        return change(bufferIndex, buffers, Objects.requireNonNull(tags, "tags"));
    }

    private int change(int bufferIndex, Memory[] buffers, long @Nullable [] tags) throws ErrnoException {
        ring.checkMayRegister();
        Check.range("bufferIndex", 0, MAX_PLACES - 1, bufferIndex);
        checkPlaces("bufferIndex", bufferIndex, buffers.length);
        // Before the kernel has them: from then on there may be no memory to note it.
        Memory[] next = held.clone();
        int changed = table.update(bufferIndex, vector(buffers), buffers.length, tags);
        for (int i = 0; i < changed && bufferIndex + i < next.length; i++) {
            next[bufferIndex + i] = buffers[i];
        }
        hold(next);
        return changed;
    }

    /** Without a table the kernel says so. */
    private void checkPlaces(String name, int index, int count) {
        int places = held.length;
        if (places > 0 && index > places - count) {
            throw new IndexOutOfBoundsException(
                    name + " " + index + ", count " + count + ", of a table of " + places + " buffers");
        }
    }

    /**
     * Registers the table of {@code source}, whole: the same buffers at the same indices, without locking their pages
     * again. The rule of ownership then holds for both rings. Since Linux 6.12.
     *
     * @param source the buffers of a ring of this process, on whichever thread
     * @throws ErrnoException EBUSY if there is a table, ENXIO if {@code source} has none
     */
    public void cloneFrom(FixedBuffers source) throws ErrnoException {
        cloneRange(source, 0, 0, 0, 0);
        hold(source.held.clone());
    }

    /**
     * Takes over {@code count} buffers of {@code source}, from its {@code sourceIndex} on, to {@code bufferIndex} and
     * after it, in place of what is there. A table that is too small, or missing, is made large enough. Since Linux
     * 6.13.
     *
     * @throws IndexOutOfBoundsException if {@code source} has no such place
     */
    public void cloneFrom(FixedBuffers source, int sourceIndex, int bufferIndex, int count) throws ErrnoException {
        Check.range("count", 1, MAX_PLACES, count);
        Check.range("sourceIndex", 0, MAX_PLACES - count, sourceIndex);
        Check.range("bufferIndex", 0, MAX_PLACES - count, bufferIndex);
        cloneRange(source, sourceIndex, bufferIndex, count, IoUring.IORING_REGISTER_DST_REPLACE);
        Memory[] theirs = source.held;
        Memory[] grown = new Memory[Math.max(held.length, bufferIndex + count)];
        System.arraycopy(held, 0, grown, 0, held.length);
        System.arraycopy(theirs, sourceIndex, grown, bufferIndex, Math.min(count, theirs.length - sourceIndex));
        hold(grown);
    }

    private void cloneRange(FixedBuffers source, int sourceIndex, int bufferIndex, int count, int flags)
            throws ErrnoException {
        ring.checkMayRegister();
        source.checkPlaces("sourceIndex", sourceIndex, count);
        int registered = source.ring.fd().hasDescriptor() ? 0 : IoUring.IORING_REGISTER_SRC_REGISTERED;
        Memory argument = Memory.allocate(IoUringCloneBuffers.SIZEOF);
        argument.putI32(IoUringCloneBuffers.SRC_FD, source.ring.fd().number());
        argument.putI32(IoUringCloneBuffers.FLAGS, flags | registered);
        argument.putI32(IoUringCloneBuffers.SRC_OFF, sourceIndex);
        argument.putI32(IoUringCloneBuffers.DST_OFF, bufferIndex);
        argument.putI32(IoUringCloneBuffers.NR, count);
        String range = ", sourceIndex=" + sourceIndex + ", bufferIndex=" + bufferIndex + ", count=" + count;
        String arguments = "source " + source.ring.fd() + (count == 0 ? "" : range);
        ring.fd().register(RegisterOperation.CLONE_BUFFERS, arguments, argument, 1);
    }

    /**
     * Gives the table up. Operations under way keep their buffers until they are over: only then may the memory be
     * unmapped or used otherwise.
     */
    public void unregister() throws ErrnoException {
        ring.checkMayRegister();
        ring.fd().register(RegisterOperation.UNREGISTER_BUFFERS, "", null, 0);
        hold(new Memory[0]);
    }

    /**
     * Unlocks the pages now, and not when the kernel gets round to freeing the ring, and drops what keeps the memory
     * reachable.
     */
    void close() {
        if (held.length > 0) {
            ring.fd().tryRegister(IoUring.IORING_UNREGISTER_BUFFERS, null, 0);
        }
        hold(new Memory[0]);
    }

    private void hold(Memory[] next) {
        held = next;
        ring.lent().registered(next, isIdle.getAsBoolean());
    }

    private static Memory vector(Memory[] buffers) {
        if (buffers.length == 0) {
            throw new IllegalArgumentException("at least one buffer is needed, or null for an empty place");
        }
        Memory vector = Memory.allocate(buffers.length * Iovec.SIZEOF);
        for (int i = 0; i < buffers.length; i++) {
            if (buffers[i] != null) {
                // First, for memory that is unmapped has no size either.
                vector.putI64(i * Iovec.SIZEOF + Iovec.IOV_BASE, buffers[i].address());
                // The kernel would say EFAULT, as of memory that is not mapped.
                if (buffers[i].size() == 0) {
                    throw new IllegalArgumentException("a registered buffer has 1 byte or more: the one at " + i
                            + " of " + buffers.length + " has none");
                }
                vector.putI64(i * Iovec.SIZEOF + Iovec.IOV_LEN, buffers[i].size());
            }
        }
        return vector;
    }
}
