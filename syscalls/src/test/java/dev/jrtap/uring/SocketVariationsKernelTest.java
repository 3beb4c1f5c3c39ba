// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static dev.jrtap.uring.RingFiles.claim;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.SysSocket;
import dev.jrtap.bindings.Tcp;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Sockets;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.IoVectors;
import dev.jrtap.syscall.MessageHeader;
import dev.jrtap.syscall.SockAddr;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sockets in the many ways that liburing's tests of them go through. */
@Tag("any-user")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SocketVariationsKernelTest {

    private static final String BY_THREAD = "dev.jrtap.uring.RingProfile#byThread";
    private static final Syscalls SYS = Syscalls.libc();
    private static final int SIZE = 4096;
    private static final int GROUP = 9;
    private static final int TCP = 6;

    /** send_recv: registered or not, by workers or not, and where there are no buffers to take. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void receivesDatagramsInEachWay(RingProfile profile) throws IOException {
        byte[] content = RingFiles.pattern(SIZE, 3);
        Memory out = RingFiles.memory(content);
        Memory in = Memory.allocate(SIZE);
        try (Ring ring = profile.open(8);
                Fd receiver = Sockets.bound(Sockets.ipv4(0), Sockets.DATAGRAM);
                Fd sender = Sockets.bound(Sockets.ipv4(0), Sockets.DATAGRAM)) {
            SockAddr address = Sockets.nameOf(receiver);
            ring.files().register(receiver.fd());
            for (int way = 0; way < 16; way++) {
                boolean isRegistered = (way & 1) != 0;
                boolean isProvided = (way & 4) != 0;
                in.zero(0, SIZE);
                Operations entry = claim(ring);
                int fd = isRegistered ? 0 : receiver.fd();
                Sqe receive = isProvided ? entry.recvProvided(fd, SIZE, 0, GROUP) : entry.recv(fd, in, 0, SIZE, 0);
                if (isRegistered) {
                    receive.fixedFile();
                }
                asyncIf((way & 2) != 0, receive).userData(2);
                ring.submit();
                Sqe send = claim(ring).sendTo(sender.fd(), out, 0, SIZE, 0, address);
                asyncIf((way & 8) != 0, send).userData(1);
                List<Completions.Completion> two = Completions.await(ring, 2);
                assertThat(Results.of(two, 1)).isEqualTo(SIZE);
                if (isProvided) {
                    assertThat(Results.of(two, 2)).isEqualTo(-Errno.ENOBUFS);
                    claim(ring).recv(receiver.fd(), in, 0, SIZE, 0);
                    assertThat(RingFiles.result(ring)).isEqualTo(SIZE);
                } else {
                    assertThat(Results.of(two, 2)).isEqualTo(SIZE);
                }
                assertThat(RingFiles.bytes(in, 0, SIZE)).isEqualTo(content);
            }
        }
    }

    /** send_recv: of two pieces and of 32, by workers or not. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void sendsVectorsOfManyPieces(RingProfile profile) throws IOException {
        byte[] content = RingFiles.pattern(SIZE, 3);
        Memory out = RingFiles.memory(content);
        Memory in = Memory.allocate(SIZE);
        try (Ring ring = profile.open(8);
                Sockets.Pair pair = Sockets.pair(Sockets.DATAGRAM)) {
            for (int way = 0; way < 4; way++) {
                int pieces = (way & 1) == 0 ? 2 : 32;
                IoVectors vectors = new IoVectors(pieces);
                for (int i = 0; i < pieces; i++) {
                    vectors.add(out, i * SIZE / pieces, SIZE / pieces);
                }
                asyncIf((way & 2) != 0, claim(ring).sendVector(pair.left().fd(), vectors, 0));
                int result = RingFiles.result(ring);
                Feature.require("SEND_VECTORIZED", result != -Errno.EINVAL, "Linux 6.17 or newer is needed");
                assertThat(result).isEqualTo(SIZE);
                claim(ring).recv(pair.right().fd(), in, 0, SIZE, 0);
                assertThat(RingFiles.result(ring)).isEqualTo(SIZE);
                assertThat(RingFiles.bytes(in, 0, SIZE)).isEqualTo(content);
            }
        }
    }

    private static Sqe asyncIf(boolean byWorker, Sqe sqe) {
        return byWorker ? sqe.async() : sqe;
    }

    /** send_recvmsg: into ten pieces, a provided buffer or none, by workers or not. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void receivesMessagesInEachWay(RingProfile profile) throws IOException {
        String text = "a message for a peer with room for it";
        Memory out = Memory.ofString(text);
        Memory in = Memory.allocate(128);
        try (Ring ring = profile.open(8);
                Sockets.Pair pair = Sockets.pair(Sockets.DATAGRAM)) {
            BufferRing group = ring.bufferRing(GROUP, 1);
            for (int way = 0; way < 10; way++) {
                int kind = way / 2;
                in.zero(0, in.size());
                boolean isProvided = kind >= 2;
                MessageHeader header = new MessageHeader(10, 0);
                for (int i = 0; i < 9 && kind == 1; i++) {
                    header.addBuffer(in, i, 1);
                }
                if (isProvided) {
                    header.unsafeAddBuffer(0, 128);
                } else {
                    int at = kind == 1 ? 9 : 0;
                    header.addBuffer(in, at, 128 - at);
                }
                int from = kind == 2 ? GROUP : GROUP + 1;
                if (kind == 2) {
                    group.offer(in, 0, 128, 89);
                    group.publish();
                } else if (kind == 3) {
                    claim(ring).provideBuffers(in, 128, 1, from, 89);
                    assertThat(RingFiles.result(ring)).isNotNegative();
                }
                Sqe receive = claim(ring).recvmsg(pair.right().fd(), header, 0);
                if (isProvided) {
                    receive.bufferSelect(from);
                }
                asyncIf(way % 2 != 0, receive).userData(1);
                ring.submit();
                MessageHeader sent = new MessageHeader(1, 0).addBuffer(out, 0, text.length());
                claim(ring).sendmsg(pair.left().fd(), sent, 0).userData(2);
                List<Completions.Completion> two = Completions.await(ring, 2);
                assertThat(Results.of(two, 2)).isEqualTo(text.length());
                if (kind == 4) {
                    assertThat(Results.of(two, 1)).isEqualTo(-Errno.ENOBUFS);
                    assertThat(Sockets.read(pair.right())).isEqualTo(text);
                } else {
                    assertThat(Results.of(two, 1)).as("way %d", way).isEqualTo(text.length());
                    assertThat(in.getString(0, 128)).isEqualTo(text);
                    assertThat(two)
                            .filteredOn(done -> CqeFlags.hasBuffer(done.flags()))
                            .hasSize(isProvided ? 1 : 0)
                            .allMatch(done -> CqeFlags.bufferId(done.flags()) == 89);
                }
            }
        }
    }

    /** sendmsg_iov_clean: messages of many pieces that wait for a full socket, of one header, and all are sent. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void sendsTheMessagesThatWaitForRoom(RingProfile profile) throws Exception {
        int messages = 64;
        Memory piece = Memory.allocate(64);
        Memory in = Memory.allocate(SIZE);
        Memory small = Memory.allocate(Integer.BYTES);
        small.putI32(0, 8192);
        try (Ring ring = profile.open(messages);
                Sockets.Pair pair = Sockets.pair(Sockets.STREAM)) {
            int left = pair.left().fd();
            SYS.setsockopt(left, SysSocket.SOL_SOCKET, SysSocket.SO_SNDBUF, small.address(), small.size());
            long filled = 0;
            for (long sent = 0; sent >= 0; filled += Math.max(0, sent)) {
                sent = SYS.send(left, piece.address(), 64, SysSocket.MSG_DONTWAIT);
            }
            MessageHeader header = new MessageHeader(16, 0);
            for (int i = 0; i < 16; i++) {
                header.addBuffer(piece, 0, 64);
            }
            for (int i = 0; i < messages; i++) {
                claim(ring).sendmsg(left, header, SysSocket.MSG_WAITALL);
            }
            ring.submit();
            assertThat(ring.await(1_000_000)).isFalse();
            long all = filled + messages * 1024L;
            FutureTask<Long> reader = new FutureTask<>(() -> {
                long read = 0;
                while (read < all) {
                    read += SYS.read(pair.right().fd(), in.address(), SIZE);
                }
                return read;
            });
            new Thread(reader).start();
            assertThat(Completions.await(ring, messages)).allMatch(done -> done.result() == 1024);
            assertThat(reader.get()).isEqualTo(all);
            piece.keepAlive();
            small.keepAlive();
        }
    }

    /** recv-msgall-stream: a message that waits for all of its bytes, which come in halves. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void aMessageWaitsForAllOfItsBytes(RingProfile profile) throws IOException {
        byte[] content = RingFiles.pattern(512, 3);
        Memory out = RingFiles.memory(content);
        Memory in = Memory.allocate(512);
        MessageHeader header = new MessageHeader(1, 0).addBuffer(in, 0, 512);
        try (Ring ring = profile.open(8);
                Sockets.Pair pair = Sockets.tcp()) {
            claim(ring)
                    .recvmsg(pair.right().fd(), header, SysSocket.MSG_WAITALL)
                    .userData(2);
            ring.submit();
            for (int half = 0; half < 2; half++) {
                claim(ring).send(pair.left().fd(), out, half * 256, 256, 0).userData(1);
                assertThat(Results.next(ring)).isEqualTo(new Completions.Completion(1, 256, 0));
                if (half == 0) {
                    assertThat(ring.await(2_000_000)).isFalse();
                }
            }
            assertThat(Results.next(ring).result()).isEqualTo(512);
            assertThat(RingFiles.bytes(in, 0, 512)).isEqualTo(content);
        }
    }

    /** socket-nb: only the flag of the receive says that it does not wait, and not that of the socket. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void waitsThoughTheSocketDoesNot(RingProfile profile) throws IOException {
        Memory in = Memory.allocate(128);
        for (int way = 0; way < 4; way++) {
            try (Ring ring = profile.open(8);
                    Sockets.Pair pair = Sockets.tcp()) {
                if ((way & 1) != 0) {
                    SYS.fcntl(pair.right().fd(), Fcntl.F_SETFL, Fcntl.O_NONBLOCK);
                }
                boolean waits = (way & 2) == 0;
                claim(ring).recv(pair.right().fd(), in, 0, 128, waits ? 0 : SysSocket.MSG_DONTWAIT);
                if (waits) {
                    ring.submit();
                    assertThat(ring.await(5_000_000)).isFalse();
                    Sockets.write(pair.left(), "late");
                }
                assertThat(RingFiles.result(ring)).isEqualTo(waits ? 4 : -Errno.EAGAIN);
            }
        }
    }

    /** socket-getsetsock-cmd: what the ring sets and reads is what the system calls read, by workers or not. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void optionsAreThoseOfTheSystemCalls(RingProfile profile) throws IOException {
        Memory value = Memory.allocate(Integer.BYTES);
        try (Ring ring = profile.open(8);
                Sockets.Pair pair = Sockets.tcp()) {
            int fd = pair.right().fd();
            for (boolean byWorker : new boolean[] {false, true}) {
                asyncIf(byWorker, claim(ring).getsockopt(fd, SysSocket.SOL_SOCKET, SysSocket.SO_RCVBUF, value));
                int length = RingFiles.result(ring);
                Feature.require(
                        "socket options by URING_CMD", length != -Errno.EOPNOTSUPP, "Linux 6.7 or newer is needed");
                assertThat(length).isEqualTo(Integer.BYTES);
                assertThat(value.getI32(0)).isEqualTo(option(fd, SysSocket.SOL_SOCKET, SysSocket.SO_RCVBUF));
                for (int on = 0; on <= 1; on++) {
                    value.putI32(0, on);
                    asyncIf(byWorker, claim(ring).setsockopt(fd, SysSocket.SOL_SOCKET, SysSocket.SO_REUSEPORT, value));
                    assertThat(RingFiles.result(ring)).isZero();
                    assertThat(option(fd, SysSocket.SOL_SOCKET, SysSocket.SO_REUSEPORT))
                            .isEqualTo(on);
                }
                for (int time = 1; time <= 10; time++) {
                    value.putI32(0, time);
                    asyncIf(byWorker, claim(ring).setsockopt(fd, TCP, Tcp.TCP_USER_TIMEOUT, value));
                    assertThat(RingFiles.result(ring)).isZero();
                    assertThat(option(fd, TCP, Tcp.TCP_USER_TIMEOUT)).isEqualTo(time);
                }
            }
        }
    }

    private static int option(int fd, int level, int option) {
        Memory value = Memory.allocate(Integer.BYTES);
        Memory length = Memory.allocate(Integer.BYTES);
        length.putI32(0, Integer.BYTES);
        assertThat(SYS.getsockopt(fd, level, option, value.address(), length.address()))
                .isZero();
        assertThat(length.getI32(0)).isEqualTo(Integer.BYTES);
        value.keepAlive();
        length.keepAlive();
        return value.getI32(0);
    }

    /** socket-io-cmd: what was written is on the way or has arrived, of bytes and of datagrams. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void whatIsWrittenIsOnTheWayOrThere(RingProfile profile) throws IOException {
        for (boolean isStream : new boolean[] {true, false}) {
            try (Ring ring = profile.open(8);
                    Fd receiver = Sockets.bound(Sockets.ipv4(0), Sockets.DATAGRAM);
                    Fd sender = Sockets.bound(Sockets.ipv4(0), Sockets.DATAGRAM);
                    Sockets.Pair pair = Sockets.tcp()) {
                int from = isStream ? pair.left().fd() : sender.fd();
                int to = isStream ? pair.right().fd() : receiver.fd();
                Memory out = Memory.ofString("foobarbaz");
                if (isStream) {
                    claim(ring).send(from, out, 0, 9, 0);
                } else {
                    claim(ring).sendTo(from, out, 0, 9, 0, Sockets.nameOf(receiver));
                }
                assertThat(RingFiles.result(ring)).isEqualTo(9);
                claim(ring).siocinq(to).userData(1);
                int arrived = RingFiles.result(ring);
                Feature.require("URING_CMD on sockets", arrived != -Errno.EOPNOTSUPP, "Linux 6.5 or newer is needed");
                claim(ring).siocoutq(from);
                assertThat(arrived + RingFiles.result(ring)).isEqualTo(9);
            }
        }
    }

    /** linked-defer-close: silent sends with a close behind them, begun when a connection comes; all arrives. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void sendsSilentlyAndClosesWhatItAccepts(RingProfile profile) throws Exception {
        Memory out = Memory.ofString("message number 1\nmessage number 2\nmessage number 3\n");
        try (Ring ring = profile.open(8);
                Fd listener = Sockets.listener(Sockets.ipv4(0))) {
            claim(ring).acceptMultishot(listener.fd(), 0).userData(1);
            ring.submit();
            for (int round = 0; round < 5; round++) {
                try (Fd client = Sockets.connectedTo(listener)) {
                    Completions.Completion accepted = Results.next(ring);
                    assertThat(accepted.userData()).isEqualTo(1);
                    int fd = accepted.result();
                    assertThat(fd).isPositive();
                    for (int i = 0; i < 3; i++) {
                        claim(ring)
                                .send(fd, out, i * 17, 17, 0)
                                .userData(2)
                                .link()
                                .skipSuccess();
                    }
                    claim(ring).close(fd).userData(3).skipSuccess();
                    ring.submit();
                    FutureTask<String> reader = new FutureTask<>(() -> {
                        StringBuilder received = new StringBuilder();
                        for (String some = Sockets.read(client); !some.isEmpty(); some = Sockets.read(client)) {
                            received.append(some);
                        }
                        return received.toString();
                    });
                    new Thread(reader).start();
                    while (!reader.isDone()) {
                        assertThat(ring.await(1_000_000))
                                .as("nothing is told of")
                                .isFalse();
                    }
                    assertThat(reader.get()).isEqualTo(out.getString(0, 51));
                }
            }
        }
    }

    /** mshot-shutdown-race: bytes and the end come from another thread, over TCP too, and each has its flags. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void tellsOfBytesAndOfTheEndThatAnotherThreadSends(RingProfile profile) throws Exception {
        Memory memory = Memory.allocate(4 * 256);
        try (Ring ring = profile.open(8)) {
            BufferRing group = Results.provide(ring, GROUP, memory, 4, 256);
            for (int round = 0; round < 40; round++) {
                int sends = round % 2 + 1;
                try (Sockets.Pair pair = round % 4 < 2 ? Sockets.pair(Sockets.STREAM) : Sockets.tcp()) {
                    claim(ring).recvMultishot(pair.left().fd(), 0, GROUP);
                    ring.submit();
                    Thread sender = new Thread(() -> {
                        for (int i = 0; i < sends; i++) {
                            Sockets.write(pair.right(), "x".repeat(123));
                        }
                        pair.right().close();
                    });
                    sender.start();
                    int received = 0;
                    Completions.Completion one = Results.next(ring);
                    while (one.result() > 0) {
                        assertThat(CqeFlags.hasMore(one.flags())).isTrue();
                        assertThat(CqeFlags.hasBuffer(one.flags())).isTrue();
                        int id = CqeFlags.bufferId(one.flags());
                        group.offer(memory, id * 256, 256, id);
                        group.publish();
                        received += one.result();
                        one = Results.next(ring);
                    }
                    assertThat(one.result()).isZero();
                    assertThat(CqeFlags.hasMore(one.flags())).isFalse();
                    assertThat(received).isEqualTo(sends * 123);
                    sender.join();
                }
            }
        }
    }
}
