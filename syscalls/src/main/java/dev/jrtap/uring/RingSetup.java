// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringParams;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Syscalls;
import java.util.EnumSet;

/**
 * io_uring_setup(2): the ring it made, and what the kernel answered in struct io_uring_params.
 *
 * <p>A kernel that does not know one of the flags answers EINVAL and does not say which. So the newest preferred flag
 * is left out and the call repeated, until it works or only the required ones are left.
 *
 * @param own memory of this process for the rings, or {@code null} if the kernel's is mapped
 */
record RingSetup(RingFd fd, Memory params, EnumSet<SetupFlag> granted, OwnRingMemory own) {

    /** What is asked for. */
    record Request(
            int entries,
            int completionEntries,
            EnumSet<SetupFlag> required,
            EnumSet<SetupFlag> preferred,
            int plainFlags,
            int pollIdleMillis,
            int pollCpu,
            int workersOf,
            OwnRingMemory.Place place) {

        Request(int entries, int completionEntries, EnumSet<SetupFlag> required, EnumSet<SetupFlag> preferred) {
            this(entries, completionEntries, required, preferred, 0, 0, 0, 0, OwnRingMemory::anonymous);
        }

        boolean isPollerBound() {
            return (plainFlags & IoUring.IORING_SETUP_SQ_AFF) != 0;
        }

        String names(EnumSet<SetupFlag> flags) {
            StringBuilder names = new StringBuilder("R_DISABLED|CQSIZE");
            if (isPollerBound()) {
                names.append("|SQ_AFF");
            }
            if ((plainFlags & IoUring.IORING_SETUP_ATTACH_WQ) != 0) {
                names.append("|ATTACH_WQ");
            }
            flags.forEach(flag -> names.append('|').append(flag));
            return names.toString();
        }
    }

    static RingSetup create(Syscalls sys, Request request) throws ErrnoException {
        EnumSet<SetupFlag> optional = EnumSet.copyOf(request.preferred());
        optional.removeAll(request.required());
        request.required().forEach(flag -> optional.removeAll(flag.excluded()));
        while (true) {
            EnumSet<SetupFlag> flags = EnumSet.copyOf(request.required());
            flags.addAll(optional);
            Memory params = Memory.allocate(IoUringParams.SIZEOF);
            OwnRingMemory own = flags.contains(SetupFlag.NO_MMAP) ? OwnRingMemory.allocate(sys, request, flags) : null;
            int result = setup(sys, request, flags, params, own);
            if (result >= 0) {
                RingFd fd = flags.contains(SetupFlag.REGISTERED_FD_ONLY)
                        ? RingFd.ofIndex(sys, result)
                        : RingFd.ofDescriptor(Fd.own(sys, result));
                return new RingSetup(fd, params, flags, own);
            }
            if (own != null) {
                own.close();
            }
            SetupFlag newest = SetupFlag.newest(optional);
            if (result != -Errno.EINVAL || newest == null) {
                String call = "io_uring_setup(entries=" + request.entries() + ", flags=" + request.names(flags) + ")";
                throw ErrnoException.of(result, call, RingHints.setup(-result, request));
            }
            optional.remove(newest);
        }
    }

    private static int setup(
            Syscalls sys, Request request, EnumSet<SetupFlag> flags, Memory params, OwnRingMemory own) {
        if (flags.contains(SetupFlag.SQPOLL) && KnownProblems.crashesAtRefusedPolling(IoUringPolicy.kernelRelease())) {
            int refused = tryPolling(sys);
            if (refused < 0) {
                return refused;
            }
        }
        // R_DISABLED: nobody owns the ring before a thread drives it, see Ring.enable.
        params.putI32(
                IoUringParams.FLAGS,
                SetupFlag.bits(flags)
                        | request.plainFlags()
                        | IoUring.IORING_SETUP_R_DISABLED
                        | IoUring.IORING_SETUP_CQSIZE);
        params.putI32(IoUringParams.CQ_ENTRIES, request.completionEntries());
        params.putI32(IoUringParams.SQ_THREAD_IDLE, request.pollIdleMillis());
        params.putI32(IoUringParams.SQ_THREAD_CPU, request.pollCpu());
        params.putI32(IoUringParams.WQ_FD, request.workersOf());
        if (own != null) {
            own.tell(params);
        }
        int result = sys.ioUringSetup(request.entries(), params.address());
        params.keepAlive();
        return result;
    }

    /** Asks for a polling thread by a ring that is not disabled, which the kernel can refuse without harm. */
    private static int tryPolling(Syscalls sys) {
        Memory params = Memory.allocate(IoUringParams.SIZEOF);
        params.putI32(IoUringParams.FLAGS, IoUring.IORING_SETUP_SQPOLL);
        int result = sys.ioUringSetup(1, params.address());
        params.keepAlive();
        if (result >= 0) {
            Fd.own(sys, result).close();
        }
        return result;
    }

    /** Gives everything back, of a set-up that no ring came of; on the thread that made it. */
    void release() {
        if (has(SetupFlag.REGISTERED_FD_ONLY)) {
            fd.unregisterFromThread();
        }
        fd.close();
        if (own != null) {
            own.close();
        }
    }

    boolean has(SetupFlag flag) {
        return granted.contains(flag);
    }

    boolean hasFeature(int feature) {
        return (params.getI32(IoUringParams.FEATURES) & feature) != 0;
    }

    int submissionEntries() {
        return params.getI32(IoUringParams.SQ_ENTRIES);
    }

    int completionEntries() {
        return params.getI32(IoUringParams.CQ_ENTRIES);
    }

    /** Position in the submission ring of the word at {@code offset} of struct io_sqring_offsets. */
    int submissionOffset(int offset) {
        return params.getI32(IoUringParams.SQ_OFF + offset);
    }

    /** Position in the completion ring of the word at {@code offset} of struct io_cqring_offsets. */
    int completionOffset(int offset) {
        return params.getI32(IoUringParams.CQ_OFF + offset);
    }
}
