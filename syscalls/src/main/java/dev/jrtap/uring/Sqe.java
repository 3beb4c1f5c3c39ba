// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.memory.Memory;

/**
 * One submission entry, being filled in: an operation first, its options after it.
 *
 * <p>Ownership. What an operation only reads to know what to do (a path, the address of a socket, a time value, a vector of
 * buffers) is copied beside the entry, and the caller may forget it at once. What carries data or takes a result (a buffer, a
 * struct to be filled in) is named by its address or given as {@link Memory}: it belongs to the kernel from the submission until
 * the operation's last completion, and must stay allocated until then. {@link Ring#close} returns only when the kernel has let
 * go of everything.
 *
 * <p>Descriptors are plain numbers, or with {@link #fixedFile} positions in the table of registered files.
 *
 * <p>Source: io_uring_enter(2), struct io_uring_sqe.
 */
public final class Sqe
        implements TransferOperations,
                FileOperations,
                PathOperations,
                SocketOperations,
                SendReceiveOperations,
                ZeroCopyOperations,
                SocketCommandOperations,
                PollOperations,
                TimeoutOperations,
                CancelOperations,
                PipeOperations,
                FutexOperations,
                BufferOperations,
                RingOperations {

    // Entries lie in memory in little-endian order, as on every machine this library runs on: the first word is one
    // store.
    private static final int OPCODE_SHIFT = IoUringSqe.OPCODE * Byte.SIZE;
    private static final int FD_SHIFT = IoUringSqe.FD * Byte.SIZE;
    private static final int WORD_OF_LENGTH = IoUringSqe.LEN;
    private static final int LAST_WORDS = IoUringSqe.BUF_INDEX;

    private final SubmissionQueue queue;
    private final Memory entries;
    private final Scratch scratch;
    private int at;
    private int slot;
    private boolean blank;
    private boolean lastWordsUsed;

    Sqe(SubmissionQueue queue, Memory entries, Scratch scratch) {
        this.queue = queue;
        this.entries = entries;
        this.scratch = scratch;
    }

    Sqe wrap(int at, int slot) {
        this.at = at;
        this.slot = slot;
        this.blank = true;
        return this;
    }

    /** An entry that was given no operation becomes a no-op. */
    void settle() {
        if (blank) {
            nop();
        }
    }

    /**
     * What the completion will carry.
     *
     * @param userData any number but -16 to -1, which the ring uses for operations of its own
     */
    public Sqe userData(long userData) {
        if (ReservedData.contains(userData)) {
            throw new IllegalArgumentException("user data -16..-1 belongs to the ring: " + userData);
        }
        entries.putI64(at + IoUringSqe.USER_DATA, userData);
        return this;
    }

    Sqe reserved(long userData) {
        entries.putI64(at + IoUringSqe.USER_DATA, userData);
        return flag(queue.ownFlags());
    }

    /** The descriptor is a position in the table of registered files. */
    public Sqe fixedFile() {
        return flag(IoUring.IOSQE_FIXED_FILE);
    }

    /** Starts the next entry only when this one has succeeded; else that one completes with {@code -ECANCELED}. */
    public Sqe link() {
        return flag(IoUring.IOSQE_IO_LINK);
    }

    /** Starts the next entry when this one is over, whether it has succeeded or not. Since Linux 5.5. */
    public Sqe hardLink() {
        return flag(IoUring.IOSQE_IO_HARDLINK);
    }

    /** Starts when all entries submitted before are over, and lets none submitted after it start earlier. Since Linux 5.2. */
    public Sqe drain() {
        return flag(IoUring.IOSQE_IO_DRAIN);
    }

    /** Goes to a worker thread of the kernel at once, without a try in the submitting one. Since Linux 5.6. */
    public Sqe async() {
        return flag(IoUring.IOSQE_ASYNC);
    }

    /**
     * Posts no completion if the operation succeeds. {@link Ring#inFlight} counts such an operation as under way until it fails.
     * Since Linux 5.17.
     */
    public Sqe skipSuccess() {
        queue.loseCount();
        return flag(IoUring.IOSQE_CQE_SKIP_SUCCESS);
    }

    /** Takes a buffer out of {@code group} when there is data; the completion names it. Since Linux 5.7. */
    public Sqe bufferSelect(int group) {
        return put16(IoUringSqe.BUF_GROUP, group).flag(IoUring.IOSQE_BUFFER_SELECT);
    }

    /** Runs with the credentials registered under {@code id}. Since Linux 5.6. */
    public Sqe personality(int id) {
        return put16(IoUringSqe.PERSONALITY, id);
    }

    /** Priority of reads and writes, as ioprio_set(2). Sockets and the ring's own operations use the field for flags. */
    public Sqe ioprio(int priority) {
        return put16(IoUringSqe.IOPRIO, priority);
    }

    // The rest is for operations that have no method here: a newer kernel's, or a driver's commands.

    @Override
    public Sqe operation(int opcode, int fd) {
        return operation(opcode, fd, 0, 0, 0);
    }

    /** Sets the whole entry: what is not named is 0. */
    @Override
    public Sqe operation(int opcode, int fd, long address, int length, long offset) {
        int start = at;
        entries.putI64(start, (opcode & 0xffL) << OPCODE_SHIFT | (long) fd << FD_SHIFT);
        entries.putI64(start + IoUringSqe.OFF, offset);
        entries.putI64(start + IoUringSqe.ADDR, address);
        entries.putI64(start + WORD_OF_LENGTH, length & 0xffff_ffffL);
        entries.putI64(start + IoUringSqe.USER_DATA, 0);
        // As long as no entry has used them they are still 0.
        if (lastWordsUsed) {
            entries.putI64(start + LAST_WORDS, 0);
            entries.putI64(start + LAST_WORDS + Long.BYTES, 0);
            entries.putI64(start + LAST_WORDS + 2 * Long.BYTES, 0);
        }
        blank = false;
        return this;
    }

    @Override
    public Sqe put16(int field, int value) {
        lastWordsUsed |= field >= LAST_WORDS;
        entries.putI16(at + field, value);
        return this;
    }

    @Override
    public Sqe put32(int field, int value) {
        lastWordsUsed |= field >= LAST_WORDS;
        entries.putI32(at + field, value);
        return this;
    }

    @Override
    public Sqe put64(int field, long value) {
        lastWordsUsed |= field >= LAST_WORDS;
        entries.putI64(at + field, value);
        return this;
    }

    @Override
    public Memory scratch(int size) {
        return scratch.beside(slot, size);
    }

    @Override
    public Sqe uncounted() {
        queue.loseCount();
        return this;
    }

    private Sqe flag(int flag) {
        entries.putI8(at + IoUringSqe.FLAGS, entries.getU8(at + IoUringSqe.FLAGS) | flag);
        return this;
    }
}
