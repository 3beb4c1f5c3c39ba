// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static dev.jrtap.uring.RingFiles.claim;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.bindings.SysSocket;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Sockets;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.IoVectors;
import dev.jrtap.syscall.MessageHeader;
import dev.jrtap.syscall.SockAddr;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;

/** Sockets that are asked again and again, as in liburing's tests of the same. */
@Tag("any-user")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SocketScenariosKernelTest {

    private static final int BYTES = 33;
    private static final int GROUP = 0;
    private static final int ROUND = 1024;
    private static final int MOST = 4096;

    /** 232c93d07b74: three bytes are written where two are read, by vectors, over TCP and UNIX, waiting or not. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void readsAndWritesPiecesOfOddLengths(RingProfile profile) throws IOException {
        for (boolean isTcp : new boolean[] {false, true}) {
            for (boolean waits : new boolean[] {false, true}) {
                try (Ring ring = profile.open(8);
                        Sockets.Pair pair = isTcp ? Sockets.tcp() : Sockets.pair(Sockets.STREAM)) {
                    if (!waits) {
                        setNonBlocking(pair.left());
                        setNonBlocking(pair.right());
                    }
                    exchange(ring, pair);
                }
            }
        }
    }

    private static void setNonBlocking(Fd fd) {
        int flags = Sockets.check(fd.syscalls().fcntl(fd.fd(), Fcntl.F_GETFL, 0), "fcntl");
        Sockets.check(fd.syscalls().fcntl(fd.fd(), Fcntl.F_SETFL, flags | Fcntl.O_NONBLOCK), "fcntl");
    }

    private static void exchange(Ring ring, Sockets.Pair pair) {
        Memory out = Memory.allocate(BYTES);
        Memory in = Memory.allocate(2);
        for (int i = 0; i < BYTES; i++) {
            out.putI8(i, i);
        }
        int written = 0;
        int read = 0;
        while (read < BYTES) {
            // An empty socket that does not wait says so.
            IoVectors two = new IoVectors(1).add(in, 0, 2);
            claim(ring).readv(pair.right().fd(), two, 0).userData(1);
            ring.submit();
            if (written < BYTES) {
                IoVectors three = new IoVectors(1).add(out, written, 3);
                claim(ring).writev(pair.left().fd(), three, 0).userData(2);
            }
            List<Completions.Completion> done = Completions.await(ring, written < BYTES ? 2 : 1);
            if (written < BYTES) {
                assertThat(Results.of(done, 2)).isEqualTo(3);
                written += 3;
            }
            int result = Results.of(done, 1);
            if (result != -Errno.EAGAIN) {
                for (int i = 0; i < result; i++) {
                    assertThat(in.getU8(i)).isEqualTo(read + i);
                }
                read += result;
            }
        }
        assertThat(read).isEqualTo(BYTES);
    }

    /** connect-rep: a refused connection is refused anew, each time, on the same socket. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void aRefusedConnectionIsRefusedAgain(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Fd silent = Sockets.bound(Sockets.ipv4(0), Sockets.STREAM);
                Fd client = Sockets.bound(Sockets.ipv4(0), Sockets.STREAM)) {
            SockAddr address = Sockets.nameOf(silent);
            ring.submit();
            // The polling thread must wake for the first.
            while (profile == RingProfile.SQPOLL && !ring.submission().needsWakeup()) {
                Thread.onSpinWait();
            }
            for (int i = 0; i < 32; i++) {
                claim(ring).connect(client.fd(), address);
                assertThat(Results.next(ring).result()).isEqualTo(-Errno.ECONNREFUSED);
            }
        }
    }

    /** recv-msgall: a datagram is all of the bytes, however many more there is room for. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void aDatagramIsEnoughWhereAllBytesAreWaitedFor(RingProfile profile) throws IOException {
        Memory in = Memory.allocate(512);
        MessageHeader header = new MessageHeader(1, 0).addBuffer(in, 0, 512);
        try (Ring ring = profile.open(8);
                Fd receiver = Sockets.bound(Sockets.ipv4(0), Sockets.DATAGRAM);
                Fd sender = Sockets.bound(Sockets.ipv4(0), Sockets.DATAGRAM)) {
            SockAddr address = Sockets.nameOf(receiver);
            Memory out = RingFiles.memory(RingFiles.pattern(256, 1));
            for (boolean byHeader : new boolean[] {false, true}) {
                in.zero(0, 512);
                if (byHeader) {
                    claim(ring)
                            .recvmsg(receiver.fd(), header, SysSocket.MSG_WAITALL)
                            .userData(1);
                } else {
                    claim(ring)
                            .recv(receiver.fd(), in, 0, 512, SysSocket.MSG_WAITALL)
                            .userData(1);
                }
                ring.submit();
                claim(ring).sendTo(sender.fd(), out, 0, 256, 0, address).userData(2);
                claim(ring).sendTo(sender.fd(), out, 0, 255, 0, address).userData(3);
                List<Completions.Completion> all = Completions.await(ring, 3);
                assertThat(Results.of(all, 1)).isEqualTo(256);
                assertThat(RingFiles.bytes(in, 0, 256)).isEqualTo(RingFiles.pattern(256, 1));
                claim(ring).recv(receiver.fd(), in, 0, 512, 0);
                assertThat(Results.next(ring).result()).as("the other one").isEqualTo(255);
            }
        }
    }

    /** recv-mshot-fair: a multishot receive ends before it has got more than it is given, and loses nothing. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void aMultishotReceiveEndsAtItsLimit(RingProfile profile) throws IOException {
        for (boolean isBundle : new boolean[] {false, true}) {
            try (Ring ring = profile.open(16);
                    Sockets.Pair pair = Sockets.tcp()) {
                Results.provide(ring, GROUP, Memory.allocate(256 * 32), 256, 32);
                Sockets.write(pair.left(), "x".repeat(2 * MOST));
                int received = 0;
                while (received < 2 * MOST) {
                    int once = receiveWithLimits(ring, pair.right(), isBundle, 2 * MOST - received);
                    assertThat(once).isBetween(1, MOST);
                    received += once;
                }
                assertThat(received).isEqualTo(2 * MOST);
            }
        }
    }

    private static int receiveWithLimits(Ring ring, Fd socket, boolean isBundle, int left) {
        claim(ring)
                .recvMultishot(socket.fd(), 0, GROUP, isBundle ? IoUring.IORING_RECVSEND_BUNDLE : 0)
                .put32(IoUringSqe.LEN, ROUND)
                .put32(IoUringSqe.OPTLEN, MOST);
        int received = 0;
        boolean hasMore = true;
        while (hasMore && received < left) {
            Completions.Completion one = Results.next(ring);
            Feature.require(
                    "limits of multishot receives", one.result() != -Errno.EINVAL, "Linux 6.17 or newer is needed");
            assertThat(one.result()).isPositive();
            received += one.result();
            hasMore = CqeFlags.hasMore(one.flags());
        }
        return received;
    }
}
