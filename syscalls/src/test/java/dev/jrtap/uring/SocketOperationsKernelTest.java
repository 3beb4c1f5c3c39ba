// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.SysSocket;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Sockets;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.IoVectors;
import dev.jrtap.syscall.SockAddr;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("any-user")
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SocketOperationsKernelTest {

    private static final Syscalls SYS = Syscalls.libc();

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void makesASocket(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            ring.submission().claim().socket(Sockets.INET, Sockets.DATAGRAM | Fcntl.O_NONBLOCK, 0);
            try (Fd fd = Fd.own(SYS, Results.next(ring).result())) {
                assertThat(Sockets.nameOf(fd).family()).isEqualTo(Sockets.INET);
                Memory byteOfRoom = Memory.allocate(8);
                assertThat(SYS.recv(fd.fd(), byteOfRoom.address(), 8, 0)).isEqualTo(-Errno.EAGAIN);
            }
            ring.submission().claim().socket(4711, Sockets.STREAM, 0);
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.EAFNOSUPPORT);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.jrtap.uring.RingProfile#forTables")
    void makesSocketsInTheTable(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Fd listener = Sockets.listener(Sockets.ipv4(0))) {
            ring.files().registerSparse(2);
            ring.submission().claim().socketDirect(Sockets.INET, Sockets.STREAM, 0, 1);
            assertThat(Results.next(ring).result()).isZero();
            ring.submission().claim().connect(1, Sockets.nameOf(listener)).fixedFile();
            assertThat(Results.next(ring).result()).isZero();

            int any = IoUring.IORING_FILE_INDEX_ALLOC;
            ring.submission().claim().socketDirect(Sockets.INET, Sockets.STREAM, 0, any);
            assertThat(Results.next(ring).result()).as("the free position").isZero();
            ring.submission().claim().socketDirect(Sockets.INET, Sockets.STREAM, 0, any);
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.ENFILE);
            ring.submission().claim().socketDirect(Sockets.INET, Sockets.STREAM | Fcntl.O_CLOEXEC, 0, 0);
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.EINVAL);
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void bindsListensAndConnects(RingProfile profile, @TempDir Path directory) throws IOException {
        try (Ring ring = profile.open(8)) {
            requireBind(ring);
            String file = directory.resolve("socket").toString();
            for (SockAddr address : List.of(
                    Sockets.ipv4(0),
                    Sockets.ipv6(0),
                    SockAddr.ofUnixPath(file),
                    SockAddr.ofUnixAbstract("jrtap-" + profile))) {
                try (Fd listener = Sockets.open(address.family(), Sockets.STREAM);
                        Fd client = Sockets.open(address.family(), Sockets.STREAM)) {
                    ring.submission()
                            .claim()
                            .bind(listener.fd(), address)
                            .link()
                            .userData(1);
                    ring.submission().claim().listen(listener.fd(), 8).userData(2);
                    List<Completions.Completion> done = Completions.await(ring, 2);
                    assertThat(done)
                            .extracting(Completions.Completion::result)
                            .as("bind and listen at %s", address)
                            .containsExactly(0, 0);
                    ring.submission().claim().connect(client.fd(), Sockets.nameOf(listener));
                    assertThat(Results.next(ring).result()).isZero();
                    ring.submission().claim().bind(client.fd(), address);
                    assertThat(Results.next(ring).result())
                            .as("a second address at %s", address)
                            .isNegative();
                }
            }
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void refusesAnAddressInUse(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Fd listener = Sockets.listener(Sockets.ipv4(0));
                Fd other = Sockets.open(Sockets.INET, Sockets.STREAM)) {
            requireBind(ring);
            ring.submission()
                    .claim()
                    .bind(other.fd(), Sockets.nameOf(listener))
                    .link()
                    .userData(1);
            ring.submission().claim().listen(other.fd(), 8).userData(2);
            List<Completions.Completion> done = Completions.await(ring, 2);
            assertThat(Results.of(done, 1)).isEqualTo(-Errno.EADDRINUSE);
            assertThat(Results.of(done, 2)).isEqualTo(-Errno.ECANCELED);
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void acceptsAndTellsWhoConnected(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            for (SockAddr address : List.of(Sockets.ipv4(0), Sockets.ipv6(0))) {
                SockAddr peer = SockAddr.empty();
                try (Fd listener = Sockets.listener(address)) {
                    ring.submission().claim().accept(listener.fd(), peer, Fcntl.O_CLOEXEC);
                    ring.submit();
                    try (Fd client = Sockets.connectedTo(listener);
                            Fd accepted = Fd.own(SYS, Results.next(ring).result())) {
                        assertThat(peer).hasToString(Sockets.nameOf(client).toString());
                        Sockets.write(client, "hello");
                        assertThat(Sockets.read(accepted)).isEqualTo("hello");
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void acceptsOneConnectionWithEachEntry(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Fd listener = Sockets.listener(Sockets.ipv4(0))) {
            for (int i = 0; i < 4; i++) {
                ring.submission().claim().accept(listener.fd(), 0).userData(i);
            }
            ring.submit();
            for (int i = 0; i < 4; i++) {
                try (Fd client = Sockets.connectedTo(listener);
                        Fd accepted = Fd.own(SYS, Results.next(ring).result())) {
                    Sockets.write(client, "client " + i);
                    assertThat(Sockets.read(accepted)).isEqualTo("client " + i);
                }
            }
            assertThat(ring.inFlight()).isZero();
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void acceptsTenConnectionsWithOneEntry(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Fd listener = Sockets.listener(Sockets.ipv4(0))) {
            ring.submission().claim().acceptMultishot(listener.fd(), 0).userData(7);
            ring.submit();
            for (int i = 0; i < 10; i++) {
                try (Fd client = Sockets.connectedTo(listener)) {
                    Completions.Completion completion = Results.next(ring);
                    assertThat(completion.userData()).isEqualTo(7);
                    assertThat(CqeFlags.hasMore(completion.flags())).isTrue();
                    try (Fd accepted = Fd.own(SYS, completion.result())) {
                        Sockets.write(accepted, "welcome");
                        assertThat(Sockets.read(client)).isEqualTo("welcome");
                    }
                }
            }
            ring.submission().claim().cancel(7).userData(8);
            List<Completions.Completion> last = Completions.await(ring, 2);
            assertThat(Results.of(last, 7)).isEqualTo(-Errno.ECANCELED);
            assertThat(Results.of(last, 8)).isZero();
            assertThat(last).noneMatch(c -> CqeFlags.hasMore(c.flags()));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.jrtap.uring.RingProfile#forTables")
    void acceptsIntoTheTableUntilItIsFull(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Fd listener = Sockets.listener(Sockets.ipv4(0));
                Fd first = Sockets.connectedTo(listener)) {
            ring.files().registerSparse(3);
            ring.submission().claim().acceptDirect(listener.fd(), 0, 1);
            assertThat(Results.next(ring).result()).isZero();
            Memory in = Memory.allocate(16);
            Sockets.write(first, "direct");
            ring.submission().claim().recv(1, in, 0, 16, 0).fixedFile();
            assertThat(Results.next(ring).result()).isEqualTo(6);
            assertThat(in.getString(0, 16)).isEqualTo("direct");

            ring.submission().claim().acceptMultishotDirect(listener.fd(), 0);
            ring.submit();
            int[] results = new int[3];
            for (int i = 0; i < 3; i++) {
                try (Fd client = Sockets.connectedTo(listener)) {
                    assertThat(client.isOpen()).isTrue();
                    results[i] = Results.next(ring).result();
                }
            }
            assertThat(results).containsExactlyInAnyOrder(0, 2, -Errno.ENFILE);
            assertThat(results[2]).isEqualTo(-Errno.ENFILE);
            assertThat(ring.inFlight()).isZero();
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void looksForConnectionsAsItIsTold(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Fd listener = Sockets.listener(Sockets.ipv4(0))) {
            requireBind(ring);
            ring.submission().claim().accept(listener.fd(), 0, IoUring.IORING_ACCEPT_DONTWAIT);
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.EAGAIN);
            try (Fd first = Sockets.connectedTo(listener);
                    Fd second = Sockets.connectedTo(listener)) {
                assertThat(first.fd()).isNotEqualTo(second.fd());
                for (boolean another : new boolean[] {true, false}) {
                    ring.submission().claim().accept(listener.fd(), 0, IoUring.IORING_ACCEPT_POLL_FIRST);
                    Completions.Completion accepted = Results.next(ring);
                    Fd.own(SYS, accepted.result()).close();
                    assertThat(CqeFlags.isSocketNonEmpty(accepted.flags())).isEqualTo(another);
                }
            }
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void failsToConnectAsConnectDoes(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Fd listener = Sockets.listener(Sockets.ipv4(0));
                Fd bound = Sockets.bound(Sockets.ipv4(0), Sockets.STREAM);
                Fd refused = Sockets.open(Sockets.INET, Sockets.STREAM);
                Fd lost = Sockets.open(Sockets.INET, Sockets.STREAM);
                Fd twice = Sockets.open(Sockets.INET, Sockets.STREAM | Fcntl.O_NONBLOCK)) {
            ring.submission().claim().connect(refused.fd(), Sockets.nameOf(bound));
            assertThat(Results.next(ring).result()).as("nobody listens").isEqualTo(-Errno.ECONNREFUSED);
            ring.submission().claim().connect(lost.fd(), Sockets.address("192.0.2.1", 9));
            assertThat(Results.next(ring).result()).as("no route").isEqualTo(-Errno.ENETUNREACH);
            ring.submission().claim().connect(twice.fd(), Sockets.nameOf(listener));
            assertThat(Results.next(ring).result())
                    .as("non-blocking, and waits")
                    .isZero();
            ring.submission().claim().connect(twice.fd(), Sockets.nameOf(listener));
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.EISCONN);
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void endsOneDirection(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Sockets.Pair pair = Sockets.tcp();
                Fd alone = Sockets.open(Sockets.INET, Sockets.STREAM)) {
            Memory bytes = Memory.allocate(16);
            ring.submission().claim().recv(pair.right().fd(), bytes, 0, 16, 0).userData(1);
            ring.submission()
                    .claim()
                    .shutdown(pair.left().fd(), SysSocket.SHUT_WR)
                    .userData(2);
            List<Completions.Completion> done = Completions.await(ring, 2);
            assertThat(Results.of(done, 1)).as("the end of the stream").isZero();
            assertThat(Results.of(done, 2)).isZero();

            ring.submission().claim().send(pair.left().fd(), bytes, 0, 16, 0);
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.EPIPE);
            ring.submission().claim().writev(pair.left().fd(), new IoVectors(1).add(bytes, 0, 16), 0);
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.EPIPE);
            Sockets.write(pair.right(), "still open");
            assertThat(Sockets.read(pair.left())).isEqualTo("still open");
            ring.submission().claim().shutdown(alone.fd(), SysSocket.SHUT_RDWR);
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.ENOTCONN);
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void readsAndWritesSocketsLikeFiles(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Sockets.Pair pair = Sockets.tcp()) {
            Memory out = Memory.ofString("written");
            Memory in = Memory.allocate(16);
            for (long offset : new long[] {0, -1}) {
                ring.submission()
                        .claim()
                        .read(pair.right().fd(), in, 0, 16, offset)
                        .userData(1);
                ring.submission()
                        .claim()
                        .write(pair.left().fd(), out, 0, 7, offset)
                        .userData(2);
                List<Completions.Completion> done = Completions.await(ring, 2);
                assertThat(Results.of(done, 1)).isEqualTo(7);
                assertThat(Results.of(done, 2)).isEqualTo(7);
                assertThat(in.getString(0, 16)).isEqualTo("written");
            }
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void receivesWithoutWaitingIfToldSo(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Sockets.Pair pair = Sockets.tcp()) {
            Memory in = Memory.allocate(16);
            ring.submission().claim().recv(pair.right().fd(), in, 0, 16, SysSocket.MSG_DONTWAIT);
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.EAGAIN);
        }
    }

    private static void requireBind(Ring ring) {
        Feature.require("BIND", ring.capabilities().supports(Operation.BIND), "Linux 6.11 or newer is needed");
    }
}
