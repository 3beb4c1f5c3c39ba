// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Eventfd;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Stress;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * No completion is lost and none comes twice. {@code -Djrtap.stress=100} makes it a hundred times as long: 10 million
 * no-ops and more than a million reads on each kind of ring.
 */
@Tag("any-user")
@Timeout(600)
class RingStressKernelTest {

    private static final int NOPS = Stress.times(100_000);
    private static final int READS = Stress.times(12_000);
    private static final int OVERFLOWS = Stress.times(100);

    /** Which operations are still to complete, by their user data. */
    private static final class Ledger implements CompletionHandler {

        private final BitSet open = new BitSet();
        private long completed;
        private long canceled;
        private long served;

        void open(int userData) {
            assertThat(open.get(userData)).as("%d is free", userData).isFalse();
            open.set(userData);
        }

        @Override
        public void onCompletion(long userData, int result, int flags) {
            if (!open.get((int) userData)) {
                throw new AssertionError(userData + " completed twice, or was never submitted");
            }
            open.clear((int) userData);
            completed++;
            canceled += result == -Errno.ECANCELED ? 1 : 0;
            served += result == Long.BYTES ? 1 : 0;
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void completesEachNopOnce(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(64)) {
            Ledger ledger = new Ledger();
            Random random = new Random(1);
            int next = 0;
            while (next < NOPS) {
                int batch = Math.min(1 + random.nextInt(64), NOPS - next);
                for (int i = 0; i < batch; i++) {
                    Operations entry = ring.submission().claim();
                    if (entry == null) {
                        break;
                    }
                    ledger.open(next);
                    entry.nop().userData(next++);
                }
                ring.submit();
                ring.completion().drain(ledger, random.nextInt(64));
            }
            finish(ring, ledger);
            assertThat(ledger.completed).isEqualTo(NOPS);
        }
    }

    /** Twice as many as fit: the kernel keeps what finds no room, and brings it in when asked. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void keepsWhatFindsNoRoom(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            Ledger ledger = new Ledger();
            int next = 0;
            for (int round = 0; round < OVERFLOWS; round++) {
                for (int i = 0; i < 40; i++) {
                    Operations entry = ring.submission().claim();
                    if (entry == null) {
                        int result = ring.submit();
                        assertThat(result >= 0 || result == -Errno.EBUSY)
                                .as("submit: %d", result)
                                .isTrue();
                        ring.awaitSpace();
                        entry = ring.submission().claim();
                    }
                    if (entry == null) {
                        // The kernel takes no more until some of what it keeps has been drained.
                        ring.completion().drain(ledger, Integer.MAX_VALUE);
                        continue;
                    }
                    ledger.open(next);
                    entry.nop().userData(next++);
                }
                finish(ring, ledger);
            }
            assertThat(ledger.completed).isEqualTo(next);
            assertThat(ring.overflows()).isPositive();
            assertThat(ring.completion().lost()).isZero();
        }
    }

    /** Reads that are served, reads that are canceled, and both at once. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void completesEachReadOnceThoughCancelled(RingProfile profile) throws IOException {
        Syscalls sys = Syscalls.libc();
        Memory buffer = Memory.allocate(8 * 64);
        Memory one = Memory.allocate(8);
        one.putI64(0, 1);
        try (Ring ring = profile.open(64);
                Fd event = Fd.own(sys, sys.eventfd(0, Eventfd.EFD_SEMAPHORE | Eventfd.EFD_NONBLOCK))) {
            Ledger ledger = new Ledger();
            Random random = new Random(2);
            int next = 0;
            int idle = 0;
            // What can be read: few at a time, or no read would ever wait and be canceled.
            long given = 0;
            while (next < READS) {
                Operations sqe = ring.inFlight() < 32 ? ring.submission().claim() : null;
                if (sqe == null) {
                    ring.submit();
                    idle = ring.completion().drain(ledger, Integer.MAX_VALUE) == 0 ? idle + 1 : 0;
                    if (idle % 100 == 99 && given - ledger.served < 4) {
                        given++;
                        sys.write(event.fd(), one.address(), 8);
                    }
                    continue;
                }
                ledger.open(next);
                switch (random.nextInt(4)) {
                    case 0 -> sqe.cancel(next - 1 - random.nextInt(4)).userData(next++);
                    case 1 -> sqe.nop().userData(next++);
                    default ->
                        sqe.unsafe()
                                .read(event.fd(), buffer.address(8 * (next & 63), 8), 8, 0)
                                .userData(next++);
                }
                if (random.nextInt(16) == 0 && given - ledger.served < 4) {
                    given++;
                    sys.write(event.fd(), one.address(), 8);
                }
            }
            while (ring.submission().pending() > 0 || ring.inFlight() > 0) {
                sys.write(event.fd(), one.address(), 8);
                ring.submit();
                ring.completion().drain(ledger, Integer.MAX_VALUE);
            }
            assertThat(ledger.completed).isEqualTo(READS);
            // On one processor the kernel's polling thread comes to the reads when the events are there already.
            if (profile != RingProfile.SQPOLL || Runtime.getRuntime().availableProcessors() > 1) {
                assertThat(ledger.canceled).isPositive();
            }
        }
        buffer.keepAlive();
    }

    private static void finish(Ring ring, Ledger ledger) {
        while (ring.submission().pending() > 0 || ring.inFlight() > 0) {
            ring.submitAndWait(ring.inFlight() > 0 && ring.completion().ready() == 0 ? 1 : 0);
            ring.completion().drain(ledger, Integer.MAX_VALUE);
        }
        assertThat(ledger.open.isEmpty()).isTrue();
    }
}
