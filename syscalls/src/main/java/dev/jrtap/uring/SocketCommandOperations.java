// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.SockAddr;

/**
 * Commands to drivers and to sockets.
 *
 * <p>A driver that takes no commands answers {@code -EOPNOTSUPP}, and a kernel that is too old for a socket's command
 * too.
 */
public interface SocketCommandOperations extends SqeFields {

    /**
     * A command to the driver behind a file. Since Linux 5.19.
     *
     * @param command what the driver calls it
     * @param word0 the first 8 of the 16 bytes that go with it
     * @param word1 the others
     */
    default Sqe uringCmd(int fd, int command, long word0, long word1) {
        return operation(IoUring.IORING_OP_URING_CMD, fd)
                .put32(IoUringSqe.CMD_OP, command)
                .put64(IoUringSqe.CMD, word0)
                .put64(IoUringSqe.CMD + Long.BYTES, word1);
    }

    /**
     * Like {@link #uringCmd}, with up to 80 bytes; only in an entry of 128 bytes, see {@link SubmissionQueue#claim128}.
     * On a ring with {@link SetupFlag#SQE128}, since Linux 5.19.
     *
     * @param argument the argument, copied; a multiple of 8 bytes
     */
    default Sqe uringCmdLarge(int fd, int command, Memory argument) {
        return largeCommand(IoUring.IORING_OP_URING_CMD, fd, command, argument);
    }

    /** Like {@link #uringCmdLarge}, on a ring with {@link SetupFlag#SQE_MIXED}. Since Linux 6.19. */
    default Sqe uringCmd128(int fd, int command, Memory argument) {
        return largeCommand(IoUring.IORING_OP_URING_CMD128, fd, command, argument);
    }

    private Sqe largeCommand(int opcode, int fd, int command, Memory argument) {
        int size = argument.size();
        int room = 2 * IoUringSqe.SIZEOF - IoUringSqe.CMD;
        if (size > room || size % Long.BYTES != 0) {
            throw new IllegalArgumentException("a command has 0.." + room + " bytes, a multiple of 8: " + size);
        }
        Sqe sqe = operation(opcode, fd).put32(IoUringSqe.CMD_OP, command);
        for (int i = 0; i < size; i += Long.BYTES) {
            sqe.put64(IoUringSqe.CMD + i, argument.getI64(i));
        }
        return sqe;
    }

    /** Completes with the number of bytes that wait to be received, as ioctl SIOCINQ. Since Linux 6.5. */
    default Sqe siocinq(int fd) {
        return uringCmd(fd, IoUring.SOCKET_URING_OP_SIOCINQ, 0, 0);
    }

    /**
     * Completes with the number of bytes that are not yet sent, or not acknowledged, as ioctl SIOCOUTQ. Since Linux
     * 6.5.
     */
    default Sqe siocoutq(int fd) {
        return uringCmd(fd, IoUring.SOCKET_URING_OP_SIOCOUTQ, 0, 0);
    }

    /**
     * Completes with the timestamp of each sent packet, and IORING_CQE_F_MORE, until an error or a cancel. The result
     * is the packet's key, {@link CqeFlags#timestampType} tells where the packet was, and the two words of
     * {@link CompletionQueue#extra} are seconds and nanoseconds. Since Linux 6.17; on a ring with
     * {@link SetupFlag#CQE32} or {@link SetupFlag#CQE_MIXED}, otherwise {@code -EINVAL}.
     *
     * @param fd a socket with SO_TIMESTAMPING, among whose flags are {@code SOF_TIMESTAMPING_OPT_ID} and
     *     {@code SOF_TIMESTAMPING_OPT_TSONLY}
     */
    default Sqe txTimestamps(int fd) {
        return uringCmd(fd, IoUring.SOCKET_URING_OP_TX_TIMESTAMP, 0, 0);
    }

    /**
     * Reads an option, as getsockopt(2), into {@code value}: completes with its length. Since Linux 6.7, for options of
     * SOL_SOCKET.
     *
     * @param value the kernel's until the completion
     */
    default Sqe getsockopt(int fd, int level, int option, Memory value) {
        return option(IoUring.SOCKET_URING_OP_GETSOCKOPT, fd, level, option, value);
    }

    /**
     * Sets an option, as setsockopt(2). Since Linux 6.7.
     *
     * @param value all of it; the kernel reads it when the operation starts, and it is the kernel's until the
     *     completion
     */
    default Sqe setsockopt(int fd, int level, int option, Memory value) {
        return option(IoUring.SOCKET_URING_OP_SETSOCKOPT, fd, level, option, value);
    }

    private Sqe option(int command, int fd, int level, int option, Memory value) {
        long address = value.address();
        return operation(IoUring.IORING_OP_URING_CMD, fd)
                .put32(IoUringSqe.CMD_OP, command)
                .put32(IoUringSqe.LEVEL, level)
                .put32(IoUringSqe.OPTNAME, option)
                .put32(IoUringSqe.OPTLEN, value.size())
                .put64(IoUringSqe.OPTVAL, address)
                .keepAlive(value);
    }

    /**
     * Asks a socket for its own address, as getsockname(2). Since Linux 6.19.
     *
     * @param address filled in by the kernel, and its own until the completion
     */
    default Sqe getsockname(int fd, SockAddr address) {
        return name(fd, address, 0);
    }

    /** Asks a socket for the address of its peer, as getpeername(2). Since Linux 6.19. */
    default Sqe getpeername(int fd, SockAddr address) {
        return name(fd, address, 1);
    }

    private Sqe name(int fd, SockAddr address, int peer) {
        address.offerRoom();
        return operation(IoUring.IORING_OP_URING_CMD, fd)
                .put32(IoUringSqe.CMD_OP, IoUring.SOCKET_URING_OP_GETSOCKNAME)
                .put64(IoUringSqe.ADDR, address.memory().address())
                .put64(IoUringSqe.ADDR3, address.lengthAddress())
                .put32(IoUringSqe.OPTLEN, peer)
                .keepAlive(address);
    }
}
