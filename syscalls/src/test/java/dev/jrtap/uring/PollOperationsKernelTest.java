// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Eventpoll;
import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.bindings.Poll;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Sockets;
import dev.jrtap.fixtures.TestLibc;
import dev.jrtap.syscall.EpollEvents;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;

@Tag("any-user")
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PollOperationsKernelTest {

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void removesAndChangesPolls(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Sockets.Pair pair = Sockets.tcp()) {
            ring.submission().claim().pollAdd(pair.left().fd(), Poll.POLLIN).userData(1);
            ring.submission().claim().pollAdd(pair.left().fd(), Poll.POLLIN).userData(2);
            ring.submit();
            ring.submission().claim().pollRemove(1).userData(3);
            List<Completions.Completion> removed = Completions.await(ring, 2);
            assertThat(Results.of(removed, 1)).isEqualTo(-Errno.ECANCELED);
            assertThat(Results.of(removed, 3)).isZero();
            ring.submission().claim().pollUpdate(2, 20, Poll.POLLOUT).userData(4);
            List<Completions.Completion> changed = Completions.await(ring, 2);
            assertThat(Results.of(changed, 4)).isZero();
            assertThat(Results.of(changed, 20) & Poll.POLLOUT).isNotZero();
            ring.submission().claim().pollRemove(1);
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.ENOENT);
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void tellsEachTimeThatThereIsMore(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Sockets.Pair pipe = Sockets.pipe()) {
            ring.submission().claim().pollMultishot(pipe.left().fd(), Poll.POLLIN);
            ring.submit();
            for (int i = 0; i < 5; i++) {
                Sockets.write(pipe.right(), "x");
                Completions.Completion ready = Results.next(ring);
                assertThat(ready.result() & Poll.POLLIN).isNotZero();
                assertThat(CqeFlags.hasMore(ready.flags())).isTrue();
                assertThat(Sockets.read(pipe.left())).isEqualTo("x");
            }
        }
    }

    /** The flag stands in the header, and was taken back before the release of Linux 6.0: hence no method has it. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void theKernelRefusesLevelTriggeredPolls(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Sockets.Pair pipe = Sockets.pipe()) {
            for (int multishot : new int[] {0, IoUring.IORING_POLL_ADD_MULTI}) {
                int flags = multishot | IoUring.IORING_POLL_ADD_LEVEL;
                Sqe poll = ring.submission().claim().pollAdd(pipe.left().fd(), Poll.POLLIN);
                poll.put32(IoUringSqe.LEN, flags);
                assertThat(Results.next(ring).result()).isEqualTo(-Errno.EINVAL);
            }
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void watchesThroughEpoll(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Fd epoll = Fd.own(Syscalls.libc(), TestLibc.INSTANCE.epoll_create1(0));
                Sockets.Pair pipe = Sockets.pipe()) {
            Feature.require(
                    "EPOLL_WAIT", ring.capabilities().supports(Operation.EPOLL_WAIT), "Linux 6.15 or newer is needed");
            ring.submission()
                    .claim()
                    .epollCtl(
                            epoll.fd(),
                            Eventpoll.EPOLL_CTL_ADD,
                            pipe.left().fd(),
                            Eventpoll.EPOLLIN,
                            0x123456789abcdefL);
            assertThat(Results.next(ring).result()).isZero();
            EpollEvents events = new EpollEvents(2);
            ring.submission().claim().epollWait(epoll.fd(), events);
            ring.submit();
            Sockets.write(pipe.right(), "x");
            assertThat(Results.next(ring).result()).isEqualTo(1);
            assertThat(events.events(0)).isEqualTo(Eventpoll.EPOLLIN);
            assertThat(events.data(0)).isEqualTo(0x123456789abcdefL);
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void changesEventsAndUserDataApart(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Sockets.Pair pair = Sockets.tcp()) {
            ring.submission().claim().pollAdd(pair.left().fd(), Poll.POLLIN).userData(1);
            ring.submit();
            ring.submission().claim().pollUpdateUserData(1, 10).userData(2);
            assertThat(Results.next(ring)).isEqualTo(new Completions.Completion(2, 0, 0));
            ring.submission().claim().pollUpdate(10, Poll.POLLOUT).userData(3);
            List<Completions.Completion> changed = Completions.await(ring, 2);
            assertThat(Results.of(changed, 3)).isZero();
            assertThat(Results.of(changed, 10) & Poll.POLLOUT).isNotZero();
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void removesThousands(RingProfile profile) throws IOException {
        int polls = 2000;
        int[] ended = new int[2 * polls];
        CompletionHandler count = (userData, result, flags) -> {
            assertThat(result).isEqualTo(userData < polls ? -Errno.ECANCELED : 0);
            ended[(int) userData]++;
        };
        try (Ring ring = profile.open(64);
                Sockets.Pair pipe = Sockets.pipe()) {
            for (int i = 0; i < polls; i++) {
                RingFiles.claim(ring).pollAdd(pipe.left().fd(), Poll.POLLIN).userData(i);
            }
            for (int i = 0; i < polls; i++) {
                RingFiles.claim(ring).pollRemove(i).userData(polls + i);
                ring.completion().drain(count, Integer.MAX_VALUE);
            }
            while (ring.submission().pending() > 0 || ring.inFlight() > 0) {
                ring.submit();
                ring.completion().drain(count, Integer.MAX_VALUE);
            }
        }
        assertThat(ended).containsOnly(1);
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void tellsOfManyAtOnce(RingProfile profile) throws IOException {
        List<Sockets.Pair> pipes = new ArrayList<>();
        try (Ring ring = profile.open(64)) {
            for (int i = 0; i < 50; i++) {
                Sockets.Pair pipe = Sockets.pipe();
                pipes.add(pipe);
                ring.submission().claim().pollAdd(pipe.left().fd(), Poll.POLLIN).userData(i);
            }
            ring.submit();
            pipes.forEach(pipe -> Sockets.write(pipe.right(), "x"));
            List<Completions.Completion> ready = Completions.await(ring, 50);
            for (int i = 0; i < 50; i++) {
                assertThat(Results.of(ready, i)).isEqualTo(Poll.POLLIN);
            }
            assertThat(ring.inFlight()).isZero();
        } finally {
            pipes.forEach(Sockets.Pair::close);
        }
    }

    /** More events than completions fit: some are told together, and the last state of the file is never forgotten. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void keepsWhatAMultishotPollTells(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Sockets.Pair pipe = Sockets.pipe()) {
            ring.submission().claim().pollMultishot(pipe.left().fd(), Poll.POLLIN);
            ring.submit();
            for (int i = 0; i < 100; i++) {
                Sockets.write(pipe.right(), "x");
            }
            Completions.Completion told = Results.next(ring);
            assertThat(told.result() & Poll.POLLIN).isNotZero();
            boolean goesOn = CqeFlags.hasMore(told.flags());
            for (int i = 0; i < 200 && goesOn; i++) {
                ring.submit();
                Completions rest = new Completions();
                ring.completion().drain(rest, Integer.MAX_VALUE);
                assertThat(rest.list).allMatch(c -> (c.result() & Poll.POLLIN) != 0);
                goesOn = rest.list.stream().allMatch(c -> CqeFlags.hasMore(c.flags()));
            }
            if (!goesOn) {
                ring.submission().claim().pollMultishot(pipe.left().fd(), Poll.POLLIN);
                ring.submit();
            }
            Sockets.write(pipe.right(), "x");
            assertThat(Results.next(ring).result() & Poll.POLLIN).isNotZero();
        }
    }
}
