// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;

/**
 * What a submission entry can ask for, each with a method of {@link Operations}; in the kernel's order, which is oldest
 * first.
 *
 * <p>Source: io_uring_enter(2); the opcodes are those of linux/io_uring.h, the versions those of its history.
 */
public enum Operation {
    NOP(IoUring.IORING_OP_NOP, "5.1"),
    READV(IoUring.IORING_OP_READV, "5.1"),
    WRITEV(IoUring.IORING_OP_WRITEV, "5.1"),
    FSYNC(IoUring.IORING_OP_FSYNC, "5.1"),
    READ_FIXED(IoUring.IORING_OP_READ_FIXED, "5.1"),
    WRITE_FIXED(IoUring.IORING_OP_WRITE_FIXED, "5.1"),
    POLL_ADD(IoUring.IORING_OP_POLL_ADD, "5.1"),
    POLL_REMOVE(IoUring.IORING_OP_POLL_REMOVE, "5.1"),
    SYNC_FILE_RANGE(IoUring.IORING_OP_SYNC_FILE_RANGE, "5.2"),
    SENDMSG(IoUring.IORING_OP_SENDMSG, "5.3"),
    RECVMSG(IoUring.IORING_OP_RECVMSG, "5.3"),
    TIMEOUT(IoUring.IORING_OP_TIMEOUT, "5.4"),
    TIMEOUT_REMOVE(IoUring.IORING_OP_TIMEOUT_REMOVE, "5.5"),
    ACCEPT(IoUring.IORING_OP_ACCEPT, "5.5"),
    ASYNC_CANCEL(IoUring.IORING_OP_ASYNC_CANCEL, "5.5"),
    LINK_TIMEOUT(IoUring.IORING_OP_LINK_TIMEOUT, "5.5"),
    CONNECT(IoUring.IORING_OP_CONNECT, "5.5"),
    FALLOCATE(IoUring.IORING_OP_FALLOCATE, "5.6"),
    OPENAT(IoUring.IORING_OP_OPENAT, "5.6"),
    CLOSE(IoUring.IORING_OP_CLOSE, "5.6"),
    FILES_UPDATE(IoUring.IORING_OP_FILES_UPDATE, "5.6"),
    STATX(IoUring.IORING_OP_STATX, "5.6"),
    READ(IoUring.IORING_OP_READ, "5.6"),
    WRITE(IoUring.IORING_OP_WRITE, "5.6"),
    FADVISE(IoUring.IORING_OP_FADVISE, "5.6"),
    MADVISE(IoUring.IORING_OP_MADVISE, "5.6"),
    SEND(IoUring.IORING_OP_SEND, "5.6"),
    RECV(IoUring.IORING_OP_RECV, "5.6"),
    OPENAT2(IoUring.IORING_OP_OPENAT2, "5.6"),
    EPOLL_CTL(IoUring.IORING_OP_EPOLL_CTL, "5.6"),
    SPLICE(IoUring.IORING_OP_SPLICE, "5.7"),
    PROVIDE_BUFFERS(IoUring.IORING_OP_PROVIDE_BUFFERS, "5.7"),
    REMOVE_BUFFERS(IoUring.IORING_OP_REMOVE_BUFFERS, "5.7"),
    TEE(IoUring.IORING_OP_TEE, "5.8"),
    SHUTDOWN(IoUring.IORING_OP_SHUTDOWN, "5.11"),
    RENAMEAT(IoUring.IORING_OP_RENAMEAT, "5.11"),
    UNLINKAT(IoUring.IORING_OP_UNLINKAT, "5.11"),
    MKDIRAT(IoUring.IORING_OP_MKDIRAT, "5.15"),
    SYMLINKAT(IoUring.IORING_OP_SYMLINKAT, "5.15"),
    LINKAT(IoUring.IORING_OP_LINKAT, "5.15"),
    MSG_RING(IoUring.IORING_OP_MSG_RING, "5.18"),
    FSETXATTR(IoUring.IORING_OP_FSETXATTR, "5.19"),
    SETXATTR(IoUring.IORING_OP_SETXATTR, "5.19"),
    FGETXATTR(IoUring.IORING_OP_FGETXATTR, "5.19"),
    GETXATTR(IoUring.IORING_OP_GETXATTR, "5.19"),
    SOCKET(IoUring.IORING_OP_SOCKET, "5.19"),
    URING_CMD(IoUring.IORING_OP_URING_CMD, "5.19"),
    SEND_ZC(IoUring.IORING_OP_SEND_ZC, "6.0"),
    SENDMSG_ZC(IoUring.IORING_OP_SENDMSG_ZC, "6.1"),
    READ_MULTISHOT(IoUring.IORING_OP_READ_MULTISHOT, "6.7"),
    WAITID(IoUring.IORING_OP_WAITID, "6.7"),
    FUTEX_WAIT(IoUring.IORING_OP_FUTEX_WAIT, "6.7"),
    FUTEX_WAKE(IoUring.IORING_OP_FUTEX_WAKE, "6.7"),
    FUTEX_WAITV(IoUring.IORING_OP_FUTEX_WAITV, "6.7"),
    FIXED_FD_INSTALL(IoUring.IORING_OP_FIXED_FD_INSTALL, "6.8"),
    FTRUNCATE(IoUring.IORING_OP_FTRUNCATE, "6.9"),
    BIND(IoUring.IORING_OP_BIND, "6.11"),
    LISTEN(IoUring.IORING_OP_LISTEN, "6.11"),
    RECV_ZC(IoUring.IORING_OP_RECV_ZC, "6.15"),
    EPOLL_WAIT(IoUring.IORING_OP_EPOLL_WAIT, "6.15"),
    READV_FIXED(IoUring.IORING_OP_READV_FIXED, "6.15"),
    WRITEV_FIXED(IoUring.IORING_OP_WRITEV_FIXED, "6.15"),
    PIPE(IoUring.IORING_OP_PIPE, "6.16"),
    NOP128(IoUring.IORING_OP_NOP128, "6.19"),
    URING_CMD128(IoUring.IORING_OP_URING_CMD128, "6.19");

    private final int opcode;
    private final String since;

    Operation(int opcode, String since) {
        this.opcode = opcode;
        this.since = since;
    }

    /** Returns the number the kernel knows it by. */
    public int opcode() {
        return opcode;
    }

    /**
     * Returns the first Linux that has it, as {@code "5.19"}: what upstream did. Distributions port back, so ask the
     * ring.
     */
    public String since() {
        return since;
    }
}
