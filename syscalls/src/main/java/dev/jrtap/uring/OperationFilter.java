// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.BpfFilter;
import dev.jrtap.bindings.IoUringBpf;
import dev.jrtap.bindings.IoUringBpfFilter;
import dev.jrtap.bindings.SockFilter;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ErrnoException;

/**
 * A program that the kernel runs for each operation of one kind, and which says whether it may go on: 0 completes it
 * with {@code -EACCES}. Finer than {@link Restrictions}: the program sees, for instance, what kind of socket is asked
 * for.
 *
 * <p>Source: linux/io_uring/bpf_filter.h.
 */
final class OperationFilter {

    private static final int INSTRUCTION = SockFilter.SIZEOF;

    private OperationFilter() {}

    static void register(RegisterCall ring, Operation operation, Memory program, int flags) throws ErrnoException {
        ring.checkMayRegister();
        Memory argument = argument(operation, program, flags);
        String arguments = operation + ", instructions=" + program.size() / INSTRUCTION;
        ring.fd().register(RegisterOperation.BPF_FILTER, arguments, argument, 1);
        program.keepAlive();
    }

    /** Returns the struct io_uring_bpf that names a program, which must be kept alive meanwhile. */
    static Memory argument(Operation operation, Memory program, int flags) {
        int size = program.size();
        if (size == 0 || size % INSTRUCTION != 0) {
            throw new IllegalArgumentException("a program is instructions of " + INSTRUCTION + " bytes each: " + size);
        }
        Memory argument = Memory.allocate(IoUringBpf.SIZEOF);
        argument.putI16(IoUringBpf.CMD_TYPE, BpfFilter.IO_URING_BPF_CMD_FILTER);
        int filter = IoUringBpf.FILTER;
        argument.putI32(filter + IoUringBpfFilter.OPCODE, operation.opcode());
        argument.putI32(filter + IoUringBpfFilter.FLAGS, flags);
        argument.putI32(filter + IoUringBpfFilter.FILTER_LEN, size / INSTRUCTION);
        argument.putI64(filter + IoUringBpfFilter.FILTER_PTR, program.address());
        return argument;
    }
}
