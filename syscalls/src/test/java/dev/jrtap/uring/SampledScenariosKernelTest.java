// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Eventpoll;
import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.bindings.SysSocket;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Sockets;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.EpollEvents;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.IoVectors;
import dev.jrtap.syscall.MessageHeader;
import dev.jrtap.syscall.SockAddr;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;

/** Scenarios of liburing's tests, drawn a third time, that assert more than the tests of the methods they are about. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SampledScenariosKernelTest {

    private static final int PAGE = 4096;
    private static final int PIPES = 8;

    /** The next entry, even where the kernel's thread lags. */
    private static Operations claim(Ring ring) {
        Operations entry = ring.submission().claim();
        while (entry == null) {
            ring.awaitSpace();
            entry = ring.submission().claim();
        }
        return entry;
    }

    private static void watch(Ring ring, Fd epoll, int change, Fd watched) {
        ring.submission().claim().epollCtl(epoll.fd(), change, watched.fd(), Eventpoll.EPOLLIN, watched.fd());
        assertThat(Results.next(ring).result()).isZero();
    }

    private static List<Long> data(EpollEvents events, int count) {
        List<Long> data = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            data.add(events.data(i));
        }
        return data;
    }

    /** epwait: what is ready already, both at once; and one that is watched no more while the wait goes on. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void waitsForSomeOfWhatAnEpollWatches(RingProfile profile) throws IOException {
        EpollEvents events = new EpollEvents(2);
        try (Ring ring = profile.open(8);
                Sockets.Pair one = Sockets.pipe();
                Sockets.Pair other = Sockets.pipe()) {
            requireEpollWait(ring);
            Fd epoll = Fd.own(Syscalls.libc().epollCreate1(0));
            try (epoll) {
                watch(ring, epoll, Eventpoll.EPOLL_CTL_ADD, one.left());
                watch(ring, epoll, Eventpoll.EPOLL_CTL_ADD, other.left());
                Sockets.write(one.right(), "ready");
                Sockets.write(other.right(), "ready");
                ring.submission().claim().epollWait(epoll.fd(), events);
                assertThat(Results.next(ring).result()).isEqualTo(2);
                assertThat(data(events, 2))
                        .containsExactlyInAnyOrder(
                                (long) one.left().fd(), (long) other.left().fd());
                Sockets.read(one.left());
                Sockets.read(other.left());

                ring.submission().claim().epollWait(epoll.fd(), events).userData(1);
                ring.submit();
                ring.submission()
                        .claim()
                        .epollCtl(
                                epoll.fd(), Eventpoll.EPOLL_CTL_DEL, one.left().fd(), 0, 0)
                        .userData(2);
                assertThat(Results.of(Completions.await(ring, 1), 2)).isZero();
                Sockets.write(one.right(), "watched no more");
                Sockets.write(other.right(), "ready");
                assertThat(Results.of(Completions.await(ring, 1), 1)).isEqualTo(1);
                assertThat(data(events, 1)).containsExactly((long) other.left().fd());
                Sockets.read(other.left());

                ring.submission().claim().epollWait(epoll.fd(), events).userData(3);
                ring.submit();
                Results.awaitTaken(ring);
            }
            // The wait holds the instance whose descriptor is closed.
            Sockets.write(other.right(), "ready");
            assertThat(Results.of(Completions.await(ring, 1), 3)).isEqualTo(1);
        }
    }

    /** epwait: while another thread writes to pipes, each wait tells of some, and in the end no byte is left. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void waitsAgainAndAgainWhileOthersWrite(RingProfile profile) throws Exception {
        int rounds = 200;
        EpollEvents events = new EpollEvents(PIPES);
        List<Sockets.Pair> pipes = new ArrayList<>();
        try (Ring ring = profile.open(32);
                Fd epoll = Fd.own(Syscalls.libc().epollCreate1(0))) {
            requireEpollWait(ring);
            for (int i = 0; i < PIPES; i++) {
                Sockets.Pair pipe = Sockets.pipe();
                pipes.add(pipe);
                watch(ring, epoll, Eventpoll.EPOLL_CTL_ADD, pipe.left());
            }
            Thread writer = new Thread(() -> {
                for (int round = 0; round < rounds; round++) {
                    pipes.forEach(pipe -> Sockets.write(pipe.right(), "foo"));
                    Thread.yield();
                }
            });
            writer.start();
            int bytes = 0;
            while (bytes < rounds * PIPES * 3) {
                ring.submission().claim().epollWait(epoll.fd(), events);
                int ready = Results.next(ring).result();
                assertThat(ready).isBetween(1, PIPES);
                for (int i = 0; i < ready; i++) {
                    long reader = events.data(i);
                    bytes += pipes.stream()
                            .filter(pipe -> pipe.left().fd() == reader)
                            .mapToInt(pipe -> Sockets.read(pipe.left()).length())
                            .sum();
                }
            }
            writer.join();
            assertThat(bytes).isEqualTo(rounds * PIPES * 3);
        } finally {
            pipes.forEach(Sockets.Pair::close);
        }
    }

    private static void requireEpollWait(Ring ring) {
        Feature.require(
                "EPOLL_WAIT", ring.capabilities().supports(Operation.EPOLL_WAIT), "Linux 6.15 or newer is needed");
    }

    /** accept-reuse: the entry of an accept that waits is another operation's by the time the connection comes. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void acceptsAlthoughItsEntryIsUsedAgain(RingProfile profile) throws IOException {
        SockAddr peer = SockAddr.empty();
        try (Ring ring = profile.open(2);
                Fd listener = Sockets.listener(Sockets.ipv4(0));
                Fd client = Sockets.open(Sockets.INET, Sockets.STREAM)) {
            ring.submission().claim().accept(listener.fd(), peer, 0).userData(1);
            ring.submit();
            for (int i = 0; i < 2 * ring.submission().capacity(); i++) {
                claim(ring).nop();
                assertThat(Results.next(ring).result()).isZero();
            }
            claim(ring).connect(client.fd(), Sockets.nameOf(listener)).userData(2);
            List<Completions.Completion> two = Completions.await(ring, 2);
            assertThat(Results.of(two, 2)).isZero();
            try (Fd accepted = Fd.own(Results.of(two, 1))) {
                assertThat(peer.toString()).isEqualTo(Sockets.nameOf(client).toString());
                Sockets.write(client, "hello");
                assertThat(Sockets.read(accepted)).isEqualTo("hello");
            }
        }
    }

    /** bind-listen: a server and a client, both without a descriptor, made and connected by chains. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void servesWithoutADescriptor(RingProfile profile) throws IOException {
        Memory on = Memory.allocate(4);
        on.putI32(0, 1);
        Memory hello = Memory.ofString("Hello World!");
        Memory received = Memory.allocate(100);
        try (Ring ring = profile.open(8)) {
            requireBind(ring);
            ring.files().registerSparse(3);
            ring.submission()
                    .claim()
                    .socketDirect(Sockets.INET, Sockets.STREAM, 0, 0)
                    .link();
            ring.submission()
                    .claim()
                    .setsockopt(0, SysSocket.SOL_SOCKET, SysSocket.SO_REUSEADDR, on)
                    .fixedFile()
                    .link();
            ring.submission().claim().bind(0, Sockets.ipv4(0)).fixedFile().link();
            ring.submission().claim().listen(0, 1).fixedFile().link();
            ring.submission().claim().fixedFdInstall(0, 0).userData(1);
            List<Completions.Completion> made = Completions.await(ring, 5);
            SockAddr address;
            try (Fd server = Fd.own(Results.of(made, 1))) {
                address = Sockets.nameOf(server);
            }
            assertThat(made).filteredOn(done -> done.userData() == 0).allMatch(done -> done.result() == 0);

            ring.submission()
                    .claim()
                    .socketDirect(Sockets.INET, Sockets.STREAM, 0, 1)
                    .link();
            ring.submission().claim().connect(1, address).fixedFile().link();
            ring.submission().claim().send(1, hello, 0, 12, 0).fixedFile().userData(2);
            assertThat(Results.of(Completions.await(ring, 3), 2)).isEqualTo(12);
            ring.submission().claim().acceptDirect(0, 0, 2).fixedFile();
            assertThat(Results.next(ring).result()).isZero();
            ring.submission().claim().recv(2, received, 0, 100, 0).fixedFile();
            assertThat(Results.next(ring).result()).isEqualTo(12);
            assertThat(received.getString(0, 12)).isEqualTo("Hello World!");
        }
    }

    /** bind-listen: what is no socket, no address, and fields that mean nothing. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void refusesToBindAndListen(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Sockets.Pair pipe = Sockets.pipe();
                Fd socket = Sockets.open(Sockets.INET, Sockets.STREAM)) {
            requireBind(ring);
            ring.submission().claim().bind(socket.fd(), SockAddr.empty());
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.EINVAL);
            ring.submission().claim().bind(pipe.left().fd(), Sockets.ipv4(0));
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.ENOTSOCK);
            ring.submission().claim().bind(socket.fd(), Sockets.ipv4(0)).put32(IoUringSqe.RW_FLAGS, 1);
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.EINVAL);
            ring.submission().claim().listen(pipe.left().fd(), 1);
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.ENOTSOCK);
            ring.submission().claim().listen(socket.fd(), 1).put64(IoUringSqe.OFF, 0xffffff);
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.EINVAL);
        }
    }

    private static void requireBind(Ring ring) {
        Feature.require("BIND", ring.capabilities().supports(Operation.BIND), "Linux 6.11 or newer is needed");
    }

    /** nop: a barrier among eight, with and without workers; the second half of a large completion is zero. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void completesAllAroundABarrier(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            boolean large = ring.capabilities().has(SetupFlag.CQE32);
            for (int round = 0; round < 200; round++) {
                for (int i = 0; i < 8; i++) {
                    Sqe nop = claim(ring).nop().userData(i);
                    if (i == 4) {
                        nop.drain();
                    }
                    if (round % 2 == 1) {
                        nop.async();
                    }
                }
                List<Long> done = new ArrayList<>();
                while (done.size() < 8) {
                    ring.submitAndWait(1);
                    CompletionQueue completion = ring.completion();
                    while (completion.next()) {
                        done.add(completion.userData());
                        assertThat(completion.result()).isZero();
                        if (large) {
                            assertThat(completion.extra(0) | completion.extra(1))
                                    .isZero();
                        }
                    }
                }
                assertThat(done.subList(0, 4)).containsExactlyInAnyOrder(0L, 1L, 2L, 3L);
                assertThat(done.subList(4, 8)).contains(4L).containsOnlyOnce(5L, 6L, 7L);
            }
        }
    }

    /** cq-peek-batch: the older first, even where newer ones have come since. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void takesBatchesInTheirOrder(RingProfile profile) throws IOException {
        Completions taken = new Completions();
        try (Ring ring = profile.open(4)) {
            assertThat(ring.completion().drain(taken, 4)).isZero();
            for (int i = 0; i < 8; i++) {
                claim(ring).nop().userData(i);
                if (i % 4 == 3) {
                    ring.submitAndWait(i + 1);
                    assertThat(ring.completion().ready()).isEqualTo(i + 1);
                }
            }
            for (int batch = 0; batch < 2; batch++) {
                assertThat(ring.completion().drain(taken, 4)).isEqualTo(4);
            }
            assertThat(taken.list)
                    .extracting(Completions.Completion::userData)
                    .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L);
        }
    }

    /** vec-regbuf: messages without a copy, of more and fewer parts of one registered buffer; and of what is none. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void sendsPartsOfARegisteredBuffer(RingProfile profile) throws IOException {
        int size = 16 * PAGE;
        byte[] content = RingFiles.pattern(size, 11);
        Memory buffer = RingFiles.memory(content);
        Memory received = Memory.allocate(6 * size);
        int[][] parts = {{0, PAGE}, {1, 3}, {10, 7 * PAGE + 41}, {PAGE - 1, PAGE + 2}, {1, size - 1}, {0, size}};
        try (Ring ring = profile.open(8)) {
            Feature.require(
                    "READV_FIXED",
                    ring.capabilities().supports(Operation.READV_FIXED),
                    "Linux 6.15 or newer is needed");
            ring.buffers().register(buffer);
            try (Sockets.Pair pair = Sockets.tcp()) {
                for (int count : new int[] {1, 3, 6, 6, 2, 1}) {
                    MessageHeader header = new MessageHeader(count, 0);
                    int length = 0;
                    for (int i = 0; i < count; i++) {
                        header.addBuffer(buffer, parts[i][0], parts[i][1]);
                        length += parts[i][1];
                    }
                    ring.submission()
                            .claim()
                            .sendmsgZcFixed(pair.left().fd(), header, SysSocket.MSG_WAITALL, 0)
                            .userData(1);
                    ring.submission()
                            .claim()
                            .recv(pair.right().fd(), received, 0, length, SysSocket.MSG_WAITALL)
                            .userData(2);
                    List<Completions.Completion> three = Completions.await(ring, 3);
                    assertThat(Results.of(three, 2)).isEqualTo(length);
                    assertThat(three)
                            .filteredOn(done -> done.userData() == 1 && !CqeFlags.isNotification(done.flags()))
                            .extracting(Completions.Completion::result)
                            .containsExactly(length);
                    int at = 0;
                    for (int i = 0; i < count; i++) {
                        byte[] part = RingFiles.bytes(received, at, parts[i][1]);
                        assertThat(part).isEqualTo(RingFiles.bytes(buffer, parts[i][0], parts[i][1]));
                        at += parts[i][1];
                    }
                }
            }
            for (long address : new long[] {0, -1, buffer.address() - 1, buffer.address() + size}) {
                try (Sockets.Pair pair = Sockets.tcp()) {
                    MessageHeader wrong = new MessageHeader(1, 0).unsafeAddBuffer(address, 1);
                    ring.submission().claim().sendmsgZcFixed(pair.left().fd(), wrong, 0, 0);
                    Completions.Completion done = Results.next(ring);
                    assertThat(done.result()).isEqualTo(-Errno.EFAULT);
                    if (CqeFlags.hasMore(done.flags())) {
                        assertThat(CqeFlags.isNotification(Results.next(ring).flags()))
                                .isTrue();
                    }
                }
            }
            IoVectors empty = new IoVectors(8);
            for (int i = 0; i < empty.capacity(); i++) {
                empty.add(buffer, 0, 0);
            }
            try (Sockets.Pair pair = Sockets.tcp()) {
                ring.submission()
                        .claim()
                        .writevFixed(pair.left().fd(), empty, 0, 0)
                        .userData(3);
                assertThat(Results.of(Completions.await(ring, 1), 3)).isNotPositive();
            }
        }
    }
}
