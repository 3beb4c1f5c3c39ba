// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.BpfFilter;
import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringRestriction;
import dev.jrtap.bindings.IoUringTaskRestriction;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Syscalls;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;

/**
 * What the calling thread may do with io_uring from now on: every ring that it sets up afterwards is limited so, and so
 * are those of the threads and processes that it starts. Like a seccomp filter it never ends, and can only become
 * narrower.
 *
 * <p>A thread without CAP_SYS_ADMIN must have said PR_SET_NO_NEW_PRIVS, see prctl(2).
 *
 * <p>{@link Restrictions} limit one ring; a {@link Ring} of this library needs what those allow by themselves, which is
 * allowed here, too.
 *
 * <p>Threads: any; the limits are the calling thread's. Since Linux 7.0.
 *
 * <p>Source: io_uring_register(2), IORING_REGISTER_RESTRICTIONS and IORING_REGISTER_BPF_FILTER with the descriptor -1.
 */
public final class TaskLimits {

    private static final int RING_OPERATIONS_FLAGS = SqeFlag.LINK.bit();

    private final Syscalls sys;
    private final EnumSet<RegisterOperation> registerOperations = EnumSet.of(
            RegisterOperation.ENABLE_RINGS,
            RegisterOperation.RING_FDS,
            RegisterOperation.UNREGISTER_RING_FDS,
            RegisterOperation.PROBE,
            RegisterOperation.FILES,
            RegisterOperation.FILES2,
            RegisterOperation.FILES_UPDATE,
            RegisterOperation.UNREGISTER_FILES);
    private final EnumSet<Operation> operations = EnumSet.of(Operation.POLL_ADD, Operation.TIMEOUT, Operation.NOP);
    private int allowedFlags = RING_OPERATIONS_FLAGS;

    private TaskLimits(Syscalls sys) {
        this.sys = sys;
    }

    /** Returns limits that allow nothing but what each ring needs. */
    public static TaskLimits ofCaller() {
        return new TaskLimits(Syscalls.libc());
    }

    /** Allows operations. */
    public TaskLimits allow(Operation... allowed) {
        operations.addAll(List.of(Objects.requireNonNull(allowed, "allowed")));
        return this;
    }

    /** Allows to register and unregister. */
    public TaskLimits allow(RegisterOperation... allowed) {
        registerOperations.addAll(List.of(Objects.requireNonNull(allowed, "allowed")));
        return this;
    }

    /** Allows flags of entries; without this only {@link SqeFlag#LINK}. */
    public TaskLimits allow(SqeFlag... allowed) {
        for (SqeFlag flag : Objects.requireNonNull(allowed, "allowed")) {
            allowedFlags |= flag.bit();
        }
        return this;
    }

    /**
     * Limits the calling thread.
     *
     * @throws ErrnoException EACCES without CAP_SYS_ADMIN and PR_SET_NO_NEW_PRIVS, EPERM if the thread is limited
     *     already
     */
    public void apply() throws ErrnoException {
        int count = registerOperations.size() + operations.size() + 1;
        Memory list = Memory.allocate(IoUringTaskRestriction.SIZEOF + count * IoUringRestriction.SIZEOF);
        list.putI16(IoUringTaskRestriction.NR_RES, count);
        int at = IoUringTaskRestriction.RESTRICTIONS;
        for (RegisterOperation operation : registerOperations) {
            at = Restrictions.add(list, at, IoUring.IORING_RESTRICTION_REGISTER_OP, operation.opcode());
        }
        for (Operation operation : operations) {
            at = Restrictions.add(list, at, IoUring.IORING_RESTRICTION_SQE_OP, operation.opcode());
        }
        Restrictions.add(list, at, IoUring.IORING_RESTRICTION_SQE_FLAGS_ALLOWED, allowedFlags);
        RingFd.registerWithoutRing(sys, RegisterOperation.RESTRICTIONS, "task, count=" + count, list, 1);
    }

    /**
     * Has a program decide on each operation of one kind of the thread's rings; see {@link Registrations#filter}.
     *
     * @param denyRest whether all operations that have no program are refused
     */
    public static void filter(Operation operation, Memory program, boolean denyRest) throws ErrnoException {
        int flags = denyRest ? BpfFilter.IO_URING_BPF_FILTER_DENY_REST : 0;
        Memory argument = OperationFilter.argument(operation, program, flags);
        RingFd.registerWithoutRing(Syscalls.libc(), RegisterOperation.BPF_FILTER, "task, " + operation, argument, 1);
        program.keepAlive();
    }
}
