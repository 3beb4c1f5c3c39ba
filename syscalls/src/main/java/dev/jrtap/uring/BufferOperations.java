// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.memory.Memory;

/**
 * Buffers lent to the kernel by operations, of which {@link Sqe#bufferSelect} takes one: the way before Linux 5.19. A
 * {@link BufferRing} needs no operation for it, and one group has either.
 */
public interface BufferOperations extends SqeFields {

    /** As many as there are ids. */
    int MAX_BUFFERS = 65536;

    /**
     * Lends buffers that lie one behind the other. They are the kernel's until a completion names them, they are
     * removed, or the ring is closed. Completes with 0 or more, or {@code -errno}. Since Linux 5.7.
     *
     * @param buffers the first stands at its beginning, and each where the one before it ends; kept reachable until the
     *     ring's end
     * @param length of each, in bytes
     * @param count how many, 1..65536
     * @param group that they join; it is made if there is none, {@code -EINVAL} if it is a {@link BufferRing}
     * @param firstId of the first, 0..65535; those behind it have the ids that follow
     */
    default Sqe provideBuffers(Memory buffers, int length, int count, int group, int firstId) {
        Check.unsigned16("group", group);
        Check.range("count", 1, MAX_BUFFERS, count);
        long all = (long) Check.notNegative("length", length) * count;
        long address = buffers.address(0, (int) Math.min(all, Integer.MAX_VALUE));
        return unsafe().operation(
                        IoUring.IORING_OP_PROVIDE_BUFFERS, count, address, length, Check.unsigned16("firstId", firstId))
                .put16(IoUringSqe.BUF_GROUP, group)
                .keepAliveUntilTheEnd(buffers);
    }

    /**
     * Takes buffers back that no operation has taken. Completes with how many, which may be fewer than asked for, or
     * with {@code -ENOENT} if there is no such group. Since Linux 5.7.
     *
     * @param count how many at most, 1..65536
     */
    default Sqe removeBuffers(int count, int group) {
        Check.unsigned16("group", group);
        return operation(IoUring.IORING_OP_REMOVE_BUFFERS, Check.range("count", 1, MAX_BUFFERS, count))
                .put16(IoUringSqe.BUF_GROUP, group);
    }
}
