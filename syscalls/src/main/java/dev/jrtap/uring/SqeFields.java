// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.memory.Memory;

/**
 * The parts that every operation is made of; directly, for operations that have no method here: a newer kernel's, or a
 * driver's commands.
 */
public interface SqeFields {

    /**
     * Sets the opcode, {@code IORING_OP_*}, and the file, or -1; every other field becomes 0.
     *
     * @see Sqe#put32
     */
    Sqe operation(int opcode, int fd);

    /**
     * Sets the opcode, the file, a part of {@code memory} and the offset, as most operations that move bytes have them;
     * every other field becomes 0. The memory is kept reachable until the operation's last completion.
     *
     * @param memory holds {@code length} bytes from {@code at} on, which the fields ADDR and LEN name
     * @param offset what the field OFF means to the operation
     */
    Sqe operation(int opcode, int fd, Memory memory, int at, int length, long offset);

    /**
     * Like {@link #operation(int, int, Memory, int, int, long)}, on a part of the registered buffer
     * {@code bufferIndex}.
     */
    Sqe operation(int opcode, int fd, Memory memory, int at, int length, long offset, int bufferIndex);

    /** Returns the same entry, for an operation on memory that is named by its address, and not kept. */
    UnsafeOperations unsafe();

    /**
     * Returns at least {@code size} bytes beside the entry, of undefined content, for arguments that the kernel only
     * reads. They are the entry's until the kernel has taken it. One piece per entry: asking again may return the same
     * bytes.
     */
    Memory scratch(int size);
}
