// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static dev.jrtap.uring.RingFiles.claim;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.bindings.OpenHow;
import dev.jrtap.bindings.Stat;
import dev.jrtap.bindings.Wait;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Sockets;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Fd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jnr.posix.POSIXFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Addresses where nothing is, given to what takes one, as in liburing's tests of the same. */
@Tag("any-user")
class BadAddressesKernelTest {

    private static final String BY_THREAD = "dev.jrtap.uring.RingProfile#byThread";
    private static final int CWD = Fcntl.AT_FDCWD;
    private static final long NOWHERE = 0x1234;

    @TempDir
    private Path directory;

    /** mkdir, rename, unlink, symlink, hardlink, statx, openat2 and xattr: each path, and each answer. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void refusesPathsAndAnswersThatAreNowhere(RingProfile profile) throws IOException {
        Memory path =
                Memory.ofString(Files.createFile(directory.resolve("file")).toString());
        Memory name = Memory.ofString("user.name");
        long there = path.address();
        try (Ring ring = profile.open(16)) {
            int[] opcodes = {
                IoUring.IORING_OP_MKDIRAT, IoUring.IORING_OP_UNLINKAT, IoUring.IORING_OP_OPENAT,
            };
            for (int opcode : opcodes) {
                claim(ring).unsafe().operation(opcode, CWD, NOWHERE, 0, 0);
                assertThat(RingFiles.result(ring)).as("operation %d", opcode).isEqualTo(-Errno.EFAULT);
            }
            int[] ofTwo = {IoUring.IORING_OP_RENAMEAT, IoUring.IORING_OP_SYMLINKAT, IoUring.IORING_OP_LINKAT};
            for (int opcode : ofTwo) {
                for (long[] two : new long[][] {{NOWHERE, there}, {there, NOWHERE}}) {
                    int second = opcode == IoUring.IORING_OP_SYMLINKAT ? 0 : CWD;
                    claim(ring).unsafe().operation(opcode, CWD, two[0], second, two[1]);
                    assertThat(RingFiles.result(ring))
                            .as("operation %d", opcode)
                            .isEqualTo(-Errno.EFAULT);
                }
            }
            for (long[] two : new long[][] {{there, NOWHERE}, {NOWHERE, there}}) {
                claim(ring).unsafe().operation(IoUring.IORING_OP_STATX, CWD, two[0], Stat.STATX_BASIC_STATS, two[1]);
                assertThat(RingFiles.result(ring)).isEqualTo(-Errno.EFAULT);
                claim(ring).unsafe().operation(IoUring.IORING_OP_OPENAT2, CWD, two[0], OpenHow.SIZEOF, two[1]);
                assertThat(RingFiles.result(ring)).isIn(-Errno.EFAULT, -Errno.EINVAL);
            }
            Memory how = Memory.allocate(OpenHow.SIZEOF);
            claim(ring).unsafe().operation(IoUring.IORING_OP_OPENAT2, CWD, NOWHERE, OpenHow.SIZEOF, how.address());
            assertThat(RingFiles.result(ring)).isEqualTo(-Errno.EFAULT);
            for (int opcode : new int[] {IoUring.IORING_OP_SETXATTR, IoUring.IORING_OP_GETXATTR}) {
                for (long[] two : new long[][] {{0, there}, {name.address(), 0}}) {
                    Sqe sqe = claim(ring).unsafe().operation(opcode, -1, two[0], 8, there);
                    sqe.put64(IoUringSqe.ADDR3, two[1]);
                    assertThat(RingFiles.result(ring)).isNegative();
                }
            }
            how.keepAlive();
        }
        path.keepAlive();
        name.keepAlive();
        assertThat(directory).isDirectoryContaining("glob:**/file");
        assertThat(Files.list(directory)).hasSize(1);
    }

    /** waitid: the child is waited for, though its end cannot be told. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void tellsOfAChildNowhere(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            Feature.require("WAITID", ring.capabilities().supports(Operation.WAITID), "Linux 6.7 or newer is needed");
            int pid = (int)
                    POSIXFactory.getNativePOSIX().posix_spawnp("sh", List.of(), List.of("sh", "-c", ":"), List.of());
            ChildInfo info = new ChildInfo();
            claim(ring).waitid(Wait.P_PID, pid, info, Wait.WEXITED).put64(IoUringSqe.ADDR2, NOWHERE);
            assertThat(RingFiles.result(ring)).isEqualTo(-Errno.EFAULT);
        }
    }

    /** send_recv and send-zerocopy: headers, bytes and addresses that are nowhere, by workers or not, bad flags. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void sendsNothingFromNowhere(RingProfile profile) throws IOException {
        Memory bytes = Memory.allocate(64);
        try (Ring ring = profile.open(8);
                Sockets.Pair pair = Sockets.tcp();
                Fd socket = Sockets.bound(Sockets.ipv4(0), Sockets.DATAGRAM)) {
            int left = pair.left().fd();
            for (int opcode : new int[] {IoUring.IORING_OP_SENDMSG, IoUring.IORING_OP_RECVMSG}) {
                claim(ring).unsafe().operation(opcode, left, 0, 1, 0).async();
                assertThat(RingFiles.result(ring)).isEqualTo(-Errno.EFAULT);
            }
            Feature.require(
                    "SENDMSG_ZC", ring.capabilities().supports(Operation.SENDMSG_ZC), "Linux 6.1 or newer is needed");
            claim(ring)
                    .unsafe()
                    .operation(IoUring.IORING_OP_SENDMSG_ZC, left, 0, 1, 0)
                    .async();
            assertFails(ring, -Errno.EFAULT);
            claim(ring).unsafe().sendZc(left, 1, 64, 0, 0);
            assertFails(ring, -Errno.EFAULT);
            claim(ring)
                    .sendZc(socket.fd(), bytes, 0, 64, 0, 0)
                    .put64(IoUringSqe.ADDR2, 1)
                    .put16(IoUringSqe.ADDR_LEN, 16);
            assertFails(ring, -Errno.EFAULT);
            claim(ring).sendZc(left, bytes, 0, 64, 0, 0).ioprio(0xffff);
            assertFails(ring, -Errno.EINVAL);
            Sockets.write(pair.left(), "only this");
            assertThat(Sockets.read(pair.right())).isEqualTo("only this");
        }
    }

    /** One completion, and perhaps a notification that says nothing after it. */
    private static void assertFails(Ring ring, int result) {
        Completions.Completion failed = Results.next(ring);
        assertThat(failed.result()).isEqualTo(result);
        assertThat(CqeFlags.isNotification(failed.flags())).isFalse();
        if (CqeFlags.hasMore(failed.flags())) {
            Completions.Completion after = Results.next(ring);
            assertThat(after.result()).isZero();
            assertThat(after.flags()).isEqualTo(IoUring.IORING_CQE_F_NOTIF);
        }
        assertThat(ring.inFlight()).isZero();
    }
}
