// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.IoUring;
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

@Tag("any-user")
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SendReceiveKernelTest {

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void carriesBytesOverEachKindOfConnection(RingProfile profile) throws IOException {
        Memory out = Memory.ofString("over the wire");
        Memory in = Memory.allocate(64);
        try (Ring ring = profile.open(8)) {
            for (SockAddr address :
                    List.of(Sockets.ipv4(0), Sockets.ipv6(0), SockAddr.ofUnixAbstract("jrtap-send-" + profile))) {
                try (Sockets.Pair pair = Sockets.connection(address)) {
                    in.zero(0, 64);
                    ring.submission()
                            .claim()
                            .recv(pair.right().fd(), in, 0, 64, 0)
                            .userData(1);
                    ring.submission()
                            .claim()
                            .send(pair.left().fd(), out, 0, 13, 0)
                            .userData(2);
                    List<Completions.Completion> done = Completions.await(ring, 2);
                    assertThat(Results.of(done, 1)).isEqualTo(13);
                    assertThat(Results.of(done, 2)).isEqualTo(13);
                    assertThat(in.getString(0, 64)).isEqualTo("over the wire");
                }
            }
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void takesMemoryByItsAddress(RingProfile profile) throws IOException {
        Memory out = Memory.ofString("by address");
        Memory in = Memory.allocate(64);
        try (Ring ring = profile.open(8);
                Sockets.Pair pair = Sockets.connection(Sockets.ipv4(0))) {
            int receiver = pair.right().fd();
            ring.submission().claim().unsafe().recv(receiver, in.address(), 64, SysSocket.MSG_DONTWAIT);
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.EAGAIN);
            ring.submission().claim().unsafe().send(pair.left().fd(), out.address(), 10, 0);
            assertThat(Results.next(ring).result()).isEqualTo(10);
            ring.submission().claim().unsafe().recv(receiver, in.address(), 64, 0);
            assertThat(Results.next(ring).result()).isEqualTo(10);
            assertThat(in.getString(0, 64)).isEqualTo("by address");
        }
        out.keepAlive();
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void sendsDatagramsToAnAddress(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            require(ring, Operation.SEND_ZC, "6.0");
            for (SockAddr address : List.of(Sockets.ipv4(0), Sockets.ipv6(0))) {
                try (Fd sender = Sockets.bound(address, Sockets.DATAGRAM);
                        Fd receiver = Sockets.bound(address, Sockets.DATAGRAM)) {
                    Memory out = Memory.ofString("datagram");
                    ring.submission().claim().sendTo(sender.fd(), out, 0, 8, 0, Sockets.nameOf(receiver));
                    assertThat(Results.next(ring).result()).isEqualTo(8);

                    Memory in = Memory.allocate(64);
                    MessageHeader header = new MessageHeader(1, 0).addBuffer(in, 0, 64);
                    ring.submission().claim().recvmsg(receiver.fd(), header, 0);
                    assertThat(Results.next(ring).result()).isEqualTo(8);
                    assertThat(in.getString(0, 64)).isEqualTo("datagram");
                    assertThat(header.address())
                            .hasToString(Sockets.nameOf(sender).toString());
                }
            }
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void waitsForAllOfTheBytes(RingProfile profile) throws IOException {
        Memory in = Memory.allocate(10);
        try (Ring ring = profile.open(8);
                Sockets.Pair pair = Sockets.tcp()) {
            ring.submission().claim().recv(pair.right().fd(), in, 0, 10, SysSocket.MSG_WAITALL);
            ring.submit();
            Sockets.write(pair.left(), "01234");
            ring.submission().claim().nop().userData(1);
            assertThat(Results.next(ring).userData()).as("half is not enough").isEqualTo(1);
            Sockets.write(pair.left(), "56789");
            assertThat(Results.next(ring).result()).isEqualTo(10);
            assertThat(in.getString(0, 10)).isEqualTo("0123456789");
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void saysThatMoreIsThereToRead(RingProfile profile) throws IOException {
        Memory in = Memory.allocate(8);
        int how = IoUring.IORING_RECVSEND_POLL_FIRST;
        try (Ring ring = profile.open(8);
                Sockets.Pair pair = Sockets.tcp()) {
            Sockets.write(pair.left(), "0123456789");
            ring.submission().claim().recv(pair.right().fd(), in, 0, 8, 0, how);
            Completions.Completion part = Results.next(ring);
            assertThat(part.result()).isEqualTo(8);
            assertThat(CqeFlags.isSocketNonEmpty(part.flags())).isTrue();
            ring.submission().claim().recv(pair.right().fd(), in, 0, 8, 0, how);
            Completions.Completion rest = Results.next(ring);
            assertThat(rest.result()).isEqualTo(2);
            assertThat(CqeFlags.isSocketNonEmpty(rest.flags())).isFalse();
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void receivesAgainAndAgainUntilBuffersRunOut(RingProfile profile) throws IOException {
        Memory memory = Memory.allocate(4 * 16);
        try (Ring ring = profile.open(8);
                Sockets.Pair pair = Sockets.tcp()) {
            require(ring, Operation.SEND_ZC, "6.0");
            BufferRing buffers = Results.provide(ring, 3, memory, 4, 16);
            ring.submission().claim().recvMultishot(pair.right().fd(), 0, 3).userData(5);
            ring.submit();
            for (int i = 0; i < 4; i++) {
                Sockets.write(pair.left(), "message " + i);
                Completions.Completion got = Results.next(ring);
                assertThat(got.result()).isEqualTo(9);
                assertThat(CqeFlags.hasMore(got.flags())).isTrue();
                assertThat(memory.getString(CqeFlags.bufferId(got.flags()) * 16, 16))
                        .isEqualTo("message " + i);
            }
            Sockets.write(pair.left(), "one more");
            Completions.Completion dry = Results.next(ring);
            assertThat(dry.result()).isEqualTo(-Errno.ENOBUFS);
            assertThat(CqeFlags.hasMore(dry.flags())).isFalse();

            // Two, because Linux 6.1 takes a buffer before it looks whether there is more to receive.
            buffers.offer(memory, 16, 16, 1);
            buffers.offer(memory, 32, 16, 2);
            buffers.publish();
            ring.submission().claim().recvMultishot(pair.right().fd(), 0, 3);
            Completions.Completion late = Results.next(ring);
            assertThat(CqeFlags.bufferId(late.flags())).isEqualTo(1);
            assertThat(memory.getString(16, late.result())).isEqualTo("one more");
            pair.left().close();
            Completions.Completion end = Results.next(ring);
            assertThat(end.result()).isZero();
            assertThat(CqeFlags.hasMore(end.flags())).isFalse();
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void receivesIntoSeveralBuffersAtOnce(RingProfile profile) throws IOException {
        Memory memory = Memory.allocate(8 * 8);
        try (Ring ring = profile.open(8);
                Sockets.Pair pair = Sockets.tcp()) {
            requireBundle(ring);
            Results.provide(ring, 3, memory, 8, 8);
            Sockets.write(pair.left(), "0123456789abcdefghij");
            // A bundle need not take all there is, but it takes more than one buffer.
            int received = 0;
            int most = 0;
            while (received < 20) {
                ring.submission().claim().recvBundle(pair.right().fd(), 0, 3);
                Completions.Completion some = Results.next(ring);
                assertThat(some.result()).isPositive();
                assertThat(CqeFlags.bufferId(some.flags())).isEqualTo(received / 8);
                received += some.result();
                most = Math.max(most, some.result());
            }
            assertThat(most).isGreaterThan(8);
            assertThat(memory.getString(0, 20)).isEqualTo("0123456789abcdefghij");
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void sendsSeveralBuffersAtOnce(RingProfile profile) throws IOException {
        Memory memory = Memory.ofString("first, second, third.  ");
        try (Ring ring = profile.open(8);
                Sockets.Pair pair = Sockets.tcp()) {
            requireBundle(ring);
            Results.provide(ring, 4, memory, 2, 7);
            ring.submission().claim().sendBundle(pair.left().fd(), 0, 4);
            Completions.Completion sent = Results.next(ring);
            assertThat(sent.result()).isEqualTo(14);
            assertThat(CqeFlags.bufferId(sent.flags())).isZero();
            assertThat(Sockets.read(pair.right())).isEqualTo("first, second,");
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void sendsAVector(RingProfile profile) throws IOException {
        Memory out = Memory.ofString("abcdef");
        IoVectors vectors = new IoVectors(2).add(out, 3, 3).add(out, 0, 3);
        try (Ring ring = profile.open(8);
                Sockets.Pair pair = Sockets.tcp()) {
            ring.submission().claim().sendVector(pair.left().fd(), vectors, 0);
            int result = Results.next(ring).result();
            Feature.require("SEND_VECTORIZED", result != -Errno.EINVAL, "Linux 6.17 or newer is needed");
            assertThat(result).isEqualTo(6);
            assertThat(Sockets.read(pair.right())).isEqualTo("defabc");
        }
    }

    /** More than fits into one segment, or into the socket's buffer: the rest waits for the reader. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void sendsAllOfALargeBuffer(RingProfile profile) throws IOException {
        int size = 4 << 20;
        Memory out = Memory.allocate(size);
        Memory in = Memory.allocate(size);
        for (int i = 0; i < size; i += Long.BYTES) {
            out.putI64(i, i * 0x9e3779b97f4a7c15L);
        }
        try (Ring ring = profile.open(8);
                Sockets.Pair pair = Sockets.tcp()) {
            int all = SysSocket.MSG_WAITALL;
            ring.submission().claim().send(pair.left().fd(), out, 0, size, all).userData(1);
            ring.submission().claim().recv(pair.right().fd(), in, 0, size, all).userData(2);
            List<Completions.Completion> done = Completions.await(ring, 2);
            assertThat(Results.of(done, 1)).isEqualTo(size);
            assertThat(Results.of(done, 2)).isEqualTo(size);
            for (int i = 0; i < size; i += Long.BYTES) {
                if (in.getI64(i) != out.getI64(i)) {
                    throw new AssertionError("differs at " + i);
                }
            }
        }
    }

    private static void requireBundle(Ring ring) {
        Feature.require(
                "RECVSEND_BUNDLE",
                ring.capabilities().has(RingFeature.RECVSEND_BUNDLE),
                "Linux 6.10 or newer is needed");
    }

    private static void require(Ring ring, Operation operation, String version) {
        Feature.require(
                operation.name(), ring.capabilities().supports(operation), "Linux " + version + " or newer is needed");
    }

    /** No network device here has a queue for it: what is to be seen is that the kernel says so. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void receivesWithoutCopyOnlyThroughARegisteredQueue(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Sockets.Pair tcp = Sockets.tcp()) {
            ring.submission().claim().recvZc(tcp.left().fd(), 0, 0);
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.EINVAL);
        }
    }
}
