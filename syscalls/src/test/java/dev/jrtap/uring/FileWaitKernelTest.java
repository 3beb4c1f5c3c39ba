// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindings.Poll;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Garbage;
import dev.jrtap.fixtures.Sleeper;
import dev.jrtap.syscall.EventFd;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;

/** Sleeping until a file can be read from, on every kind of ring. */
@Tag("any-user")
@Timeout(60)
class FileWaitKernelTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private EventFd file;

    @BeforeEach
    void open() throws Exception {
        file = EventFd.open();
    }

    @AfterEach
    void close() {
        file.close();
    }

    private static Thread whenAsleep(Runnable action) {
        Sleeper sleeper = Sleeper.here();
        Thread thread = new Thread(() -> {
            sleeper.await();
            action.run();
        });
        thread.start();
        return thread;
    }

    private void sleepsForItsTime(Ring ring) {
        long start = System.nanoTime();
        assertThat(ring.awaitReadable(file.fd(), SECOND / 200)).isFalse();
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(SECOND / 200);
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void endsWhenTheFileIsReadable(RingProfile profile) throws Exception {
        try (Ring ring = profile.open(8)) {
            assertThat(ring.awaitReadable(file.fd(), 0)).isFalse();
            Thread writer = whenAsleep(file::signal);
            assertThat(ring.awaitReadable(file.fd(), Long.MAX_VALUE)).isTrue();
            writer.join();
            assertThat(ring.awaitReadable(file.fd(), 0)).isTrue();
            file.clear();
            sleepsForItsTime(ring);
        }
    }

    /** Even where the ring watches for the wake itself since an earlier sleep there. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void aWakeEndsOneWait(RingProfile profile) throws Exception {
        try (Ring ring = profile.open(8)) {
            for (int i = 0; i < 20; i++) {
                if (i % 3 == 0) {
                    assertThat(ring.await(1)).isFalse();
                }
                Thread waker = i % 2 == 0 ? whenAsleep(ring::wake) : new Thread(ring::wake);
                if (i % 2 != 0) {
                    waker.start();
                }
                assertThat(ring.awaitReadable(file.fd(), 50 * SECOND)).isFalse();
                waker.join();
                sleepsForItsTime(ring);
            }
            assertThat(ring.await(SECOND / 50)).isFalse();
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void anInterruptEndsIt(RingProfile profile) throws Exception {
        try (Ring ring = profile.open(8)) {
            Thread owner = Thread.currentThread();
            Thread other = whenAsleep(owner::interrupt);
            assertThat(ring.awaitReadable(file.fd(), 50 * SECOND)).isFalse();
            assertThat(ring.awaitReadable(file.fd(), 50 * SECOND)).isFalse();
            assertThat(Thread.interrupted()).isTrue();
            other.join();
            sleepsForItsTime(ring);
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void aCompletionEndsIt(RingProfile profile) throws Exception {
        try (Ring ring = profile.open(8);
                EventFd other = EventFd.open()) {
            ring.submission().claim().pollAdd(other.fd(), Poll.POLLIN).userData(7);
            sleepsForItsTime(ring);
            Thread writer = new Thread(other::signal);
            writer.start();
            assertThat(ring.awaitReadable(file.fd(), 50 * SECOND)).isTrue();
            writer.join();
            assertThat(ring.await(10 * SECOND)).isTrue();
            ring.completion()
                    .drain((userData, result, flags) -> assertThat(userData).isEqualTo(7), 1);
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void aCloseEndsIt(RingProfile profile) throws Exception {
        Ring ring = profile.open(8);
        assertThat(ring.awaitReadable(file.fd(), 0)).isFalse();
        Thread closer = whenAsleep(ring::close);
        assertThat(ring.awaitReadable(file.fd(), 50 * SECOND)).isFalse();
        closer.join();
        assertThat(ring.isOpen()).isFalse();
        assertThatThrownBy(() -> ring.awaitReadable(file.fd(), 0)).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void allocatesNothing(RingProfile profile) throws Exception {
        try (Ring ring = profile.open(8)) {
            file.signal();
            assertThat(Garbage.of(() -> ring.awaitReadable(file.fd(), SECOND))).isZero();
        }
    }
}
