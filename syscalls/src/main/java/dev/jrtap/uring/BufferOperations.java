// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.memory.Memory;

/**
 * Buffers lent to the kernel by operations, of which {@link Sqe#bufferSelect} takes one: the only way before Linux
 * 5.19. A {@link BufferRing} lends without operations. A group is of one kind or the other.
 */
public interface BufferOperations extends SqeFields {

    /** As many as there are ids. */
    int MAX_BUFFERS = 65536;

    /**
     * Lends adjacent buffers. They are the kernel's until a completion names them, they are removed, or the ring is
     * closed. Completes with 0 or more, or {@code -errno}. Since Linux 5.7.
     *
     * @param buffers memory that begins with the first buffer, followed by the others without gaps; kept reachable
     *     until the ring's end
     * @param length of each, in bytes
     * @param count how many, 1..65536
     * @param group that they join; it is made if there is none, {@code -EINVAL} if it is a {@link BufferRing}
     * @param firstId of the first, 0..65535; the following buffers have consecutive ids
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
     * Takes back buffers that no operation has taken. Completes with their number, which may be less than {@code
     * count}, or with {@code -ENOENT} if there is no such group. Since Linux 5.7.
     *
     * @param count how many at most, 1..65536
     */
    default Sqe removeBuffers(int count, int group) {
        Check.unsigned16("group", group);
        return operation(IoUring.IORING_OP_REMOVE_BUFFERS, Check.range("count", 1, MAX_BUFFERS, count))
                .put16(IoUringSqe.BUF_GROUP, group);
    }
}
