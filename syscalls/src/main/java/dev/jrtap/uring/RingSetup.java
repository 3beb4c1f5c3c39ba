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
 * io_uring_setup(2): the ring's descriptor, and what the kernel answered in struct io_uring_params.
 *
 * <p>A kernel that does not know one of the flags answers EINVAL and does not say which. So the newest preferred flag is left
 * out and the call repeated, until it works or only the required ones are left.
 */
record RingSetup(Fd fd, Memory params, EnumSet<SetupFlag> granted) {

    static RingSetup create(
            Syscalls sys, int entries, int completionEntries, EnumSet<SetupFlag> required, EnumSet<SetupFlag> preferred)
            throws ErrnoException {
        Memory params = Memory.allocate(IoUringParams.SIZEOF);
        EnumSet<SetupFlag> optional = EnumSet.copyOf(preferred);
        optional.removeAll(required);
        while (true) {
            EnumSet<SetupFlag> flags = EnumSet.copyOf(required);
            flags.addAll(optional);
            int result = setup(sys, entries, completionEntries, flags, params);
            if (result >= 0) {
                return new RingSetup(Fd.own(sys, result), params, flags);
            }
            SetupFlag newest = SetupFlag.newest(optional);
            if (result != -Errno.EINVAL || newest == null) {
                String call = "io_uring_setup(entries=" + entries + ", flags=R_DISABLED|CQSIZE" + names(flags) + ")";
                throw ErrnoException.of(result, call, RingHints.setup(-result));
            }
            optional.remove(newest);
        }
    }

    private static int setup(
            Syscalls sys, int entries, int completionEntries, EnumSet<SetupFlag> flags, Memory params) {
        params.zero(0, params.size());
        // R_DISABLED: nobody owns the ring before a thread drives it, see RingOwner.
        params.putI32(
                IoUringParams.FLAGS,
                SetupFlag.bits(flags) | IoUring.IORING_SETUP_R_DISABLED | IoUring.IORING_SETUP_CQSIZE);
        params.putI32(
                IoUringParams.CQ_ENTRIES, Math.max(completionEntries, completionEntries == 0 ? 2 * entries : entries));
        int result = sys.ioUringSetup(entries, params.address());
        params.keepAlive();
        return result;
    }

    private static String names(EnumSet<SetupFlag> flags) {
        StringBuilder names = new StringBuilder();
        flags.forEach(flag -> names.append('|').append(flag));
        return names.toString();
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
