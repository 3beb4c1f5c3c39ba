// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringSqe;
import org.jspecify.annotations.Nullable;

/**
 * Operations on other operations, which they name by user data: the kernel knows one that was given memory by its
 * token.
 */
interface TokenOperations extends Operations {

    LentMemory loans();

    /** Cancels the operations with this user data, under each name that the kernel knows. */
    Sqe cancelEach(int fd, long userData, int flags);

    private long known(long userData) {
        return loans().knownAs(UserData.checked(userData));
    }

    @Override
    default Sqe pollRemove(long userData) {
        return Operations.super.pollRemove(known(userData));
    }

    @Override
    default Sqe pollUpdateUserData(long userData, long newUserData) {
        LentMemory.Place place = loans().of(userData);
        return renamed(place, Operations.super.pollUpdateUserData(userData, newUserData), newUserData);
    }

    @Override
    default Sqe pollUpdate(long userData, long newUserData, int events) {
        LentMemory.Place place = loans().of(userData);
        return renamed(place, Operations.super.pollUpdate(userData, newUserData, events), newUserData);
    }

    /** The kernel continues to know it by its token. */
    private static Sqe renamed(LentMemory.@Nullable Place place, Sqe update, long newUserData) {
        if (place == null) {
            return update;
        }
        place.userData(newUserData);
        return update.put64(IoUringSqe.OFF, place.token());
    }

    @Override
    default Sqe timeoutRemove(long userData) {
        return Operations.super.timeoutRemove(known(userData));
    }

    @Override
    default Sqe cancel(long userData) {
        return Operations.super.cancel(known(userData));
    }

    @Override
    default Sqe cancelAll(long userData) {
        return cancelEach(-1, userData, IoUring.IORING_ASYNC_CANCEL_ALL);
    }

    @Override
    default Sqe cancelFd(int fd, long userData) {
        return cancelEach(
                fd,
                userData,
                IoUring.IORING_ASYNC_CANCEL_ALL
                        | IoUring.IORING_ASYNC_CANCEL_FD
                        | IoUring.IORING_ASYNC_CANCEL_USERDATA);
    }
}
