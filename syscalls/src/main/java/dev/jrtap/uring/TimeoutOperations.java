// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Timespec;

/**
 * Time. {@code nanos} is never negative; {@code flags} are
 *
 * <ul>
 *   <li>{@code IORING_TIMEOUT_ABS}: {@code nanos} is a point of the clock and not a duration,
 *   <li>{@code IORING_TIMEOUT_BOOTTIME}, {@code IORING_TIMEOUT_REALTIME}: the clock, in place of CLOCK_MONOTONIC, which
 *       is that of {@link System#nanoTime}; since Linux 5.15,
 *   <li>{@code IORING_TIMEOUT_ETIME_SUCCESS}: the end of the time is a success, though the result is {@code -ETIME}: a
 *       link goes on, and {@link Sqe#skipSuccess} keeps silent; since Linux 5.16,
 *   <li>{@code IORING_TIMEOUT_IMMEDIATE_ARG}: the time stands in the entry itself, and not in memory beside it; since
 *       Linux 7.1, older kernels complete with {@code -EINVAL}.
 * </ul>
 */
public interface TimeoutOperations extends SqeFields {

    /** Completes with {@code -ETIME} when the time is up. Since Linux 5.4. */
    default Sqe timeout(long nanos, int flags) {
        return timeout(IoUring.IORING_OP_TIMEOUT, nanos, flags, 0);
    }

    /**
     * Completes with 0 when {@code completions} others have been posted since it was submitted, or with {@code -ETIME}
     * when the time is up before. Since Linux 5.4. The kernel counts the ring's own completions, too: a
     * {@link Ring#wake} has two.
     *
     * @param completions at least 1; 0 is no number but the time alone
     */
    default Sqe timeout(long nanos, int completions, int flags) {
        return timeout(IoUring.IORING_OP_TIMEOUT, nanos, flags, Check.notNegative("completions", completions));
    }

    /**
     * Completes with {@code -ETIME} each time that {@code nanos} have passed, with IORING_CQE_F_MORE except for the
     * last. Since Linux 6.4.
     *
     * @param times how often, or 0 until it is removed
     */
    default Sqe timeoutMultishot(long nanos, int times, int flags) {
        return timeout(
                IoUring.IORING_OP_TIMEOUT,
                nanos,
                flags | IoUring.IORING_TIMEOUT_MULTISHOT,
                Check.notNegative("times", times));
    }

    /**
     * Ends the timeout with this {@code userData}, which completes with {@code -ECANCELED}: completes with 0,
     * {@code -ENOENT}, or {@code -EALREADY} if its time is up already. Since Linux 5.5.
     */
    default Sqe timeoutRemove(long userData) {
        return operation(IoUring.IORING_OP_TIMEOUT_REMOVE, -1).put64(IoUringSqe.ADDR, userData);
    }

    /**
     * Gives the timeout with this {@code userData} another time, counted from now: completes with 0, {@code -ENOENT} or
     * {@code -EALREADY}. Since Linux 5.11.
     *
     * @param flags {@code IORING_TIMEOUT_ABS} or 0; the clock stays the timeout's own
     */
    default Sqe timeoutUpdate(long userData, long nanos, int flags) {
        long time = time(nanos, flags);
        return timeoutRemove(userData)
                .put64(IoUringSqe.ADDR2, time)
                .put32(IoUringSqe.TIMEOUT_FLAGS, flags | IoUring.IORING_TIMEOUT_UPDATE);
    }

    /**
     * Bounds the time of the entry before it, which must be a {@link Sqe#link}: when the time is up that one is
     * canceled, and this completes with {@code -ETIME}; else this completes with {@code -ECANCELED}. The time starts
     * with the operation. Since Linux 5.5.
     *
     * <p>{@code -EALREADY} means that the time was up, and the operation could not be canceled any more.
     */
    default Sqe linkTimeout(long nanos, int flags) {
        return timeout(IoUring.IORING_OP_LINK_TIMEOUT, nanos, flags, 0);
    }

    /** Gives the linked timeout with this {@code userData} another time, counted from now. Since Linux 5.15. */
    default Sqe linkTimeoutUpdate(long userData, long nanos, int flags) {
        return timeoutUpdate(userData, nanos, flags | IoUring.IORING_LINK_TIMEOUT_UPDATE);
    }

    private Sqe timeout(int opcode, long nanos, int flags, long count) {
        return unsafe().operation(opcode, -1, time(nanos, flags), 1, count).put32(IoUringSqe.TIMEOUT_FLAGS, flags);
    }

    /** Returns the time itself, or the address of a timespec that holds it. */
    private long time(long nanos, int flags) {
        Check.notNegative("nanos", nanos);
        if ((flags & IoUring.IORING_TIMEOUT_IMMEDIATE_ARG) != 0) {
            return nanos;
        }
        Memory time = scratch(Timespec.SIZEOF);
        Timespec.put(time, 0, nanos);
        return time.address();
    }
}
