// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringRestriction;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ErrnoException;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;

/**
 * What a ring may be used for from now on: everything that is not allowed here is refused by the kernel, operations
 * with a completion of {@code -EACCES}, registering with an {@link ErrnoException} of EACCES. Meant for a ring that is
 * handed to code which is trusted less.
 *
 * <p>Restrictions begin when the ring is driven for the first time, and never end or change. Before that everything can
 * still be registered.
 *
 * <p>The ring's own needs are allowed without being asked for, and can therefore be used by others too: to poll, to
 * time out, to do nothing and to link, and to register itself with the thread that drives it and to undo that.
 *
 * <p>Threads: those of {@link Registrations}. Since Linux 5.10.
 *
 * <p>Source: io_uring_register(2), IORING_REGISTER_RESTRICTIONS.
 */
public final class Restrictions {

    private static final int NONE = -1;

    private final RegisterCall registration;
    private final FixedFiles files;
    private final WakeWatch watch;
    private final SubmissionQueue submission;
    private final EnumSet<RegisterOperation> registerOperations = EnumSet.of(
            RegisterOperation.ENABLE_RINGS, RegisterOperation.RING_FDS, RegisterOperation.UNREGISTER_RING_FDS);
    private final EnumSet<Operation> operations = EnumSet.of(Operation.POLL_ADD, Operation.TIMEOUT, Operation.NOP);
    private int allowedFlags = SqeFlag.LINK.bit();
    private int requiredFlags;
    private int slot = NONE;

    Restrictions(RegisterCall registration, FixedFiles files, WakeWatch watch, SubmissionQueue submission) {
        this.registration = registration;
        this.files = files;
        this.watch = watch;
        this.submission = submission;
    }

    /** Allows operations. */
    public Restrictions allow(Operation... allowed) {
        operations.addAll(List.of(Objects.requireNonNull(allowed, "allowed")));
        return this;
    }

    /** Allows to register and unregister. */
    public Restrictions allow(RegisterOperation... allowed) {
        registerOperations.addAll(List.of(Objects.requireNonNull(allowed, "allowed")));
        return this;
    }

    /** Allows flags of entries; without this only {@link SqeFlag#LINK}. */
    public Restrictions allow(SqeFlag... allowed) {
        for (SqeFlag flag : Objects.requireNonNull(allowed, "allowed")) {
            allowedFlags |= flag.bit();
        }
        return this;
    }

    /**
     * Requires {@link SqeFlag#FIXED_FILE} of every entry, so that only registered files can be used.
     *
     * @param slot an empty one of {@link FixedFiles}, which must be registered by now: {@link #apply} puts the
     *     eventfd there through which other threads wake the one that waits
     */
    public Restrictions requireFixedFiles(int slot) {
        if (slot < 0) {
            throw new IllegalArgumentException("slot must be 0 or more: " + slot);
        }
        this.slot = slot;
        requiredFlags |= SqeFlag.FIXED_FILE.bit();
        return this;
    }

    /**
     * Requires {@link SqeFlag#ASYNC} of every entry. No more flags can be required: operations of the ring itself,
     * which must fulfil it as well, could not work with them.
     */
    public Restrictions requireAsync() {
        requiredFlags |= SqeFlag.ASYNC.bit();
        return this;
    }

    /**
     * Tells the kernel. Only once, and before the ring is driven; so never on a ring with
     * {@link SetupFlag#REGISTERED_FD_ONLY}.
     *
     * @throws ErrnoException EINVAL if the kernel does not know something that is allowed, EBADFD if the ring is driven
     *     already, EBUSY if it is restricted already
     */
    public void apply() throws ErrnoException {
        registration.checkMayRegister();
        EnumSet<RegisterOperation> told = EnumSet.copyOf(registerOperations);
        if (told.contains(RegisterOperation.FILES) || told.contains(RegisterOperation.FILES2)) {
            // The ring's own table must make room for the user's, and come back after it.
            told.addAll(EnumSet.of(
                    RegisterOperation.FILES, RegisterOperation.FILES_UPDATE, RegisterOperation.UNREGISTER_FILES));
        }
        int count = told.size() + operations.size() + 2;
        Memory list = Memory.allocate(count * IoUringRestriction.SIZEOF);
        int at = 0;
        for (RegisterOperation operation : told) {
            at = add(list, at, IoUring.IORING_RESTRICTION_REGISTER_OP, operation.opcode());
        }
        for (Operation operation : operations) {
            at = add(list, at, IoUring.IORING_RESTRICTION_SQE_OP, operation.opcode());
        }
        at = add(list, at, IoUring.IORING_RESTRICTION_SQE_FLAGS_ALLOWED, allowedFlags | requiredFlags);
        add(list, at, IoUring.IORING_RESTRICTION_SQE_FLAGS_REQUIRED, requiredFlags);
        if (slot != NONE) {
            files.update(slot, watch.event().fd());
        }
        registration.register(RegisterOperation.RESTRICTIONS, "count=" + count, list, count);
        files.restrict(registerOperations);
        submission.ownFlags(requiredFlags);
        if (slot != NONE) {
            watch.useFixedFile(slot);
        }
    }

    static int add(Memory list, int at, int kind, int value) {
        list.putI16(at + IoUringRestriction.OPCODE, kind);
        // A union of three names for one byte.
        list.putI8(at + IoUringRestriction.SQE_OP, value);
        return at + IoUringRestriction.SIZEOF;
    }
}
