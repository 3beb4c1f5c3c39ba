// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static dev.jrtap.uring.RingFiles.claim;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Eventpoll;
import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.Poll;
import dev.jrtap.bindings.Pollfd;
import dev.jrtap.bindings.SysSocket;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Sockets;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Polls and barriers, and what cancels them, as in liburing's tests of the same. */
@Tag("any-user")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PollScenariosKernelTest {

    private static final String BY_THREAD = "dev.jrtap.uring.RingProfile#byThread";
    private static final Syscalls SYS = Syscalls.libc();
    private static final int BOTH = Poll.POLLIN | Poll.POLLOUT;
    private static final long SECOND = 1_000_000_000L;

    @TempDir
    private Path directory;

    /** poll: a multishot poll whose file changes in two ways at once tells of both. */
    @Test
    void missesNeitherOfTwoEvents() throws IOException {
        Memory least = Memory.allocate(Integer.BYTES);
        least.putI32(0, 1);
        try (Ring ring = RingProfile.DEFER_TASKRUN.open(8);
                Sockets.Pair pair = Sockets.pair(Sockets.STREAM)) {
            int left = pair.left().fd();
            SYS.setsockopt(left, SysSocket.SOL_SOCKET, SysSocket.SO_SNDBUF, least.address(), least.size());
            Sockets.write(pair.left(), "xx");
            claim(ring).pollMultishot(left, BOTH).userData(1);
            ring.submit();
            Sockets.write(pair.right(), "xx");
            assertThat(Sockets.read(pair.right())).isEqualTo("xx");
            int seen = 0;
            while ((seen & BOTH) != BOTH) {
                seen |= Results.next(ring).result();
            }
        }
    }

    /** poll: another ring, before it is driven and after, is ready when it has a completion, and told of once. */
    @ParameterizedTest
    @EnumSource(
            value = RingProfile.class,
            names = {"PLAIN", "DEFER_TASKRUN"})
    void tellsThatAnotherRingHasCompleted(RingProfile profile) throws IOException {
        for (boolean early : new boolean[] {false, true}) {
            try (Ring polled = profile.open(8);
                    Ring ring = RingProfile.PLAIN.open(8)) {
                if (!early) {
                    polled.submit();
                }
                claim(ring).pollAdd(polled.fd().number(), Poll.POLLIN).userData(1);
                ring.submit();
                assertThat(ring.completion().ready()).isZero();
                claim(polled).nop();
                polled.submit();
                boolean isTold = ring.await(5 * SECOND);
                if (profile == RingProfile.DEFER_TASKRUN) {
                    Feature.require("polls of DEFER_TASKRUN rings", isTold, "Linux 6.12 or newer is needed");
                }
                Completions.Completion told = Results.next(ring);
                assertThat(told.result() & Poll.POLLIN).isNotZero();
                assertThat(ring.inFlight()).isZero();
                assertThat(Results.next(polled).result()).isZero();
            }
        }
    }

    /** poll: thousands of polls of the ring itself, and a completion that fires them all. */
    @Test
    void endsWithThousandsOfPollsOfItself() throws IOException {
        boolean[] free = new boolean[1];
        try (Ring ring = RingProfile.PLAIN.open(2048)) {
            ring.onClosed(isFree -> free[0] = isFree);
            for (int i = 0; i < 2 * 2048; i++) {
                claim(ring).pollAdd(ring.fd().number(), Poll.POLLIN).userData(1);
            }
            claim(ring).nop().userData(2);
            ring.submit();
            assertThat(ring.await(10 * SECOND)).isTrue();
        }
        assertThat(free[0]).isTrue();
    }

    /** poll-v-poll: pipes, a file and an epoll set are as ready as poll(2) says. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void saysWhatPollSays(RingProfile profile) throws IOException {
        Path path = Files.writeString(directory.resolve("file"), "text");
        try (Ring ring = profile.open(8);
                Pipe pipe = Pipe.open();
                Fd file = Fd.open(path.toString(), 0);
                Fd epoll = Fd.own(SYS, SYS.epollCreate1(0))) {
            claim(ring).epollCtl(epoll.fd(), Eventpoll.EPOLL_CTL_ADD, pipe.reader(), Eventpoll.EPOLLIN, 0);
            assertThat(RingFiles.result(ring)).isZero();
            claim(ring).pollAdd(pipe.reader(), Poll.POLLIN).userData(1);
            claim(ring).pollAdd(epoll.fd(), Poll.POLLIN).userData(2);
            ring.submit();
            assertThat(ring.await(1_000_000)).isFalse();
            pipe.put(new byte[1]);
            List<Completions.Completion> two = Completions.await(ring, 2);
            assertThat(Results.of(two, 1) & 0x3f).isEqualTo(poll(pipe.reader(), Poll.POLLIN));
            assertThat(Results.of(two, 2) & 0x3f).isEqualTo(poll(epoll.fd(), Poll.POLLIN));
            int[][] others = {
                {pipe.writer(), Poll.POLLOUT}, {file.fd(), Poll.POLLIN}, {file.fd(), Poll.POLLOUT}, {file.fd(), BOTH}
            };
            for (int[] other : others) {
                claim(ring).pollAdd(other[0], other[1]);
                assertThat(RingFiles.result(ring) & 0x3f).isEqualTo(poll(other[0], other[1]));
            }
        }
    }

    private static int poll(int fd, int events) {
        Memory polled = Memory.allocate(Pollfd.SIZEOF);
        Memory time = Memory.allocate(16);
        polled.putI32(Pollfd.FD, fd);
        polled.putI16(Pollfd.EVENTS, events);
        assertThat(SYS.ppoll(polled.address(), 1, time.address())).isEqualTo(1);
        time.keepAlive();
        polled.keepAlive();
        return polled.getU16(Pollfd.REVENTS);
    }

    /** poll-many: hundreds of files, of which some fire in each round and are polled again. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void pollsSomeOfManyAgainAndAgain(RingProfile profile) throws IOException {
        int files = 200;
        int batch = 50;
        Random random = new Random(4);
        List<Pipe> pipes = new ArrayList<>();
        List<Integer> order = new ArrayList<>();
        try (Ring ring = profile.open(64)) {
            for (int i = 0; i < files; i++) {
                pipes.add(Pipe.open());
                order.add(i);
                claim(ring).pollAdd(pipes.get(i).reader(), Poll.POLLIN).userData(i);
            }
            ring.submit();
            for (int round = 0; round < 40; round++) {
                Collections.shuffle(order, random);
                order.subList(0, batch).forEach(i -> pipes.get(i).put(new byte[1]));
                BitSet told = new BitSet();
                for (Completions.Completion one : Completions.await(ring, batch)) {
                    int file = (int) one.userData();
                    assertThat(one.result()).isEqualTo(Poll.POLLIN);
                    told.set(file);
                    pipes.get(file).take(1);
                    claim(ring).pollAdd(pipes.get(file).reader(), Poll.POLLIN).userData(file);
                }
                assertThat(told.cardinality()).isEqualTo(batch);
                assertThat(order.subList(0, batch)).allMatch(told::get);
            }
            ring.submit();
            assertThat(ring.await(1_000_000)).isFalse();
        } finally {
            pipes.forEach(Pipe::close);
        }
    }

    /** poll-mshot-overflow: each event is told of until the queue is full; the one that says no more is the last. */
    @ParameterizedTest
    @EnumSource(
            value = RingProfile.class,
            names = {"PLAIN", "DEFER_TASKRUN"})
    void aMultishotPollThatFindsNoRoomEndsWithTheLast(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(2);
                Pipe pipe = Pipe.open()) {
            claim(ring).pollMultishot(pipe.reader(), Poll.POLLIN).userData(1);
            ring.submit();
            boolean ended = false;
            for (int i = 0; i < 12; i++) {
                pipe.put(new byte[1]);
                pipe.take(1);
            }
            pipe.put(new byte[1]);
            int told = 0;
            ring.submit();
            while (ring.await(2_000_000)) {
                assertThat(ended).as("told of after the last").isFalse();
                Completions.Completion one = Results.next(ring);
                assertThat(one.result()).isNotNegative();
                ended = !CqeFlags.hasMore(one.flags());
                told++;
            }
            assertThat(told).isPositive();
            if (!ended) {
                claim(ring).pollRemove(1).userData(3);
                List<Completions.Completion> two = Completions.await(ring, 2);
                assertThat(Results.of(two, 1)).isEqualTo(-Errno.ECANCELED);
                assertThat(Results.of(two, 3)).isZero();
            }
        }
    }

    /** poll-cancel-all: reads that workers wait with, and polls of two files. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void cancelsEightOfEachKind(RingProfile profile) throws IOException {
        Memory in = Memory.allocate(32);
        // Room for both: a polling thread may not have taken the reads when each gets a cancellation.
        try (Ring ring = profile.open(32);
                Pipe one = Pipe.open();
                Pipe other = Pipe.open()) {
            for (int kind = 0; kind < 3; kind++) {
                for (int i = 0; i < 8; i++) {
                    int reader = i % 2 == 0 || kind == 0 ? one.reader() : other.reader();
                    Sqe sqe = kind == 2
                            ? claim(ring).read(reader, in, 0).async()
                            : claim(ring).pollAdd(reader, Poll.POLLIN);
                    sqe.userData(7);
                }
                ring.submit();
                assertThat(ring.await(10_000_000)).isFalse();
                int left = 8;
                List<Completions.Completion> all = new ArrayList<>();
                while (left > 0) {
                    (kind == 0
                                    ? claim(ring).cancelFd(one.reader())
                                    : claim(ring).cancelAll(7))
                            .userData(100);
                    Completions.Completion done = Results.next(ring);
                    while (done.userData() != 100) {
                        all.add(done);
                        done = Results.next(ring);
                    }
                    // A look may overlook one on Linux 6.1.
                    assertThat(done.result()).isPositive();
                    left -= done.result();
                }
                assertThat(left).isZero();
                if (all.size() < 8) {
                    all.addAll(Completions.await(ring, 8 - all.size()));
                }
                assertThat(all).allMatch(done -> done.result() == -Errno.ECANCELED || done.result() == -Errno.EINTR);
                assertThat(ring.inFlight()).isZero();
            }
        }
    }

    /** sync-cancel: reads, by workers or not, one or four, by their user data, their file or their kind. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void cancelsReadsWhileItWaits(RingProfile profile) throws IOException {
        Memory in = Memory.allocate(32);
        try (Ring ring = profile.open(8);
                Pipe pipe = Pipe.open()) {
            Cancellation cancel = ring.register().cancel();
            for (int way = 0; way < 8; way++) {
                int count = (way & 2) == 0 ? 1 : 4;
                for (int i = 0; i < count; i++) {
                    Sqe read = claim(ring).read(pipe.reader(), in, 0).userData(0x89);
                    if ((way & 1) != 0) {
                        read.async();
                    }
                }
                ring.submit();
                assertThat(ring.await(10_000_000)).isFalse();
                boolean found = false;
                int over = 0;
                // On its way to a worker a read cannot be found for a moment, even if others are.
                while (over < count) {
                    found |= (way & 4) != 0
                            ? cancel.allOnFile(pipe.reader(), 200 * SECOND)
                            : count == 1 ? cancel.first(0x89, 200 * SECOND) : cancel.all(0x89, 200 * SECOND);
                    over = ring.await(count, 0, 10_000_000);
                }
                assertThat(found).isTrue();
                assertThat(Completions.await(ring, count)).allMatch(done -> done.result() < 0);
                assertThat(ring.inFlight()).isZero();
            }
        }
    }

    /** io-cancel: not the operations of another ring. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void leavesTheOperationsOfAnotherRing(RingProfile profile) throws IOException {
        Memory in = Memory.allocate(16);
        try (Ring reading = profile.open(8);
                Ring other = profile.open(8);
                Pipe pipe = Pipe.open()) {
            claim(reading).read(pipe.reader(), in, 0).async().userData(1);
            reading.submit();
            claim(other).cancel(1).userData(2);
            assertThat(Results.next(other)).isEqualTo(new Completions.Completion(2, -Errno.ENOENT, 0));
            assertThat(reading.await(10_000_000)).isFalse();
            pipe.put(new byte[10]);
            assertThat(Results.next(reading)).isEqualTo(new Completions.Completion(1, 10, 0));
        }
    }

    /** io-cancel: what is not canceled is read or written whole, and what is is told of once. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void cancelsSomeTransfersOfAFile(RingProfile profile) throws IOException {
        int blocks = 32;
        Path path = Files.write(directory.resolve("blocks"), new byte[blocks * 4096]);
        Memory memory = Memory.allocate(blocks * 4096);
        try (Ring ring = profile.open(4 * blocks);
                Fd file = Fd.open(path.toString(), Fcntl.O_RDWR)) {
            for (int way = 0; way < 8; way++) {
                int step = (way & 2) != 0 ? 2 : 1;
                for (int i = 0; i < blocks; i++) {
                    Operations entry = claim(ring);
                    Sqe sqe = (way & 1) == 0
                            ? entry.read(file.fd(), memory, i * 4096, 4096, i * 4096L)
                            : entry.write(file.fd(), memory, i * 4096, 4096, i * 4096L);
                    sqe.userData(i).async();
                }
                for (int i = 0; i < blocks; i += step) {
                    Sqe cancel = claim(ring).cancel(i).userData(1000 + i);
                    if ((way & 4) != 0) {
                        cancel.async();
                    }
                }
                List<Completions.Completion> all = Completions.await(ring, blocks + blocks / step);
                for (int i = 0; i < blocks; i++) {
                    if (i % step == 0) {
                        assertThat(Results.of(all, i)).isIn(4096, -Errno.ECANCELED, -Errno.EINTR);
                    } else {
                        assertThat(Results.of(all, i)).isEqualTo(4096);
                    }
                }
                assertThat(ring.inFlight()).isZero();
            }
        }
    }

    /** io-cancel: a chain of a polling thread's workers is ended with the ring, before it writes. */
    @Test
    void aChainInWorkersDoesNotWriteAfterItsRing() throws IOException {
        Memory in = Memory.allocate(16);
        try (Pipe pipe = Pipe.open()) {
            try (Ring ring = RingProfile.SQPOLL.open(8)) {
                claim(ring).read(pipe.reader(), in, 0, 10, 0).async().link();
                claim(ring).write(pipe.writer(), in, 0, 10, 0).async();
                assertThat(ring.submit()).isEqualTo(2);
                assertThat(ring.await(10_000_000)).isFalse();
            }
            pipe.out().close();
            assertThat(SYS.read(pipe.reader(), in.address(), 10)).isZero();
            in.keepAlive();
        }
    }

    /** link_drain: in the order of the entries, whatever is linked and drained among them. */
    @ParameterizedTest
    @EnumSource(
            value = RingProfile.class,
            names = {"PLAIN", "DEFER_TASKRUN"})
    void drainsInTheOrderOfTheEntries(RingProfile profile) throws IOException {
        Path path = Files.createFile(directory.resolve("drained"));
        Memory page = Memory.allocate(4096);
        // A letter an entry: write or nop; small letters are linked to the next, and those before a mark drained.
        String[] chains = {"Wnn!NN", "Wnn!Nnnw!NN"};
        try (Ring ring = profile.open(16);
                Fd file = Fd.open(path.toString(), Fcntl.O_WRONLY)) {
            for (int round = 0; round < 100; round++) {
                for (String chain : chains) {
                    int count = 0;
                    for (int i = 0; i < chain.length(); i++) {
                        char kind = chain.charAt(i);
                        if (kind == '!') {
                            continue;
                        }
                        Operations entry = claim(ring);
                        Sqe sqe = Character.toLowerCase(kind) == 'w' ? entry.write(file.fd(), page, 0) : entry.nop();
                        sqe.userData(count++);
                        if (Character.isLowerCase(kind)) {
                            sqe.link();
                        }
                        if (i + 1 < chain.length() && chain.charAt(i + 1) == '!') {
                            sqe.drain();
                        }
                    }
                    List<Completions.Completion> all = Completions.await(ring, count);
                    for (int i = 0; i < count; i++) {
                        assertThat(all.get(i).userData())
                                .as("entry %d of %s", i, chain)
                                .isEqualTo(i);
                    }
                }
            }
        }
    }

    /** multicqes_drain: what is drained waits for the end of a multishot poll, which has been told of twice. */
    @ParameterizedTest
    @EnumSource(
            value = RingProfile.class,
            names = {"PLAIN", "DEFER_TASKRUN"})
    void aBarrierWaitsForTheEndOfAMultishotPoll(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(16);
                Pipe again = Pipe.open();
                Pipe once = Pipe.open()) {
            for (int round = 0; round < 5; round++) {
                claim(ring).pollMultishot(again.reader(), Poll.POLLIN).userData(0);
                claim(ring).pollAdd(once.reader(), Poll.POLLIN).userData(1);
                ring.submit();
                for (int i = 0; i < 2; i++) {
                    again.put(new byte[3]);
                    Completions.Completion told = Results.next(ring);
                    assertThat(told.userData()).isZero();
                    assertThat(CqeFlags.hasMore(told.flags())).isTrue();
                    again.take(3);
                }
                claim(ring).nop().drain().userData(3);
                ring.submit();
                once.put(new byte[3]);
                assertThat(Results.next(ring).userData()).isEqualTo(1);
                once.take(3);
                assertThat(ring.await(1_000_000)).isFalse();
                claim(ring).pollRemove(0).userData(2);
                // What comes after a barrier waits for it, so that the poll must be ended otherwise.
                ring.register().cancel().first(0, SECOND);
                List<Completions.Completion> rest = Completions.await(ring, 3);
                assertThat(rest).extracting(Completions.Completion::userData).startsWith(0L);
                assertThat(Results.of(rest, 0)).isEqualTo(-Errno.ECANCELED);
                assertThat(Results.of(rest, 3)).isZero();
            }
        }
    }
}
