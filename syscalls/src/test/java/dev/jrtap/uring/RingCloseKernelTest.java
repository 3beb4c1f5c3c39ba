// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindings.Eventfd;
import dev.jrtap.bindings.Poll;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.FaultySyscalls;
import dev.jrtap.fixtures.Resources;
import dev.jrtap.fixtures.Sleeper;
import dev.jrtap.fixtures.Stress;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.EventFd;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Pipe;
import dev.jrtap.syscall.PollSet;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.opentest4j.TestAbortedException;

@Tag("any-user")
@Timeout(60)
class RingCloseKernelTest {

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void waitsUntilTheKernelHasLetGo(RingProfile profile) throws IOException {
        Resources before = Resources.now();
        boolean[] after = new boolean[1];
        try (EventFd event = EventFd.open(Syscalls.libc())) {
            Ring ring = profile.open(8);
            ring.onClosed(free -> after[0] = free);
            for (int i = 0; i < 20; i++) {
                RingFiles.claim(ring).pollAdd(event.fd(), Poll.POLLIN).userData(i);
            }
            ring.close();
        }
        assertThat(after[0]).isTrue();
        Resources.assertNothingSince(before);
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void wakesAnOwnerThatWaits(RingProfile profile) throws Exception {
        Resources before = Resources.now();
        CompletableFuture<Ring> opened = new CompletableFuture<>();
        Thread owner = Sleeper.start(() -> {
            Ring ring = openOrFail(profile, opened);
            ring.submit();
            opened.complete(ring);
            ring.await(Long.MAX_VALUE / 2);
        });
        Ring ring = get(opened);
        ring.close();
        owner.join();

        assertThat(ring.isOpen()).isFalse();
        Resources.assertNothingSince(before);
    }

    /** Who does not look is not surprised by a close: what it does between two looks works. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void waitsForTheOwnerToLook(RingProfile profile) throws Exception {
        try (Ring ring = profile.open(8);
                EventFd event = EventFd.open(Syscalls.libc())) {
            ring.own();
            Thread closer = new Thread(ring::close);
            closer.start();
            while (closer.getState() != Thread.State.TIMED_WAITING) {
                Stress.spin();
            }
            ring.register().eventFd(event);
            ring.register().unregisterEventFd();
            ring.submit();
            assertThat(closer.isAlive()).isTrue();

            assertThat(ring.isOpen()).isFalse();
            closer.join();
            assertThatThrownBy(() -> ring.register().eventFd(event)).hasMessageEndingWith(" is closed");
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void outlivesItsOwner(RingProfile profile) throws Exception {
        Resources before = Resources.now();
        try (EventFd event = EventFd.open(Syscalls.libc())) {
            CompletableFuture<Ring> opened = new CompletableFuture<>();
            Thread owner = new Thread(() -> {
                Ring ring = openOrFail(profile, opened);
                ring.submission().claim().pollAdd(event.fd(), Poll.POLLIN);
                ring.submit();
                opened.complete(ring);
            });
            owner.start();
            owner.join();
            get(opened).close();
        }
        Resources.assertNothingSince(before);
    }

    /** The kernel lets nobody else unregister it: it is released when the kernel has freed the ring. */
    @ParameterizedTest
    @MethodSource("dev.jrtap.uring.RingProfile#byThread")
    void releasesTheFilesOfAnOwnerThatHasEnded(RingProfile profile) throws Exception {
        CompletableFuture<Ring> opened = new CompletableFuture<>();
        PollSet readEnd = new PollSet(1);
        try (Pipe pipe = Pipe.open(0)) {
            readEnd.add(pipe.in().fd());
            Thread owner = new Thread(() -> {
                Ring ring = openOrFail(profile, opened);
                try {
                    ring.files().register(pipe.out().fd());
                } catch (ErrnoException e) {
                    opened.completeExceptionally(e);
                }
                ring.submission().claim().nop();
                ring.submitAndWait(1);
                ring.completion().drain((userData, result, flags) -> {}, 1);
                opened.complete(ring);
            });
            owner.start();
            owner.join();
            pipe.out().close();
            get(opened).close();
            assertThat(readEnd.await(0)).isEqualTo(1);
            assertThat(readEnd.hasHungUp(0)).isTrue();
        }
    }

    /**
     * A ring without a descriptor is an index of its owner's thread, and to another thread the index of another ring.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void leavesTheRingsOfTheThreadThatClosesAlone(boolean used) throws Exception {
        try (EventFd event = EventFd.open(Syscalls.libc())) {
            boolean[] told = new boolean[1];
            Ring dead = onNewThread(() -> {
                Ring ring = RingProfile.REGISTERED_FD_ONLY.open(8);
                ring.onClosed(free -> told[0] = free);
                ring.files().register(event.fd());
                if (used) {
                    ring.submission().claim().pollAdd(0, Poll.POLLIN).fixedFile();
                    ring.submit();
                }
                return ring;
            });
            int result = onNewThread(() -> {
                try (Ring mine = RingProfile.PLAIN.open(8)) {
                    mine.submit();
                    mine.files().register(event.fd());
                    dead.close();
                    event.signal();
                    mine.submission().claim().pollAdd(0, Poll.POLLIN).fixedFile();
                    return RingFiles.result(mine);
                }
            });
            assertThat(result).isEqualTo(Poll.POLLIN);
            assertThat(told[0]).isTrue();
        }
    }

    private static <T> T onNewThread(Callable<T> action) throws Exception {
        FutureTask<T> task = new FutureTask<>(action);
        Thread thread = new Thread(task);
        thread.start();
        thread.join();
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TestAbortedException skip) {
                throw skip;
            }
            throw e;
        }
    }

    /** Operations of every kind that waits, for an hour or without end: on a poll, on a timer, in a worker thread. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void doesNotWaitForWhatIsInFlightWhileTheOwnerWaits(RingProfile profile) throws Exception {
        Resources before = Resources.now();
        Set<String> threadsBefore = KernelThreads.now();
        Syscalls sys = Syscalls.libc();
        Memory buffer = Memory.allocate(64);
        CompletableFuture<Ring> opened = new CompletableFuture<>();
        try (EventFd event = EventFd.open(sys);
                Fd blocking = Fd.own(sys, sys.eventfd(0, Eventfd.EFD_CLOEXEC))) {
            Thread owner = Sleeper.start(() -> {
                Ring ring = openOrFail(profile, opened);
                for (int i = 0; i < 2; i++) {
                    claim(ring).pollAdd(event.fd(), Poll.POLLIN).link();
                    claim(ring).nop();
                    claim(ring).pollMultishot(event.fd(), Poll.POLLIN).skipSuccess();
                    claim(ring).read(event.fd(), buffer, 8, 8, 0);
                    claim(ring).read(blocking.fd(), buffer, 0, 8, 0).async();
                    claim(ring).timeout(TimeUnit.HOURS.toNanos(1), 0);
                    ring.submit();
                }
                opened.complete(ring);
                ring.await(1000, Long.MAX_VALUE, Long.MAX_VALUE / 2);
            });
            Ring ring = get(opened);
            long start = System.nanoTime();
            ring.close();
            assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(30));
            owner.join();
        }
        Resources.assertNothingSince(before);
        assertThat(KernelThreads.left(threadsBefore)).isEmpty();
        buffer.keepAlive();
    }

    private static Operations claim(Ring ring) {
        Operations entry = ring.submission().claim();
        while (entry == null) {
            ring.submit();
            ring.awaitSpace();
            entry = ring.submission().claim();
        }
        return entry;
    }

    static Ring openOrFail(RingProfile profile, CompletableFuture<Ring> opened) {
        try {
            return profile.open(8);
        } catch (IOException | RuntimeException | Error e) {
            opened.completeExceptionally(e);
            throw new IllegalStateException(e);
        }
    }

    /** What the owner opened; what it threw, a skip among it, is thrown here. */
    static Ring get(CompletableFuture<Ring> opened) throws Exception {
        try {
            return opened.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TestAbortedException skip) {
                throw skip;
            }
            throw e;
        }
    }

