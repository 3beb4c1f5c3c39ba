// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static dev.jrtap.uring.RingFiles.claim;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.In;
import dev.jrtap.bindings.IoUringRecvmsgOut;
import dev.jrtap.bindings.SysSocket;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Sockets;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ControlMessages;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.MessageHeader;
import dev.jrtap.syscall.SockAddr;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** recv-multishot: receives that go on, and all the ways in which they end. */
@Tag("any-user")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MultishotReceiveKernelTest {

    private static final Syscalls SYS = Syscalls.libc();
    private static final int GROUP = 7;
    private static final int RECEIVED = 1234;
    private static final int BUFFERS = 64;
    private static final int SENDS = 8;
    private static final int SENDS_UNTIL_IT_ENDS = 3;
    private static final int QUEUE = 4;
    private static final int LOOPBACK = 0x0100007f;
    private static final int CONTROL = ControlMessages.space(SockAddr.CAPACITY);
    private static final int BEFORE_PAYLOAD = IoUringRecvmsgOut.SIZEOF + SockAddr.CAPACITY + CONTROL;
    private static final int STRIDE = BEFORE_PAYLOAD + SENDS * Integer.BYTES;

    private enum End {
        NONE,
        NO_BUFFERS,
        SENDER_CLOSED,
        CANCELED,
        QUEUE_FULL
    }

    private record Way(End end, boolean isStream, boolean waitsForEach, boolean byHeader) {

        /** Every second one has room for one number only, unless what does not fit would be lost unnoticed. */
        int bufferSize(int id) {
            int numbers = id % 2 == 0 && (isStream || byHeader) ? 1 : SENDS;
            return numbers * Integer.BYTES + (byHeader ? BEFORE_PAYLOAD : 0);
        }

        int sends() {
            return end == End.SENDER_CLOSED ? SENDS_UNTIL_IT_ENDS : SENDS;
        }
    }

    private final Memory buffers = Memory.allocate(BUFFERS * STRIDE);
    private final Memory numbers = Memory.allocate(SENDS * SENDS * Integer.BYTES);
    private final MessageHeader header = new MessageHeader(0, CONTROL);
    private final Completions done = new Completions();

    static Stream<Arguments> ends() {
        return Stream.of(RingProfile.PLAIN, RingProfile.DEFER_TASKRUN)
                .flatMap(profile -> Stream.of(End.values()).map(end -> Arguments.of(profile, end)));
    }

    @ParameterizedTest
    @MethodSource("ends")
    void endsInEachWay(RingProfile profile, End end) throws IOException {
        for (int i = 0; i < numbers.size() / Integer.BYTES; i++) {
            numbers.putI32(i * Integer.BYTES, i);
        }
        for (int bits = 0; bits < 8; bits++) {
            Way way = new Way(end, (bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0);
            done.list.clear();
            try (Ring ring = profile.open(end == End.QUEUE_FULL ? QUEUE / 2 : 32);
                    Sockets.Pair pair = way.isStream ? Sockets.tcp() : datagrams()) {
                Feature.require(
                        "SEND_ZC", ring.capabilities().supports(Operation.SEND_ZC), "Linux 6.0 or newer is needed");
                for (int id = 0; id < (end == End.NO_BUFFERS ? 3 : BUFFERS); id++) {
                    Memory buffer = buffers.slice(id * STRIDE, STRIDE);
                    claim(ring).provideBuffers(buffer, way.bufferSize(id), 1, GROUP, id);
                    assertThat(RingFiles.result(ring)).isNotNegative();
                }
                int fd = pair.right().fd();
                Operations entry = claim(ring);
                Sqe sqe = way.byHeader
                        ? entry.recvmsgMultishot(fd, header, way.isStream ? 0 : SysSocket.MSG_TRUNC, GROUP)
                        : entry.recvMultishot(fd, 0, GROUP);
                sqe.userData(RECEIVED);
                ring.submit();
                send(ring, way, pair.left());
                while (!hasEnded() && (way.isStream || end == End.CANCELED || done.list.size() < way.sends())) {
                    take(ring);
                }
                assertReceived(way);
            }
        }
    }

    /** A receiver that tells where datagrams were sent to, and a sender that is connected to it. */
    private static Sockets.Pair datagrams() {
        Fd receiver = Sockets.bound(Sockets.ipv4(0), Sockets.DATAGRAM);
        Fd sender = Sockets.open(Sockets.INET, Sockets.DATAGRAM);
        SockAddr to = Sockets.nameOf(receiver);
        Sockets.check(SYS.connect(sender.fd(), to.memory().address(), to.length()), "connect");
        Memory on = RingFiles.descriptors(1);
        int option = In.IP_RECVORIGDSTADDR;
        Sockets.check(SYS.setsockopt(receiver.fd(), In.IPPROTO_IP, option, on.address(), 4), "setsockopt");
        on.keepAlive();
        return new Sockets.Pair(sender, receiver);
    }

    /** One number, then the two that follow, then three, and closes. */
    private void send(Ring ring, Way way, Fd sender) {
        for (int i = 0; i < way.sends() && !(way.waitsForEach && hasEnded()); i++) {
            int length = (i + 1) * Integer.BYTES;
            assertThat(SYS.write(sender.fd(), numbers.address(firstOf(i), length), length))
                    .isEqualTo(length);
            if (i + 1 == SENDS_UNTIL_IT_ENDS && way.end == End.CANCELED) {
                take(ring);
                claim(ring).cancel(RECEIVED).skipSuccess();
                ring.submit();
            }
            if (way.waitsForEach) {
                take(ring);
            }
        }
        sender.close();
    }

    private static int firstOf(int send) {
        return send * (send + 1) / 2 * Integer.BYTES;
    }

    private void take(Ring ring) {
        ring.submitAndWait(1);
        ring.completion().drain(done, Integer.MAX_VALUE);
    }

    private boolean hasEnded() {
        int count = done.list.size();
        return count > 0 && !CqeFlags.hasMore(done.list.get(count - 1).flags());
    }

    private void assertReceived(Way way) {
        List<Completions.Completion> all = done.list;
        assertThat(all).as("%s", way).hasSizeGreaterThanOrEqualTo(way.end == End.NONE ? SENDS : 2);
        int received = 0;
        for (int i = 0; i < all.size(); i++) {
            Completions.Completion one = all.get(i);
            String what = way + ": " + i + " of " + all;
            assertThat(one.userData()).as(what).isEqualTo(RECEIVED);
            boolean isLast = i == all.size() - 1;
            // Older kernels end it with the first that finds no room in the queue.
            boolean isFull = way.end == End.QUEUE_FULL && !way.waitsForEach && i >= QUEUE;
            boolean isEnd = one.result() <= 0 || way.isStream && isLast || isFull && !CqeFlags.hasMore(one.flags());
            assertThat(CqeFlags.hasMore(one.flags())).as(what).isEqualTo(!isEnd);
            if (isEnd) {
                assertThat(isLast).as(what).isTrue();
                if (assertEnds(way, one, what)) {
                    continue;
                }
            }
            assertThat(CqeFlags.hasBuffer(one.flags())).as(what).isTrue();
            received += assertHolds(way, one, received, what);
        }
        if (way.end == End.NONE) {
            assertThat(received).as("%s", way).isEqualTo(firstOf(SENDS));
        }
    }

    /** Returns whether the last one brings nothing. */
    private boolean assertEnds(Way way, Completions.Completion last, String what) {
        boolean isEmpty = last.result() <= 0;
        if (isEmpty) {
            assertThat(CqeFlags.hasBuffer(last.flags())).as(what).isFalse();
        }
        switch (way.end) {
            case NO_BUFFERS -> assertThat(last.result()).as(what).isEqualTo(-Errno.ENOBUFS);
            case CANCELED -> assertThat(last.result()).as(what).isEqualTo(-Errno.ECANCELED);
            case QUEUE_FULL -> assertThat(last.result()).as(what).isNotNegative();
            default -> {
                if (way.byHeader && CqeFlags.hasBuffer(last.flags())) {
                    assertThat(message(last, way).fullLength()).as(what).isZero();
                    return true;
                }
                assertThat(last.result()).as(what).isZero();
            }
        }
        return isEmpty;
    }

    private ReceivedMessage message(Completions.Completion one, Way way) {
        int id = CqeFlags.bufferId(one.flags());
        // With MSG_TRUNC the result counts what did not fit.
        int length = Math.min(one.result(), way.bufferSize(id));
        return new ReceivedMessage(header).wrap(buffers, id * STRIDE, length);
    }

    /** Returns how many bytes were sent, those that did not fit included. */
    private int assertHolds(Way way, Completions.Completion one, int received, String what) {
        int at = CqeFlags.bufferId(one.flags()) * STRIDE;
        int length = one.result();
        int full = length;
        if (way.byHeader) {
            ReceivedMessage message = message(one, way);
            at = message.payloadAt();
            length = message.payloadLength();
            full = message.fullLength();
            assertThat(message.isTruncated()).as(what).isEqualTo(full != length);
            if (!way.isStream) {
                assertSaysFromWhereToWhere(message, what);
            }
        }
        assertThat(length % Integer.BYTES).as(what).isZero();
        int sent = way.isStream ? received : firstOf(full / Integer.BYTES - 1);
        assertThat(RingFiles.bytes(buffers, at, length)).as(what).isEqualTo(RingFiles.bytes(numbers, sent, length));
        return full;
    }

    private static void assertSaysFromWhereToWhere(ReceivedMessage message, String what) {
        assertThat(message.address().toString()).as(what).startsWith("127.0.0.1:");
        ControlMessages control = message.control();
        assertThat(control.first()).as(what).isTrue();
        assertThat(control.level()).as(what).isEqualTo(In.IPPROTO_IP);
        assertThat(control.type()).as(what).isEqualTo(In.IP_RECVORIGDSTADDR);
        assertThat(control.getI32(0) & 0xffff).as(what).isEqualTo(Sockets.INET);
        assertThat(control.getI32(Integer.BYTES)).as(what).isEqualTo(LOOPBACK);
        assertThat(control.next()).as(what).isFalse();
    }

    /** Two buffers of the old kind for three datagrams: the third waits for the next receive. */
    @ParameterizedTest
    @MethodSource("dev.jrtap.uring.RingProfile#byThread")
    void losesNothingWhereTwoBuffersAreTooFew(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Sockets.Pair pair = datagrams()) {
            Feature.require("SEND_ZC", ring.capabilities().supports(Operation.SEND_ZC), "Linux 6.0 or newer is needed");
            claim(ring).provideBuffers(buffers, 1, 2, GROUP, 0);
            claim(ring).recvMultishot(pair.right().fd(), 0, GROUP).userData(RECEIVED);
            ring.submit();
            for (int i = 0; i < 3; i++) {
                Sockets.write(pair.left(), String.valueOf(i));
            }
            List<Completions.Completion> four = Completions.await(ring, 4);
            assertThat(four.get(0)).isEqualTo(new Completions.Completion(0, 0, 0));
            for (int i = 0; i < 2; i++) {
                Completions.Completion one = four.get(i + 1);
                assertThat(one.userData()).isEqualTo(RECEIVED);
                assertThat(one.result()).isEqualTo(1);
                assertThat(CqeFlags.hasMore(one.flags())).isTrue();
                assertThat(CqeFlags.hasBuffer(one.flags())).isTrue();
                assertThat(buffers.getU8(CqeFlags.bufferId(one.flags()))).isEqualTo('0' + i);
            }
            assertThat(four.get(3)).isEqualTo(new Completions.Completion(RECEIVED, -Errno.ENOBUFS, 0));
            claim(ring).provideBuffers(buffers, 1, 1, GROUP, 5);
            claim(ring).recvMultishot(pair.right().fd(), 0, GROUP).userData(RECEIVED);
            assertThat(Results.of(Completions.await(ring, 2), RECEIVED)).isEqualTo(1);
            assertThat(buffers.getU8(0)).isEqualTo('2');
        }
    }
}
