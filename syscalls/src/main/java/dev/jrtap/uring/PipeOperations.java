// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Pipe;

/** Pipes, and moving bytes through them without a copy in this process. */
public interface PipeOperations extends SqeFields {

    /**
     * Moves bytes between a pipe and another file, as splice(2): one of the two must be a pipe. Completes with how
     * many, 0 at the end of the input. Since Linux 5.7.
     *
     * <p>{@link Sqe#fixedFile} is about the output; for the input see {@link Sqe#spliceFlags}.
     *
     * @param offsetIn position in the input, or -1 for its own, as for a pipe
     * @param offsetOut position in the output, or -1 for its own, as for a pipe
     * @param length bytes at most
     */
    default Sqe splice(int fdIn, long offsetIn, int fdOut, long offsetOut, int length) {
        return unsafe().operation(
                        IoUring.IORING_OP_SPLICE,
                        fdOut,
                        Check.offset(offsetIn),
                        Check.notNegative("length", length),
                        Check.offset(offsetOut))
                .put32(IoUringSqe.SPLICE_FD_IN, fdIn);
    }

    /**
     * Copies bytes from one pipe to another, as tee(2), and leaves them to be read in the first. Completes with how
     * many. Since Linux 5.8.
     *
     * @param length bytes at most
     */
    default Sqe tee(int pipeIn, int pipeOut, int length) {
        return unsafe().operation(IoUring.IORING_OP_TEE, pipeOut, 0, Check.notNegative("length", length), 0)
                .put32(IoUringSqe.SPLICE_FD_IN, pipeIn);
    }

    /**
     * Makes a pipe, as pipe2(2). Completes with 0. Since Linux 6.16; {@link Pipe#open} makes one on any kernel.
     *
     * <p>With {@link Sqe#intoSlot} the two ends go to that slot of the table of registered files and the next one; or
     * with {@link Operations#ANY_SLOT} to any two, which are received.
     *
     * @param ends receives two {@code int}s, the end to read from and the end to write to; the kernel's until
     *     completion
     * @param flags {@code O_CLOEXEC}, {@code O_NONBLOCK}, or 0
     */
    default Sqe pipe(Memory ends, int flags) {
        long address = ends.address();
        if (ends.size() < 2 * Integer.BYTES) {
            throw new IllegalArgumentException("the two ends of a pipe need 8 bytes, more than " + ends);
        }
        return unsafe().operation(IoUring.IORING_OP_PIPE, 0, address, 0, 0)
                .put32(IoUringSqe.PIPE_FLAGS, flags)
                .keepAlive(ends);
    }
}
