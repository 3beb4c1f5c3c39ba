// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.Futex;
import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.FutexVector;
import dev.jrtap.syscall.FutexWord;

/**
 * Waiting for memory words and for processes.
 *
 * <p>{@code flags} are {@code FUTEX2_*}: the size of the word, of which kernels to date have FUTEX2_SIZE_U32 alone, and
 * FUTEX2_PRIVATE if no other process shares it. A waiter and its waker must agree on both.
 */
public interface FutexOperations extends SqeFields {

    /**
     * Completes with 0 when a thread wakes the 32-bit word at {@code at} of {@code memory}, or at once with {@code
     * -EAGAIN} if it does not hold {@code expected}: a word of this process alone. Since Linux 6.7.
     */
    default Sqe futexWait(Memory memory, int at, int expected) {
        return futexWait(
                memory,
                at,
                Integer.toUnsignedLong(expected),
                Integer.toUnsignedLong(Futex.FUTEX_BITSET_MATCH_ANY),
                Futex.FUTEX2_SIZE_U32 | Futex.FUTEX2_PRIVATE);
    }

    /**
     * Like {@link #futexWait(Memory, int, int)}, with a mask and flags, as futex_wait(2).
     *
     * @param expected no larger than the word
     * @param mask is woken only with a mask that has a bit of this one; not 0
     */
    default Sqe futexWait(Memory memory, int at, long expected, long mask, int flags) {
        return futex(
                IoUring.IORING_OP_FUTEX_WAIT, memory, at, FutexWord.checked("expected", expected, flags), mask, flags);
    }

    /**
     * Wakes at most {@code count} waiters for the 32-bit word at {@code at} of {@code memory}: completes with their
     * number. Since Linux 6.7.
     */
    default Sqe futexWake(Memory memory, int at, int count) {
        return futexWake(
                memory,
                at,
                count,
                Integer.toUnsignedLong(Futex.FUTEX_BITSET_MATCH_ANY),
                Futex.FUTEX2_SIZE_U32 | Futex.FUTEX2_PRIVATE);
    }

    /**
     * Like {@link #futexWake(Memory, int, int)}, as futex_wake(2): wakes only waiters whose mask has a bit of {@code
     * mask}.
     */
    default Sqe futexWake(Memory memory, int at, int count, long mask, int flags) {
        return futex(IoUring.IORING_OP_FUTEX_WAKE, memory, at, Check.notNegative("count", count), mask, flags);
    }

    private Sqe futex(int opcode, Memory memory, int at, long value, long mask, int flags) {
        FutexWord.checked("mask", mask, flags);
        return unsafe().operation(opcode, flags, FutexWord.address(memory, at, flags), 0, value)
                .put64(IoUringSqe.ADDR3, mask)
                .keepAlive(memory);
    }

    /**
     * Completes with the index of one that was woken, or with {@code -EAGAIN} if one does not hold what is expected, as
     * futex_waitv(2). Since Linux 6.7.
     *
     * @param futexes copied, and can be changed at once
     */
    default Sqe futexWaitAny(FutexVector futexes) {
        if (futexes.size() == 0) {
            throw new IllegalArgumentException("futexes must hold one at least to wait for");
        }
        Memory copy = scratch(futexes.bytes());
        futexes.copyTo(copy);
        Sqe operation = unsafe().operation(IoUring.IORING_OP_FUTEX_WAITV, 0, copy.address(), futexes.size(), 0);
        futexes.keepAlive(operation);
        return operation;
    }

    /**
     * Completes with 0 when a child process has changed its state as {@code options} ask, as waitid(2); {@code -ECHILD}
     * if there is no such child. Since Linux 6.7.
     *
     * @param idType {@code P_PID}, {@code P_PGID}, {@code P_PIDFD} or {@code P_ALL}
     * @param id the process, the group or the descriptor
     * @param info what has happened; the kernel's until the completion
     * @param options {@code WEXITED}, {@code WSTOPPED}, {@code WCONTINUED}, {@code WNOHANG}, {@code WNOWAIT}
     */
    default Sqe waitid(int idType, int id, ChildInfo info, int options) {
        return unsafe().operation(
                        IoUring.IORING_OP_WAITID, id, 0, idType, info.memory().address())
                .put32(IoUringSqe.FILE_INDEX, options)
                .keepAlive(info);
    }
}
