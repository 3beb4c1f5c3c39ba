// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringRsrcUpdate;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Syscalls;

/**
 * How the kernel is told which ring is meant: by a file descriptor, or by the index under which the ring is registered
 * with the owner's thread, which saves it the look-up of a descriptor that all threads of the process share.
 */
final class RingFd {

    private static final int ANY_INDEX = -1;
    private static final int NONE = -1;
    private static final int NO_RING = -1;
    private static final int TRIES = 3;

    private final Syscalls sys;
    // Null where there is none; closed by the owner, and read by any thread.
    private volatile Fd fd;
    private ThreadRings registrations;
    private int index;
    private int enterNumber;
    private int enterFlag;

    private RingFd(Syscalls sys, Fd fd, int index) {
        this.sys = sys;
        this.fd = fd;
        this.index = index;
        this.enterNumber = fd != null ? fd.fd() : index;
        this.enterFlag = fd != null ? 0 : IoUring.IORING_ENTER_REGISTERED_RING;
    }

    /** Takes ownership of the descriptor that io_uring_setup has returned. */
    static RingFd ofDescriptor(Fd fd) {
        return new RingFd(fd.syscalls(), fd, NONE);
    }

    /**
     * Takes ownership of the index that io_uring_setup has returned for REGISTERED_FD_ONLY; it is the calling thread's.
     */
    static RingFd ofIndex(Syscalls sys, int index) {
        RingFd ring = new RingFd(sys, null, index);
        ring.registrations = ThreadRings.ofCaller();
        return ring;
    }

    Syscalls syscalls() {
        return sys;
    }

    /** Returns the descriptor, for mmap(2) and for naming the ring to others. */
    Fd descriptor() {
        Fd present = fd;
        if (present == null) {
            throw new NotEnabledException("the ring has no file descriptor: it was set up with REGISTERED_FD_ONLY,"
                    + " or its descriptor was closed");
        }
        return present;
    }

    boolean hasDescriptor() {
        return fd != null;
    }

    /** Returns the descriptor's number, or the index in the owner's thread where there is none. */
    int number() {
        Fd present = fd;
        return present != null ? present.fd() : index;
    }

    /**
     * Registers the ring with the calling thread, which alone may {@code enter} from now on. If the kernel will not
     * (before Linux 5.18, or with 16 rings registered by the thread already), the descriptor serves as before.
     */
    void registerWithThread() {
        if (fd == null) {
            return;
        }
        registrations = ThreadRings.ofCaller();
        for (Integer old = registrations.takeAbandoned(); old != null; old = registrations.takeAbandoned()) {
            unregister(old);
        }
        Memory update = update(ANY_INDEX, fd.fd());
        int registered = sys.ioUringRegister(fd.fd(), IoUring.IORING_REGISTER_RING_FDS, update.address(), 1);
        if (registered == 1) {
            index = update.getI32(IoUringRsrcUpdate.OFFSET);
            enterNumber = index;
            enterFlag = IoUring.IORING_ENTER_REGISTERED_RING;
        }
        update.keepAlive();
    }

    /**
     * Closes the descriptor of a ring that is registered with the calling thread, which names it by the index from now
     * on.
     *
     * @throws NotEnabledException if there is none, or the ring could not be registered
     */
    void closeDescriptor() {
        Fd closing = descriptor();
        if (!isRegisteredWithThread()) {
            throw new NotEnabledException(
                    "the ring is not registered with this thread, and could not be named without its descriptor:"
                            + " 16 rings are at most");
        }
        fd = null;
        closing.close();
    }

    /**
     * Returns whether the calling thread can name the ring: an index means another ring, or none, to any thread but
     * one.
     */
    boolean isCallers() {
        return fd != null || registrations == ThreadRings.ofCaller();
    }

    boolean isRegisteredWithThread() {
        return index != NONE;
    }

    /** Returns the ring's name in messages. */
    String name() {
        return fd != null ? "ring " + this : toString();
    }

    /** On the thread that registered; one that has ended has none any more. */
    void unregisterFromThread() {
        if (index == NONE) {
            return;
        }
        int result = -1;
        for (int tries = 0; tries < TRIES && result < 0; tries++) {
            result = unregister(index);
        }
        if (result < 0) {
            registrations.abandon(index);
        }
        index = NONE;
    }

    /** Leaves it to the thread that registered to undo that. */
    void abandonRegistration() {
        if (index != NONE) {
            registrations.abandon(index);
        }
    }

    private int unregister(int registered) {
        Memory update = update(registered, 0);
        int number = fd != null ? fd.fd() : index;
        int flag = fd != null ? 0 : IoUring.IORING_REGISTER_USE_REGISTERED_RING;
        int result = sys.ioUringRegister(number, IoUring.IORING_UNREGISTER_RING_FDS | flag, update.address(), 1);
        update.keepAlive();
        return result;
    }

    private static Memory update(int offset, long data) {
        Memory update = Memory.allocate(IoUringRsrcUpdate.SIZEOF);
        update.putI32(IoUringRsrcUpdate.OFFSET, offset);
        update.putI64(IoUringRsrcUpdate.DATA, data);
        return update;
    }

    int enter(int toSubmit, int minComplete, int flags) {
        return sys.ioUringEnter(enterNumber, toSubmit, minComplete, flags | enterFlag);
    }

    /** With an argument, see IORING_ENTER_EXT_ARG. */
    int enter(int toSubmit, int minComplete, int flags, long argument, int size) {
        return sys.ioUringEnter(enterNumber, toSubmit, minComplete, flags | enterFlag, argument, size);
    }

    /** io_uring_register(2): {@code >= 0} or {@code -errno}. */
    int tryRegister(int opcode, Memory argument, int count) {
        int number = fd != null ? fd.fd() : index;
        int flag = fd != null ? 0 : IoUring.IORING_REGISTER_USE_REGISTERED_RING;
        int result = sys.ioUringRegister(number, opcode | flag, argument == null ? 0 : argument.address(), count);
        if (argument != null) {
            argument.keepAlive();
        }
        return result;
    }

    /** Registers, or throws with {@code arguments} in the message, which may be empty. */
    int register(RegisterOperation operation, String arguments, Memory argument, int count) throws ErrnoException {
        int result = tryRegister(operation.opcode(), argument, count);
        if (result < 0) {
            throw refusal(operation, arguments, result);
        }
        return result;
    }

    ErrnoException refusal(RegisterOperation operation, String arguments, int result) {
        return refused(this, operation, arguments, result);
    }

    /** Makes a request without a ring: the kernel takes -1 in place of its descriptor. */
    static int registerWithoutRing(
            Syscalls sys, RegisterOperation operation, String arguments, Memory argument, int count)
            throws ErrnoException {
        int result = sys.ioUringRegister(NO_RING, operation.opcode(), argument.address(), count);
        argument.keepAlive();
        if (result < 0) {
            String call = call("fd=-1", operation, arguments);
            throw ErrnoException.of(result, call, RegisterHints.withoutRing(-result, operation));
        }
        return result;
    }

    private static ErrnoException refused(Object ring, RegisterOperation operation, String arguments, int result) {
        return ErrnoException.of(result, call(ring, operation, arguments), RegisterHints.of(-result, operation));
    }

    private static String call(Object ring, RegisterOperation operation, String arguments) {
        return "io_uring_register(" + ring + ", " + operation + (arguments.isEmpty() ? "" : ", ") + arguments + ")";
    }

    void close() {
        Fd present = fd;
        if (present != null) {
            present.close();
        }
    }

    @Override
    public String toString() {
        Fd present = fd;
        return present != null ? present.toString() : "registered ring " + index;
    }
}
