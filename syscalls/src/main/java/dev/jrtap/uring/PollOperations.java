// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.Eventpoll;
import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.EpollEvents;

/**
 * Waiting for files to become ready.
 *
 * <p>{@code events} are {@code POLL*} of poll(2), and {@code EPOLLEXCLUSIVE}. POLLERR and POLLHUP are reported without
 * being asked for.
 */
public interface PollOperations extends SqeFields {

    /** Completes once, with the ready events, when one of {@code events} occurs. */
    default Sqe pollAdd(int fd, int events) {
        return operation(IoUring.IORING_OP_POLL_ADD, fd).put32(IoUringSqe.POLL32_EVENTS, PollMask.words(events));
    }

    /**
     * Completes each time that one of {@code events} occurs, until an error or a cancel. It is edge-triggered: a file
     * that stays ready is reported once. Since Linux 5.13.
     */
    default Sqe pollMultishot(int fd, int events) {
        return pollAdd(fd, events).put32(IoUringSqe.LEN, IoUring.IORING_POLL_ADD_MULTI);
    }

    /**
     * Ends the poll with this {@code userData}: completes with 0, or {@code -ENOENT} if there is none, or
     * {@code -EALREADY} if it is about to complete. The poll completes with {@code -ECANCELED}.
     */
    default Sqe pollRemove(long userData) {
        return operation(IoUring.IORING_OP_POLL_REMOVE, -1).put64(IoUringSqe.ADDR, userData);
    }

    /**
     * Makes the poll with this {@code userData} wait for other events; it stays what it is, one-shot or multishot.
     * Completes with 0, {@code -ENOENT} or {@code -EALREADY}. Since Linux 5.13.
     */
    default Sqe pollUpdate(long userData, int events) {
        return pollRemove(userData)
                .put32(IoUringSqe.LEN, IoUring.IORING_POLL_UPDATE_EVENTS)
                .put32(IoUringSqe.POLL32_EVENTS, PollMask.words(events));
    }

    /** Makes the poll with this {@code userData} complete with {@code newUserData} from now on. Since Linux 5.13. */
    default Sqe pollUpdateUserData(long userData, long newUserData) {
        UserData.checked(newUserData);
        return pollRemove(userData)
                .put32(IoUringSqe.LEN, IoUring.IORING_POLL_UPDATE_USER_DATA)
                .put64(IoUringSqe.OFF, newUserData);
    }

    /**
     * Makes the poll with this {@code userData} wait for other events and complete with {@code newUserData}. Since
     * Linux 5.13.
     */
    default Sqe pollUpdate(long userData, long newUserData, int events) {
        UserData.checked(newUserData);
        return pollUpdate(userData, events)
                .put32(IoUringSqe.LEN, IoUring.IORING_POLL_UPDATE_EVENTS | IoUring.IORING_POLL_UPDATE_USER_DATA)
                .put64(IoUringSqe.OFF, newUserData);
    }

    /**
     * Changes what an epoll instance watches, as epoll_ctl(2). Since Linux 5.6.
     *
     * @param change {@code EPOLL_CTL_ADD}, {@code EPOLL_CTL_MOD} or {@code EPOLL_CTL_DEL}
     * @param events {@code EPOLL*}; ignored for EPOLL_CTL_DEL, like {@code data}
     * @param data what {@link EpollEvents#data} will return
     */
    default Sqe epollCtl(int epoll, int change, int fd, int events, long data) {
        Memory event = scratch(EpollEvents.SIZEOF);
        EpollEvents.put(event, 0, events, data);
        return unsafe().operation(
                        IoUring.IORING_OP_EPOLL_CTL,
                        epoll,
                        change == Eventpoll.EPOLL_CTL_DEL ? 0 : event.address(),
                        change,
                        fd);
    }

    /**
     * Completes with the number of events, at least one, when what an epoll instance watches is ready, as
     * epoll_wait(2). Since Linux 6.15.
     *
     * @param events filled in by the kernel, and its own until the completion
     */
    default Sqe epollWait(int epoll, EpollEvents events) {
        return unsafe().operation(
                        IoUring.IORING_OP_EPOLL_WAIT, epoll, events.memory().address(), events.capacity(), 0)
                .keepAlive(events);
    }
}
