// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.memory.Memory;

/** What every operation is made of: the fields of struct io_uring_sqe, and native memory beside the entry. */
interface SqeFields {

    /** Which operation, {@code IORING_OP_*}, and the file it is about, or -1; everything else of the entry becomes 0. */
    Sqe operation(int opcode, int fd);

    /** The operation with address, length and offset, which most have; the rest becomes 0. */
    Sqe operation(int opcode, int fd, long address, int length, long offset);

    /** Sets the 16 bits at {@code field}, an offset of {@link IoUringSqe}. */
    Sqe put16(int field, int value);

    /** Sets the 32 bits at {@code field}. */
    Sqe put32(int field, int value);

    /** Sets the 64 bits at {@code field}. */
    Sqe put64(int field, long value);

    /**
     * At least {@code size} bytes beside the entry, of undefined content, for what the kernel only reads. They are the entry's until
     * the kernel has taken it. One piece an entry: asking again may give the same bytes.
     */
    Memory scratch(int size);

    /** Says that the operation may complete more or less than once without a sign of it in the flags. */
    Sqe uncounted();
}
