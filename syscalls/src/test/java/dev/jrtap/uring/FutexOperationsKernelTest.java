// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Futex;
import dev.jrtap.bindings.Wait;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.FutexVector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import jnr.posix.POSIXFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;

@Tag("any-user")
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FutexOperationsKernelTest {

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void waitsForAWordAndWakes(RingProfile profile) throws IOException {
        Memory words = Memory.allocate(8);
        words.putI32(0, -7);
        try (Ring ring = profile.open(8);
                Ring other = RingProfile.PLAIN.open(8)) {
            require(ring, Operation.FUTEX_WAIT);
            ring.submission().claim().futexWait(words, 0, 1);
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.EAGAIN);
            ring.submission().claim().futexWait(words, 0, -7).userData(1);
            ring.submission()
                    .claim()
                    .futexWaitAny(new FutexVector(2).add(words, 0, -7).add(words, 4, 0))
                    .userData(2);
            ring.submission().claim().nop().userData(3);
            assertThat(Results.next(ring).userData()).isEqualTo(3);
            int woken = 0;
            while (woken < 1) {
                other.submission().claim().futexWake(words, 4, 8);
                woken = Results.next(other).result();
            }
            Completions.Completion any = Results.next(ring);
            assertThat(any.userData()).isEqualTo(2);
            assertThat(any.result()).as("the second word").isEqualTo(1);
            other.submission().claim().futexWake(words, 0, 8);
            assertThat(Results.next(other).result()).isEqualTo(1);
            assertThat(Results.next(ring).result()).isZero();
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void takesAWordByItsAddress(RingProfile profile) throws IOException {
        Memory word = Memory.allocate(8);
        int flags = Futex.FUTEX2_SIZE_U32 | Futex.FUTEX2_PRIVATE;
        try (Ring ring = profile.open(8)) {
            require(ring, Operation.FUTEX_WAIT);
            ring.submission().claim().unsafe().futexWake(word.address(), 8, 1, flags);
            assertThat(Results.next(ring).result()).as("nobody waits").isZero();
            ring.submission()
                    .claim()
                    .unsafe()
                    .futexWait(word.address(), 0, 3, flags)
                    .userData(1);
            ring.submission().claim().nop().userData(2);
            assertThat(Results.next(ring).userData()).isEqualTo(2);
            ring.submission().claim().unsafe().futexWake(word.address(), 8, 4, flags);
            assertThat(Results.next(ring).result()).as("another mask").isZero();
            ring.submission()
                    .claim()
                    .unsafe()
                    .futexWake(word.address(), 8, 2, flags)
                    .userData(3);
            List<Completions.Completion> done = Completions.await(ring, 2);
            assertThat(Results.of(done, 1)).isZero();
            assertThat(Results.of(done, 3)).isEqualTo(1);
        }
        word.keepAlive();
    }

    /**
     * A child of posix_spawn(3), which the JVM knows nothing of: its own children it waits for itself, and may be
     * first.
     */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void waitsForAChild(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            require(ring, Operation.WAITID);
            long pid = POSIXFactory.getNativePOSIX()
                    .posix_spawnp("sh", List.of(), List.of("sh", "-c", "exit 42"), List.of());
            ChildInfo child = new ChildInfo();
            ring.submission().claim().waitid(Wait.P_PID, (int) pid, child, Wait.WEXITED);
            assertThat(Results.next(ring).result()).isZero();
            assertThat(child.pid()).isEqualTo((int) pid);
            assertThat(child.uid()).isEqualTo(POSIXFactory.getNativePOSIX().getuid());
            assertThat(child.code()).isEqualTo(Wait.CLD_EXITED);
            assertThat(child.status()).isEqualTo(42);
            ring.submission().claim().waitid(Wait.P_PID, (int) pid, child, Wait.WEXITED);
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.ECHILD);
        }
    }

    private static void require(Ring ring, Operation operation) {
        Feature.require(operation.name(), ring.capabilities().supports(operation), "Linux 6.7 or newer is needed");
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void isWokenByAnotherThread(RingProfile profile) throws Exception {
        Memory word = Memory.allocate(8);
        try (Ring ring = profile.open(8)) {
            require(ring, Operation.FUTEX_WAIT);
            ring.submission().claim().futexWait(word, 0, 0).userData(1);
            ring.submission().claim().nop().userData(2);
            assertThat(Results.next(ring).userData()).isEqualTo(2);
            Thread waker = new Thread(() -> {
                try (Ring own = RingProfile.PLAIN.open(8)) {
                    int woken = 0;
                    while (woken == 0) {
                        own.submission().claim().futexWake(word, 0, 1);
                        woken = Results.next(own).result();
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            waker.start();
            assertThat(Results.next(ring)).isEqualTo(new Completions.Completion(1, 0, 0));
            waker.join();
        }
        word.keepAlive();
    }
}