    /** Whatever the end of one throws, the others end, too. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void closesAllThoughOneThrows(boolean error) throws IOException {
        List<Ring> rings = List.of(RingProfile.PLAIN.open(8), RingProfile.PLAIN.open(8), RingProfile.PLAIN.open(8));
        for (Ring ring : rings) {
            ring.onClosed(free -> {
                if (error) {
                    throw new AssertionError("at the end");
                }
                throw new IllegalStateException("at the end");
            });
        }
        assertThatThrownBy(() -> Ring.closeAll(rings))
                .hasMessage("at the end")
                .satisfies(thrown -> assertThat(thrown.getSuppressed()).hasSize(2));
        assertThat(rings).noneMatch(Ring::isOpen);
    }

    /** A poll of the ring itself holds the ring that it is an operation of. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void endsThoughItPollsItself(RingProfile profile) throws IOException {
        boolean[] free = new boolean[1];
        try (Ring ring = profile.open(8)) {
            if (!ring.fd().hasDescriptor()) {
                return;
            }
            ring.onClosed(isFree -> free[0] = isFree);
            ring.submission().claim().nop().skipSuccess();
            ring.submission().claim().pollAdd(ring.fd().number(), Poll.POLLIN);
            ring.submit();
        }
        assertThat(free[0] || profile == RingProfile.REGISTERED_FD_ONLY).isTrue();
    }

    /** Each waits for the other, which looks at what it drives itself meanwhile. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    @Timeout(60)
    void ownersCloseEachOthersRings(RingProfile profile) throws Exception {
        // A kernel without such rings skips here, and not on the threads of the owners.
        profile.open(8).close();
        for (int round = 0; round < Stress.times(20); round++) {
            CyclicBarrier bothDrive = new CyclicBarrier(2);
            Ring[] rings = new Ring[2];
            Thread[] owners = new Thread[2];
            for (int i = 0; i < 2; i++) {
                int own = i;
                owners[i] = new Thread(() -> {
                    rings[own] = openOrFail(profile, new CompletableFuture<>());
                    rings[own].submission().claim().nop();
                    rings[own].submit();
                    meet(bothDrive);
                    rings[1 - own].close();
                });
                owners[i].start();
            }
            for (int i = 0; i < 2; i++) {
                owners[i].join();
                assertThat(rings[i].isOpen()).isFalse();
            }
        }
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void wakeEndsOneAwait() throws Exception {
        try (Ring ring = RingProfile.PLAIN.open(8)) {
            ring.wake();
            long start = System.nanoTime();
            assertThat(ring.await(20_000_000_000L)).isFalse();
            assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(10));
            assertThat(ring.isOpen()).isTrue();
        }
    }

    /** Whichever call fails, and how: the ring ends, and its end is proven. Each errno has a thread: a close waits. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void endsWhateverTheKernelAnswers(RingProfile profile) throws Exception {
        profile.open(8).close();
        Resources before = Resources.now();
        List<FutureTask<Void>> tasks = new ArrayList<>();
        for (int errno : List.of(Errno.EBADF, Errno.EINTR, Errno.EAGAIN, Errno.EBUSY, Errno.EACCES, Errno.ENOMEM)) {
            FutureTask<Void> task = new FutureTask<>(() -> endsAtEachStep(profile, errno));
            new Thread(task).start();
            tasks.add(task);
        }
        for (FutureTask<Void> task : tasks) {
            task.get();
        }
        Resources.assertNoMoreThan(before, "closes that met an error");
    }

    private static Void endsAtEachStep(RingProfile profile, int errno) throws IOException {
        FaultySyscalls sys = new FaultySyscalls(Syscalls.libc());
        for (int step = 1; step == 1 || !sys.failed().isEmpty(); step++) {
            boolean[] told = new boolean[1];
            try (EventFd event = EventFd.open(Syscalls.libc())) {
                Ring ring = profile.open(sys, 8);
                ring.onClosed(free -> told[0] = free);
                ring.submission().claim().pollAdd(event.fd(), Poll.POLLIN);
                ring.submit();
                sys.failAt(step, errno);
                ring.close();
            }
            assertThat(told[0])
                    .as("%s at step %d, %s", Errno.name(errno), step, sys.failed())
                    .isTrue();
        }
        return null;
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void leavesNothingBehindWhereverBuildingFails(RingProfile profile) throws IOException {
        FaultySyscalls sys = new FaultySyscalls(Syscalls.libc());
        profile.open(sys, 8).close();
        Resources before = Resources.now();
        for (int step = 1; ; step++) {
            sys.failAt(step, Errno.ENOMEM);
            try {
                profile.open(sys, 8).close();
                if (sys.failed().isEmpty()) {
                    break;
                }
            } catch (ErrnoException e) {
                assertThat(e.errno()).isEqualTo(Errno.ENOMEM);
            }
            Resources.assertNothingSince(before, String.format("after failing %s", sys.failed()));
            assertThat(sys.mapped()).as("after failing %s", sys.failed()).isZero();
        }
        Resources.assertNothingSince(before);
    }
}
