// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.bindings.NetTstamp;
import dev.jrtap.bindings.SysSocket;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Sockets;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.SockAddr;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import jnr.constants.platform.SocketLevel;
import jnr.constants.platform.SocketOption;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SocketCommandKernelTest {

    private static final int SOL_SOCKET = SocketLevel.SOL_SOCKET.intValue();
    private static final int SO_KEEPALIVE = SocketOption.SO_KEEPALIVE.intValue();

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void saysHowMuchWaits(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Sockets.Pair tcp = Sockets.tcp()) {
            ring.submission().claim().siocinq(tcp.left().fd());
            int empty = Results.next(ring).result();
            Feature.require("URING_CMD on sockets", empty != -Errno.EOPNOTSUPP, "Linux 6.5 or newer is needed");
            assertThat(empty).isZero();
            Sockets.write(tcp.right(), "seven b");
            ring.submission().claim().pollAdd(tcp.left().fd(), 1);
            Results.next(ring);
            ring.submission().claim().siocinq(tcp.left().fd());
            assertThat(Results.next(ring).result()).isEqualTo(7);
            ring.submission().claim().siocoutq(tcp.left().fd());
            assertThat(Results.next(ring).result()).isZero();
            ring.submission().claim().uringCmd(tcp.left().fd(), 4711, 0, 0);
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.EOPNOTSUPP);
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void setsAndReadsOptions(RingProfile profile) throws IOException {
        Memory value = Memory.allocate(Integer.BYTES);
        try (Ring ring = profile.open(8);
                Sockets.Pair tcp = Sockets.tcp()) {
            value.putI32(0, 1);
            ring.submission().claim().setsockopt(tcp.left().fd(), SOL_SOCKET, SO_KEEPALIVE, value);
            int result = Results.next(ring).result();
            Feature.require("socket options by URING_CMD", result != -Errno.EOPNOTSUPP, "Linux 6.7 or newer is needed");
            assertThat(result).isZero();
            value.putI32(0, -1);
            ring.submission().claim().getsockopt(tcp.left().fd(), SOL_SOCKET, SO_KEEPALIVE, value);
            assertThat(Results.next(ring).result()).isEqualTo(Integer.BYTES);
            assertThat(value.getI32(0)).isEqualTo(1);
            ring.submission().claim().getsockopt(tcp.left().fd(), SOL_SOCKET, 4711, value);
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.ENOPROTOOPT);
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void tellsWhenPacketsWereSent(RingProfile profile) throws IOException {
        int flags = NetTstamp.SOF_TIMESTAMPING_SOFTWARE
                | NetTstamp.SOF_TIMESTAMPING_OPT_CMSG
                | NetTstamp.SOF_TIMESTAMPING_OPT_ID
                | NetTstamp.SOF_TIMESTAMPING_OPT_TSONLY
                | NetTstamp.SOF_TIMESTAMPING_TX_SOFTWARE;
        Memory value = Memory.allocate(Integer.BYTES);
        value.putI32(0, flags);
        try (Ring ring = profile.open(8);
                Sockets.Pair tcp = Sockets.tcp()) {
            int fd = tcp.left().fd();
            Syscalls sys = Syscalls.libc();
            assertThat(sys.setsockopt(fd, SOL_SOCKET, SysSocket.SO_TIMESTAMPING, value.address(), value.size()))
                    .isZero();
            Sockets.write(tcp.left(), "ten bytes.");
            assertThat(Sockets.read(tcp.right())).isEqualTo("ten bytes.");
            ring.submission().claim().txTimestamps(fd).userData(1);
            ring.submitAndWait(1);
            CompletionQueue completion = ring.completion();
            assertThat(completion.next()).isTrue();
            boolean large = profile == RingProfile.CQE32 || profile == RingProfile.CQE_MIXED;
            boolean known = completion.result() != -Errno.EOPNOTSUPP;
            Feature.require("TX_TIMESTAMP", known, "Linux 6.17 or newer is needed");
            if (!large) {
                assertThat(completion.result()).isEqualTo(-Errno.EINVAL);
                return;
            }
            // The key is the number of the last byte, and the type that of the moment it was sent.
            assertThat(completion.result()).isEqualTo(9);
            assertThat(CqeFlags.hasMore(completion.flags())).isTrue();
            assertThat(CqeFlags.isHardwareTimestamp(completion.flags())).isFalse();
            assertThat(CqeFlags.timestampType(completion.flags())).isZero();
            assertThat(completion.extra(0)).isCloseTo(System.currentTimeMillis() / 1000, within(60L));
            assertThat(completion.extra(1)).isBetween(0L, 999_999_999L);
        }
    }

    /** The names came with Linux 6.19; older kernels say that they have no such command. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void readsNames(RingProfile profile) throws IOException {
        SockAddr name = SockAddr.empty();
        try (Ring ring = profile.open(8);
                Sockets.Pair tcp = Sockets.tcp()) {
            ring.submission().claim().getsockname(tcp.left().fd(), name);
            int result = Results.next(ring).result();
            if (ring.capabilities().supports(Operation.NOP128)) {
                assertThat(result).isZero();
                assertThat(name).hasToString(Sockets.nameOf(tcp.left()).toString());
                ring.submission().claim().getpeername(tcp.left().fd(), name);
                assertThat(Results.next(ring).result()).isZero();
                assertThat(name).hasToString(Sockets.nameOf(tcp.right()).toString());
            } else {
                assertThat(result).isEqualTo(-Errno.EOPNOTSUPP);
            }
        }
    }

    /** bind-listen: names of sockets in slots, and of what is no socket or has a field that means nothing. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void readsNamesOfSlotsAndSaysWhatIsWrong(RingProfile profile) throws IOException {
        SockAddr name = SockAddr.empty();
        try (Ring ring = profile.open(8);
                Sockets.Pair tcp = Sockets.tcp();
                Sockets.Pair pipe = Sockets.pipe()) {
            ring.files().register(tcp.left().fd());
            ring.submission().claim().getpeername(0, name).fixedFile();
            int result = Results.next(ring).result();
            ring.submission().claim().getsockname(pipe.left().fd(), name);
            assertThat(Results.next(ring).result()).as("no socket").isEqualTo(-Errno.EOPNOTSUPP);
            ring.submission()
                    .claim()
                    .getsockname(tcp.right().fd(), SockAddr.empty())
                    .put32(IoUringSqe.OPTLEN, 3);
            int third = Results.next(ring).result();
            if (ring.capabilities().supports(Operation.NOP128)) {
                assertThat(result).isZero();
                assertThat(name).hasToString(Sockets.nameOf(tcp.right()).toString());
                assertThat(third).isEqualTo(-Errno.EINVAL);
            } else {
                assertThat(result).isEqualTo(-Errno.EOPNOTSUPP);
                assertThat(third).isEqualTo(-Errno.EOPNOTSUPP);
            }
        }
    }
}
