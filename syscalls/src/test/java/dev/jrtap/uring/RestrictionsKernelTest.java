// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindings.Poll;
import dev.jrtap.fixtures.Sleeper;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.EventFd;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RestrictionsKernelTest {

    private static final String DRIVEN_AT_ONCE = "REGISTERED_FD_ONLY";

    private static int result(Ring ring) {
        return Completions.await(ring, 1).get(0).result();
    }

    @ParameterizedTest
    @EnumSource(value = RingProfile.class, names = DRIVEN_AT_ONCE, mode = EnumSource.Mode.EXCLUDE)
    void refusesWhatIsNotAllowed(RingProfile profile) throws IOException {
        Memory memory = Memory.allocate(8);
        try (Ring ring = profile.open(8);
                EventFd event = EventFd.open(Syscalls.libc())) {
            ring.restrictions()
                    .allow(Operation.WRITE)
                    .allow(RegisterOperation.FILES)
                    .allow(SqeFlag.ASYNC)
                    .apply();
            memory.putI64(0, 3);
            ring.submission().claim().write(event.fd(), memory, 0, 8, 0);
            assertThat(result(ring)).isEqualTo(8);
            ring.submission().claim().write(event.fd(), memory, 0, 8, 0).async();
            assertThat(result(ring)).isEqualTo(8);
            ring.submission().claim().read(event.fd(), memory, 0, 8, 0);
            assertThat(result(ring)).isEqualTo(-Errno.EACCES);
            ring.submission().claim().write(event.fd(), memory, 0, 8, 0).hardLink();
            assertThat(result(ring)).isEqualTo(-Errno.EACCES);
            assertThat(event.clear()).isEqualTo(6);

            ring.files().register(event.fd());
            Refusals.assertRefused(
                    () -> ring.buffers().register(memory),
                    Errno.EACCES,
                    "Restrictions.allow(RegisterOperation.BUFFERS)");
        }
    }

    @ParameterizedTest
    @EnumSource(value = RingProfile.class, names = DRIVEN_AT_ONCE, mode = EnumSource.Mode.EXCLUDE)
    void stillWaitsWakesAndCloses(RingProfile profile) throws Exception {
        try (Ring ring = profile.open(8);
                EventFd event = EventFd.open(Syscalls.libc())) {
            ring.restrictions().apply();
            ring.submission().claim().pollAdd(event.fd(), Poll.POLLIN);
            wakes(ring);
            assertThat(ring.await(2_000_000)).isFalse();
        }
    }

    /** The ring's own poll and cancel must do as all others must. */
    @ParameterizedTest
    @EnumSource(value = RingProfile.class, names = DRIVEN_AT_ONCE, mode = EnumSource.Mode.EXCLUDE)
    void requiresRegisteredFiles(RingProfile profile) throws Exception {
        try (Ring ring = profile.open(8);
                EventFd event = EventFd.open(Syscalls.libc())) {
            ring.files().register(FixedFiles.EMPTY, event.fd());
            ring.restrictions().requireFixedFiles(0).apply();
            ring.submission().claim().pollAdd(event.fd(), Poll.POLLIN);
            assertThat(result(ring)).isEqualTo(-Errno.EACCES);
            wakes(ring);
            ring.submission().claim().pollAdd(1, Poll.POLLIN).fixedFile();
            event.signal();
            assertThat(result(ring) & Poll.POLLIN).isNotZero();
            ring.submission().claim().pollMultishot(1, Poll.POLLOUT).fixedFile();
            assertThat(result(ring) & Poll.POLLOUT).isNotZero();
        }
    }

    @ParameterizedTest
    @EnumSource(value = RingProfile.class, names = DRIVEN_AT_ONCE, mode = EnumSource.Mode.EXCLUDE)
    void requiresWorkers(RingProfile profile) throws Exception {
        try (Ring ring = profile.open(8)) {
            ring.restrictions().requireAsync().apply();
            ring.submission().claim().nop();
            assertThat(result(ring)).isEqualTo(-Errno.EACCES);
            ring.submission().claim().nop().async();
            assertThat(result(ring)).isZero();
            wakes(ring);
        }
    }

    private static void wakes(Ring ring) throws InterruptedException {
        Sleeper owner = Sleeper.here();
        Thread waker = new Thread(() -> {
            owner.await();
            ring.wake();
        });
        waker.start();
        long start = System.nanoTime();
        assertThat(ring.await(30_000_000_000L)).isFalse();
        assertThat(System.nanoTime() - start).isLessThan(15_000_000_000L);
        waker.join();
    }

    @Test
    void comesOnceAndInTime() throws IOException {
        try (Ring ring = RingProfile.PLAIN.open(8);
                Ring driven = RingProfile.PLAIN.open(8)) {
            ring.restrictions().allow(Operation.READ).apply();
            Refusals.assertRefused(() -> ring.restrictions().apply(), Errno.EBUSY, "cannot change");
            driven.submit();
            Refusals.assertRefused(() -> driven.restrictions().apply(), Errno.EBADFD, "before the first submit");
            assertThatThrownBy(() -> ring.restrictions().requireFixedFiles(-1))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
