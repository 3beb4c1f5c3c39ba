// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringSqe;

/**
 * Canceling all operations with a user data: one entry for each that the kernel knows under a token, and the last for
 * all others. They complete as one.
 */
final class CancelChain {

    private CancelChain() {}

    /** Begins at {@code entry}, and returns it as it stands at the end. */
    static Entry put(Entry entry, SubmissionQueue queue, int fd, long userData, int flags) {
        LentMemory known = queue.lent();
        int tokens = known.count(UserData.checked(userData));
        queue.checkRoomToCancel(tokens, userData);
        if (tokens == 0) {
            return cancelOne(entry, fd, userData, flags);
        }
        LentMemory.Place sum = known.lendToSum();
        long token = 0;
        for (int i = 0; i < tokens; i++) {
            token = known.tokenAfter(token, userData);
            cancelOne(entry, fd, token, flags).reserved(sum.partToken()).hardLink();
            queue.claimPart();
        }
        return cancelOne(entry, fd, userData, flags).reserved(sum.token()).lent(sum);
    }

    private static Entry cancelOne(Entry entry, int fd, long userData, int flags) {
        // Not by way of cancel(), which would look for the token anew.
        return entry.operation(IoUring.IORING_OP_ASYNC_CANCEL, fd)
                .put64(IoUringSqe.ADDR, userData)
                .put32(IoUringSqe.CANCEL_FLAGS, flags);
    }
}
