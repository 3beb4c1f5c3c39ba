// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.SockAddr;

/** Making, binding, connecting and closing sockets. */
public interface SocketOperations extends SqeFields {

    /**
     * Completes with a new socket, as socket(2). Since Linux 5.19.
     *
     * @param domain {@code AF_*}
     * @param type {@code SOCK_STREAM} and the like, with {@code SOCK_NONBLOCK} and {@code SOCK_CLOEXEC} where wanted; a
     *     socket that is used by a ring alone needs no SOCK_NONBLOCK, and without it nothing completes with
     *     {@code -EAGAIN}
     */
    default Sqe socket(int domain, int type, int protocol) {
        return operation(IoUring.IORING_OP_SOCKET, domain)
                .put64(IoUringSqe.OFF, type)
                .put32(IoUringSqe.LEN, protocol);
    }

    /**
     * Makes a socket in the table of registered files; refuses SOCK_CLOEXEC, as there is no descriptor to close.
     *
     * @param slot the slot of the table, for which it completes with 0; or {@link SlotOperations#ANY_SLOT}, for which
     *     it completes with the slot
     */
    default Sqe socketDirect(int domain, int type, int protocol, int slot) {
        return socket(domain, type, protocol).intoSlot(slot);
    }

    /** Gives the socket an address, as bind(2). Since Linux 6.11. */
    default Sqe bind(int fd, SockAddr address) {
        return unsafe().operation(IoUring.IORING_OP_BIND, fd, copy(address).address(), 0, address.length());
    }

    /**
     * Lets others connect, as listen(2). Since Linux 6.11.
     *
     * @param backlog how many connections may wait to be accepted
     */
    default Sqe listen(int fd, int backlog) {
        return operation(IoUring.IORING_OP_LISTEN, fd).put32(IoUringSqe.LEN, backlog);
    }

    /**
     * Connects, as connect(2): completes with 0 when the connection is there. A socket with SOCK_NONBLOCK waits as
     * well. Since Linux 5.5.
     */
    default Sqe connect(int fd, SockAddr address) {
        return unsafe().operation(IoUring.IORING_OP_CONNECT, fd, copy(address).address(), 0, address.length());
    }

    /**
     * Completes with the socket of the next connection, as accept4(2). Since Linux 5.5.
     *
     * @param flags {@code SOCK_CLOEXEC}, {@code SOCK_NONBLOCK} for the new socket
     */
    default Sqe accept(int fd, int flags) {
        return operation(IoUring.IORING_OP_ACCEPT, fd).put32(IoUringSqe.ACCEPT_FLAGS, flags);
    }

    /**
     * Accepts a connection, and writes the address of the peer.
     *
     * @param peer filled in by the kernel, and its own until the completion
     */
    default Sqe accept(int fd, SockAddr peer, int flags) {
        peer.offerRoom();
        return accept(fd, flags)
                .put64(IoUringSqe.ADDR, peer.memory().address())
                .put64(IoUringSqe.ADDR2, peer.lengthAddress())
                .keepAlive(peer);
    }

    /**
     * Accepts a connection, with flags of io_uring's own. Since Linux 6.10.
     *
     * @param ringFlags of {@code IORING_ACCEPT_DONTWAIT}: completes with {@code -EAGAIN} if nobody waits; and
     *     {@code IORING_ACCEPT_POLL_FIRST}: does not look before the socket says that it is ready
     */
    default Sqe accept(int fd, int flags, int ringFlags) {
        return accept(fd, flags).put16(IoUringSqe.IOPRIO, ringFlags);
    }

    /**
     * Accepts the next connection into the table of registered files; SOCK_CLOEXEC is refused.
     *
     * @param slot the slot of the table, for which it completes with 0; or {@link SlotOperations#ANY_SLOT}, for which
     *     it completes with the slot. Since Linux 5.15, and 5.19 for any that is free.
     */
    default Sqe acceptDirect(int fd, int flags, int slot) {
        return accept(fd, flags).intoSlot(slot);
    }

    /**
     * Completes with each connection that comes, until an error or a cancel. A completion without IORING_CQE_F_MORE is
     * the last: arm again. Since Linux 5.19.
     */
    default Sqe acceptMultishot(int fd, int flags) {
        return accept(fd, flags, IoUring.IORING_ACCEPT_MULTISHOT);
    }

    /** Completes with each connection that comes, with {@code ringFlags} as for a single one. Since Linux 6.10. */
    default Sqe acceptMultishot(int fd, int flags, int ringFlags) {
        return accept(fd, flags, ringFlags | IoUring.IORING_ACCEPT_MULTISHOT);
    }

    /** Accepts each into a free slot of the table of registered files; ends with {@code -ENFILE} when it is full. */
    default Sqe acceptMultishotDirect(int fd, int flags) {
        return acceptMultishot(fd, flags).put32(IoUringSqe.FILE_INDEX, IoUring.IORING_FILE_INDEX_ALLOC);
    }

    /**
     * Ends one direction of a connection or both, as shutdown(2). Since Linux 5.11.
     *
     * @param how {@code SHUT_RD}, {@code SHUT_WR} or {@code SHUT_RDWR}
     */
    default Sqe shutdown(int fd, int how) {
        return operation(IoUring.IORING_OP_SHUTDOWN, fd).put32(IoUringSqe.LEN, how);
    }

    private Memory copy(SockAddr address) {
        Memory copy = scratch(SockAddr.CAPACITY);
        copy.copy(0, address.memory(), 0, Math.min(address.length(), SockAddr.CAPACITY));
        return copy;
    }
}
