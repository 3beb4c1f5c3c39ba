// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.memory.Memory;

/**
 * One submission entry, being filled in: an operation first, its options after it.
 *
 * <p>Memory that an operation points to belongs to the kernel until the operation's last completion.
 *
 * <p>Source: io_uring_enter(2), struct io_uring_sqe.
 */
public final class Sqe {

    private final Memory entries;
    private int at;

    Sqe(Memory entries) {
        this.entries = entries;
    }

    Sqe wrap(int at) {
        this.at = at;
        return this;
    }

    /** Does nothing, and completes with 0. */
    public Sqe nop() {
        return operation(IoUring.IORING_OP_NOP, -1);
    }

    /**
     * Reads at most {@code length} bytes, as pread(2).
     *
     * @param offset position in the file; 0 for what has none, as a tap queue
     */
    public Sqe read(int fd, long address, int length, long offset) {
        return transfer(IoUring.IORING_OP_READ, fd, address, length).offset(offset);
    }

    /** Writes {@code length} bytes, as pwrite(2). */
    public Sqe write(int fd, long address, int length, long offset) {
        return transfer(IoUring.IORING_OP_WRITE, fd, address, length).offset(offset);
    }

    /**
     * Reads into buffers of {@code bufferGroup}, again and again, one completion each, until an error or a cancel.
     *
     * <p>The file must be pollable and opened O_NONBLOCK. A completion without IORING_CQE_F_MORE is the last: arm again.
     * {@code -ENOBUFS} means that the group was empty; nothing was lost, what was to be read still waits.
     *
     * <p>Since Linux 6.7.
     */
    public Sqe readMultishot(int fd, int bufferGroup) {
        operation(IoUring.IORING_OP_READ_MULTISHOT, fd);
        entries.putI16(at + IoUringSqe.BUF_GROUP, bufferGroup);
        return flag(IoUring.IOSQE_BUFFER_SELECT);
    }

    /** Completes once, with the ready events, when one of {@code events} ({@code POLL*} of poll(2)) is there. */
    public Sqe pollAdd(int fd, int events) {
        operation(IoUring.IORING_OP_POLL_ADD, fd);
        entries.putI32(at + IoUringSqe.POLL32_EVENTS, PollMask.words(events));
        return this;
    }

    /** Cancels the first operation with this {@code userData}; completes with 0, {@code -ENOENT} or {@code -EALREADY}. */
    public Sqe cancel(long userData) {
        operation(IoUring.IORING_OP_ASYNC_CANCEL, -1);
        entries.putI64(at + IoUringSqe.ADDR, userData);
        return this;
    }

    /** Cancels every operation of the ring; completes with how many. Since Linux 5.19. */
    public Sqe cancelAll() {
        operation(IoUring.IORING_OP_ASYNC_CANCEL, -1);
        entries.putI32(at + IoUringSqe.CANCEL_FLAGS, IoUring.IORING_ASYNC_CANCEL_ALL | IoUring.IORING_ASYNC_CANCEL_ANY);
        return this;
    }

    /** What the completion will carry. {@code -1} is taken by the ring itself. */
    public Sqe userData(long userData) {
        entries.putI64(at + IoUringSqe.USER_DATA, userData);
        return this;
    }

    /** Starts the next entry only when this one has succeeded; else that one completes with {@code -ECANCELED}. */
    public Sqe link() {
        return flag(IoUring.IOSQE_IO_LINK);
    }

    private Sqe operation(int opcode, int fd) {
        entries.putI8(at + IoUringSqe.OPCODE, opcode);
        entries.putI32(at + IoUringSqe.FD, fd);
        return this;
    }

    private Sqe transfer(int opcode, int fd, long address, int length) {
        operation(opcode, fd);
        entries.putI64(at + IoUringSqe.ADDR, address);
        entries.putI32(at + IoUringSqe.LEN, length);
        return this;
    }

    private Sqe offset(long offset) {
        entries.putI64(at + IoUringSqe.OFF, offset);
        return this;
    }

    private Sqe flag(int flag) {
        entries.putI8(at + IoUringSqe.FLAGS, entries.getU8(at + IoUringSqe.FLAGS) | flag);
        return this;
    }
}
