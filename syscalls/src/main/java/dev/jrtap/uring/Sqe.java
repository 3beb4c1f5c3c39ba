// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.bindings.Splice;
import dev.jrtap.syscall.MemoryUser;

/**
 * A submission entry that has its operation, and takes the options that go with it.
 *
 * <p>An operation method of {@link Operations} returns it, so an option cannot come before its operation and get lost.
 *
 * <pre>{@code
 * ring.submission().claim().read(fd, buffer, 0).fixedFile().userData(7);
 * }</pre>
 *
 * <p>Descriptors are plain numbers, or with {@link #fixedFile} positions in the table of registered files.
 *
 * <p>Ownership: an operation's small arguments (a path, a socket address, a time value, a vector of buffers) are copied
 * beside the entry. Memory that carries data or receives a result belongs to the kernel from the submission until the
 * operation's last completion, and is kept reachable until then; what is named by its address
 * ({@link Operations#unsafe}) is not. When {@link Ring#close} has returned, the kernel uses none of it any more.
 *
 * <p>Threads: those of its {@link Ring}. The view is valid until the next claim or submit.
 *
 * <p>Source: io_uring_enter(2), struct io_uring_sqe.
 */
public abstract class Sqe implements MemoryUser {

    // A class, not an interface: C2 of JDK 17 makes another value of what a method returns as an interface, and reads
    // its
    // fields again (0.5 ns of a no-op's 3.1).
    Sqe() {}

    /**
     * Sets the value that the completion will carry; 0 without this. {@link Operations#cancel} finds the operation by
     * it.
     *
     * @param userData any number except -16 to -1, and those whose upper 24 bits are 0xa5a5a5, which the ring uses
     *     itself
     * @throws IllegalArgumentException if it is one of those
     */
    public abstract Sqe userData(long userData);

    /**
     * Keeps {@code holder} reachable until the operation's last completion, and so the memory that goes with it: what
     * the methods of {@link Operations} that take an object do by themselves. Of a zero-copy send the notification is
     * the last. What a silent operation ({@link #skipSuccess}) was given is kept until the ring's end, and so is all of
     * a ring that is closed and could not be proven to be over ({@link Ring#leaked}).
     *
     * @param holder a Memory, a direct buffer, a segment: anything whose memory lives as long as it is reachable
     */
    @Override
    public abstract Sqe keepAlive(Object holder);

    /**
     * Keeps {@code holder} reachable until the ring's end: for memory that the kernel uses when the operation is over,
     * and for a {@link dev.jrtap.memory.Memory} that most operations use, which then cost less: the ring need not note
     * for each what it was given. It knows the last one.
     */
    public abstract Sqe keepAliveUntilTheEnd(Object holder);

    /**
     * Takes the descriptor as a position in the table of registered files.
     *
     * @throws NotEnabledException if no table is registered
     * @throws IndexOutOfBoundsException if the position is outside the table; the entry is then a no-op
     */
    public abstract Sqe fixedFile();

    /** Starts the next entry only when this one has succeeded; otherwise that one completes with {@code -ECANCELED}. */
    public abstract Sqe link();

    /** Starts the next entry when this one is over, whether it has succeeded or not. Since Linux 5.5. */
    public abstract Sqe hardLink();

    /**
     * Starts when all entries submitted before are over, and lets none submitted after it start earlier. Since Linux
     * 5.2.
     *
     * <p>While such an entry may be waiting, {@link Ring#await} looks for wake-ups once a millisecond: the kernel would
     * not start the poll through which {@link Ring#wake} ends a sleep at once.
     */
    public abstract Sqe drain();

    /** Goes to a worker thread of the kernel at once, without a try in the submitting thread. Since Linux 5.6. */
    public abstract Sqe async();

    /** Posts no completion if the operation succeeds. Since Linux 5.17. */
    public abstract Sqe skipSuccess();

    /** Takes a buffer out of {@code group} when there is data; the completion names it. Since Linux 5.7. */
    public abstract Sqe bufferSelect(int group);

    /** Runs with the credentials registered under {@code id}. Since Linux 5.6. */
    public abstract Sqe personality(int id);

    /**
     * Sets the priority of reads and writes, as ioprio_set(2). Sockets and the ring's own operations use the field for
     * flags.
     */
    public abstract Sqe ioprio(int priority);

    /** Sets {@code RWF_*} of preadv2(2) for {@link Operations#read}, {@link Operations#write} and their like. */
    public abstract Sqe rwFlags(int flags);

    /**
     * Puts the file that the operation makes into the table of registered files, and makes no descriptor. For
     * {@link Operations#openat}, {@link Operations#openat2}, {@link Operations#socket}, {@link Operations#accept} and
     * {@link Operations#pipe}, without O_CLOEXEC, which is for descriptors. Since Linux 5.15.
     *
     * @param slot position in the table, where a file that is there already makes way; or {@link Operations#ANY_SLOT}:
     *     the kernel picks a free one, and completes with {@code -ENFILE} if there is none. {@code -EINVAL} outside the
     *     table, {@code -ENXIO} without one
     */
    public abstract Sqe intoSlot(int slot);

    /**
     * Sets how {@link Operations#splice} and {@link Operations#tee} work.
     *
     * @param flags {@code SPLICE_F_*} of {@link Splice}, and {@link IoUring#SPLICE_F_FD_IN_FIXED} if the input is a
     *     position in the table of registered files
     */
    public abstract Sqe spliceFlags(int flags);

    /**
     * Returns what the entry has been told, as {@code "READ(fd=7, length=4096, offset=0) LINK userData=3"}, until it is
     * submitted. Any thread may call; only one that may use the ring learns something.
     */
    @Override
    public abstract String toString();

    // For operations that have no method here: a newer kernel's, or a driver's commands.

    /**
     * Sets the 16 bits at {@code field}, an offset of {@link IoUringSqe}. What a field means is the operation's, and
     * not checked here: a slot that is told in {@link IoUringSqe#FILE_INDEX} may be the ring's own, see
     * {@link FixedFiles}; {@link #intoSlot} and the methods of {@link SlotOperations} refuse it.
     */
    public abstract Sqe put16(int field, int value);

    /** Sets the 32 bits at {@code field}, as {@link #put16} does. */
    public abstract Sqe put32(int field, int value);

    /**
     * Sets the 64 bits at {@code field}, as {@link #put16} does. Where they are an address, {@link #keepAlive} keeps
     * what it points to.
     */
    public abstract Sqe put64(int field, long value);
}
