// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Eventpoll;
import dev.jrtap.bindings.Poll;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Sleeper;
import dev.jrtap.fixtures.TestLibc;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.EventFd;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.PollSet;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rings and the eventfds that they signal, as in liburing's tests of the same. */
@Tag("any-user")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EventScenariosKernelTest {

    private static final Syscalls SYS = Syscalls.libc();
    private static final int MANY = 63;

    /** eventfd: a poll of the eventfd that the ring signals, and a read after it, which the next completion ends. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void pollsAndReadsTheEventFdThatItSignals(RingProfile profile) throws IOException {
        Memory in = Memory.allocate(Long.BYTES);
        try (Ring ring = profile.open(8);
                EventFd event = EventFd.open(SYS)) {
            ring.register().eventFd(event);
            ring.submission()
                    .claim()
                    .pollAdd(event.fd(), Poll.POLLIN)
                    .userData(1)
                    .link();
            ring.submission().claim().read(event.fd(), in, 0).userData(2);
            assertThat(ring.submit()).isEqualTo(2);
            assertThat(ring.completion().ready()).isZero();
            ring.submission().claim().nop().userData(3);
            assertThat(ring.submit()).isEqualTo(1);
            List<Completions.Completion> all = Completions.await(ring, 3);
            assertThat(Results.of(all, 1)).isEqualTo(Poll.POLLIN);
            assertThat(Results.of(all, 2)).isEqualTo(Long.BYTES);
            assertThat(Results.of(all, 3)).isZero();
            assertThat(in.getI64(0)).isPositive();
        }
    }

    /** eventfd-disable: a read of the eventfd waits through all completions while signals are off. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void aReadOfTheEventFdWaitsWhileSignalsAreOff(RingProfile profile) throws IOException {
        Memory in = Memory.allocate(Long.BYTES);
        try (Ring ring = profile.open(64);
                EventFd event = EventFd.open(SYS)) {
            ring.register().eventFd(event);
            ring.completion().signalEvents(false);
            ring.submission().claim().read(event.fd(), in, 0).userData(1);
            assertThat(ring.submit()).isEqualTo(1);
            for (int i = 0; i < MANY; i++) {
                RingFiles.claim(ring).nop().userData(2);
            }
            assertThat(Completions.await(ring, MANY)).containsOnly(new Completions.Completion(2, 0, 0));
            assertThat(ring.inFlight()).isEqualTo(1);
            ring.completion().signalEvents(true);
            ring.submission().claim().nop().userData(2);
            List<Completions.Completion> both = Completions.await(ring, 2);
            assertThat(Results.of(both, 1)).isEqualTo(Long.BYTES);
            assertThat(Results.of(both, 2)).isZero();
            assertThat(in.getI64(0)).isEqualTo(1);
        }
    }

    /** eventfd-reg: a second one is refused, and one can be registered and released again and again. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void isRegisteredAgainAndAgain(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                EventFd event = EventFd.open(SYS)) {
            ring.register().eventFd(event);
            try (EventFd second = EventFd.open(SYS)) {
                Refusals.assertRefused(() -> ring.register().eventFd(second), Errno.EBUSY, "already");
            }
            ring.register().unregisterEventFd();
            for (int i = 0; i < 100; i++) {
                ring.register().eventFd(event);
                ring.register().unregisterEventFd();
            }
            ring.register().eventFd(event);
            ring.submission().claim().nop();
            assertThat(Results.next(ring).result()).isZero();
            assertThat(awaitSignal(event)).isPositive();
        }
    }

    /** eventfd-ring: each of two rings polls what the other one signals. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void twoRingsThatSignalEachOtherGoOn(RingProfile profile) throws IOException {
        try (Ring first = profile.open(8);
                Ring second = profile.open(8);
                EventFd ofFirst = EventFd.open(SYS);
                EventFd ofSecond = EventFd.open(SYS)) {
            first.register().eventFd(ofFirst);
            second.register().eventFd(ofSecond);
            first.submission().claim().pollAdd(ofSecond.fd(), Poll.POLLIN).userData(1);
            second.submission().claim().pollAdd(ofFirst.fd(), Poll.POLLIN).userData(1);
            assertThat(first.submit()).isEqualTo(1);
            assertThat(second.submit()).isEqualTo(1);
            first.submission().claim().nop().userData(3);
            assertThat(Results.next(first)).isEqualTo(new Completions.Completion(3, 0, 0));
            assertThat(Results.next(second)).isEqualTo(new Completions.Completion(1, Poll.POLLIN, 0));
            assertThat(Results.next(first)).isEqualTo(new Completions.Completion(1, Poll.POLLIN, 0));
        }
    }

    /** evloop: a poll of the eventfd that each of its completions signals does not feed itself. */
    @ParameterizedTest
    @EnumSource(
            value = RingProfile.class,
            names = {"PLAIN", "COOP_TASKRUN", "SINGLE_ISSUER", "NO_SQARRAY", "TWO_MAPPINGS"})
    void aPollOfItsOwnSignalsDoesNotFeedItself(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                EventFd event = EventFd.open(SYS)) {
            ring.register().eventFd(event);
            assertCompletesTwice(ring, event.fd());
        }
    }

    /**
     * eploop: neither does a poll of an epoll instance that watches the ring. Where the owner runs what completes,
     * Linux 6.1 does not come to an end.
     */
    @ParameterizedTest
    @EnumSource(
            value = RingProfile.class,
            names = {"PLAIN", "COOP_TASKRUN", "SINGLE_ISSUER", "NO_SQARRAY", "TWO_MAPPINGS"})
    void aPollOfAnEpollThatWatchesTheRingDoesNotFeedItself(RingProfile profile) throws IOException {
        Memory interest = Memory.allocate(16);
        interest.putI32(0, Eventpoll.EPOLLIN);
        try (Ring ring = profile.open(8);
                Fd epoll = Fd.own(SYS, SYS.epollCreate1(0))) {
            int number = ring.fd().number();
            assertThat(TestLibc.INSTANCE.epoll_ctl(epoll.fd(), Eventpoll.EPOLL_CTL_ADD, number, interest.address()))
                    .isZero();
            interest.keepAlive();
            assertCompletesTwice(ring, epoll.fd());
        }
    }

    /** One completion is a no-op's, one the poll's of {@code fd}, and no third comes. */
    private static void assertCompletesTwice(Ring ring, int fd) {
        ring.submission().claim().pollMultishot(fd, Poll.POLLIN).userData(1);
        assertThat(ring.submit()).isEqualTo(1);
        ring.submission().claim().nop().userData(2);
        assertThat(ring.submit()).isEqualTo(1);
        List<Completions.Completion> both = Completions.await(ring, 2);
        assertThat(Results.of(both, 1)).isEqualTo(Poll.POLLIN);
        assertThat(Results.of(both, 2)).isZero();
        assertThat(ring.await(TimeUnit.MILLISECONDS.toNanos(20))).isFalse();
    }

    /** ce593a6c480a: a thread that sleeps until the ring signals is woken by what completes meanwhile. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void wakesAThreadThatSleepsUntilItSignals(RingProfile profile) throws Exception {
        try (Ring ring = profile.open(8);
                EventFd event = EventFd.open(SYS);
                EventFd polled = EventFd.open(SYS)) {
            ring.register().eventFd(event);
            ring.submission().claim().pollAdd(polled.fd(), Poll.POLLIN).userData(1);
            assertThat(ring.submit()).isEqualTo(1);
            Sleeper here = Sleeper.here();
            Thread signaller = new Thread(() -> {
                here.await();
                polled.signal();
            });
            signaller.start();
            assertThat(awaitSignal(event)).isPositive();
            signaller.join();
            assertThat(Results.next(ring)).isEqualTo(new Completions.Completion(1, Poll.POLLIN, 0));
        }
    }

    /** Sleeps outside the ring until the eventfd is signalled, and clears it. */
    private static long awaitSignal(EventFd event) {
        PollSet polls = new PollSet(SYS, 1);
        polls.add(event.fd());
        polls.await(TimeUnit.SECONDS.toNanos(30));
        return event.clear();
    }
}
