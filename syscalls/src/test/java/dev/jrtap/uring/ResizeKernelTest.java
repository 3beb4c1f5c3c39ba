// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.jrtap.bindings.Poll;
import dev.jrtap.fixtures.FaultySyscalls;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Resources;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.EventFd;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ResizeKernelTest {

    @BeforeEach
    void needsToResize() throws IOException {
        RingProfile.NO_SQARRAY.open(4).close();
        try (Ring ring = open(Syscalls.libc(), 4)) {
            ring.submit();
            Refusals.require("RESIZE_RINGS", "6.13", () -> ring.resize(8, 16));
        }
    }

    @Test
    void keepsWhatWaits() throws IOException {
        Resources before = Resources.now();
        try (Ring ring = open(Syscalls.libc(), 4);
                EventFd event = EventFd.open(Syscalls.libc())) {
            nops(ring, 3, 0);
            Completions.await(ring, 3);
            ring.submission().claim().pollAdd(event.fd(), Poll.POLLIN).userData(99);
            nops(ring, 3, 10);
            ring.submit();
            ring.resize(32, 128);
            assertThat(ring.submission().capacity()).isEqualTo(32);
            assertThat(ring.completion().ready()).isEqualTo(3);
            nops(ring, 32, 100);
            assertThat(ring.submission().claim()).isNull();
            assertThat(Completions.await(ring, 35))
                    .extracting(Completions.Completion::userData)
                    .startsWith(10L, 11L, 12L, 100L)
                    .endsWith(131L);
            event.signal();
            assertThat(Completions.await(ring, 1).get(0).userData()).isEqualTo(99);

            ring.resize(2, 4);
            for (int round = 0; round < 100; round++) {
                nops(ring, 2, round);
                assertThat(Completions.await(ring, 2).get(1).userData()).isEqualTo(round + 1);
            }
            assertThat(ring.inFlight()).isZero();
        }
        Resources.assertNothingSince(before);
    }

    /** large-resize: completions of 32 bytes and entries of 128 keep their second halves in queues of another size. */
    @ParameterizedTest
    @EnumSource(
            value = SetupFlag.class,
            names = {"CQE32", "CQE_MIXED", "SQE128", "SQE_MIXED"})
    void keepsWhatWaitsInLargeEntries(SetupFlag large) throws IOException {
        boolean hasLargeEntries = large == SetupFlag.SQE128 || large == SetupFlag.SQE_MIXED;
        try (Ring ring = openLarge(large, 8)) {
            for (int size = 16; size >= 4; size /= 2) {
                for (int i = 0; i < 4; i++) {
                    if (hasLargeEntries && i % 2 == 1) {
                        ring.submission().claim128().nop128().userData(i);
                    } else if (hasLargeEntries) {
                        ring.submission().claim().nop().userData(i);
                    } else {
                        ring.submission().claim().nopLarge(100 + i, -i).userData(i);
                    }
                }
                ring.submit();
                ring.resize(size, 2 * size);
                assertThat(ring.completion().ready()).isEqualTo(4);
                for (int i = 0; i < 4; i++) {
                    assertThat(ring.completion().next()).isTrue();
                    assertThat(ring.completion().userData()).isEqualTo(i);
                    if (!hasLargeEntries) {
                        assertThat(ring.completion().extra(0)).isEqualTo(100 + i);
                        assertThat(ring.completion().extra(1)).isEqualTo(-i);
                    }
                }
                assertThat(ring.completion().next()).isFalse();
            }
        }
    }

    private static Ring openLarge(SetupFlag large, int entries) throws IOException {
        try {
            Ring ring = Ring.builder()
                    .entries(entries)
                    .require(SetupFlag.DEFER_TASKRUN, SetupFlag.NO_SQARRAY, large)
                    .build();
            ring.submission().claim().nopLarge(7, 8);
            ring.submitAndWait(1);
            boolean hasLargeNop = ring.completion().next() && ring.completion().result() == 0;
            ring.completion().next();
            if (!hasLargeNop && (large == SetupFlag.CQE32 || large == SetupFlag.CQE_MIXED)) {
                ring.close();
                Feature.require("NOP with 32 bytes", false, "Linux 6.18 or newer is needed");
            }
            if (large == SetupFlag.SQE128 && !ring.capabilities().supports(Operation.NOP128)) {
                ring.close();
                Feature.require("NOP with 128 bytes", false, "Linux 6.19 or newer is needed");
            }
            return ring;
        } catch (ErrnoException e) {
            Feature.require("ring " + large, false, "Linux " + large.since() + " or newer is needed");
            throw e;
        }
    }

    /** large-resize: what waits lies over the end of a queue of four. */
    @Test
    void keepsWhatWaitsOverTheEndOfTheQueue() throws IOException {
        try (Ring ring = Ring.builder()
                .entries(4)
                .completionEntries(4)
                .require(SetupFlag.DEFER_TASKRUN, SetupFlag.NO_SQARRAY, SetupFlag.CQE32)
                .build()) {
            for (int i = 0; i < 8; i++) {
                nops(ring, 1, i);
                assertThat(ring.submit()).isEqualTo(1);
                if (i >= 2) {
                    assertThat(ring.completion().next()).isTrue();
                    assertThat(ring.completion().userData()).isEqualTo(i - 2);
                }
            }
            ring.resize(4, 16);
            assertThat(Completions.await(ring, 2)).extracting("userData").containsExactly(6L, 7L);
            assertThat(ring.completion().ready()).isZero();
        }
    }

    private static Ring open(Syscalls sys, int entries) throws IOException {
        return Ring.builder(sys)
                .entries(entries)
                .require(SetupFlag.DEFER_TASKRUN, SetupFlag.NO_SQARRAY)
                .build();
    }

    private static void nops(Ring ring, int count, long first) {
        for (int i = 0; i < count; i++) {
            ring.submission().claim().nop().userData(first + i);
        }
    }

    @Test
    void staysAsItIsWhenRefused() throws IOException {
        try (Ring ring = open(Syscalls.libc(), 8);
                Ring plain = RingProfile.PLAIN.open(8)) {
            nops(ring, 1, 0);
            assertThatThrownBy(() -> ring.resize(8, 16))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("submit() first");
            nops(ring, 7, 1);
            ring.submit();
            Refusals.assertRefused(() -> ring.resize(2, 4), Errno.EOVERFLOW, "drain first");
            assertThat(Completions.await(ring, 8)).hasSize(8);
            Refusals.assertRefused(() -> plain.resize(2, 4), Errno.EINVAL, "DEFER_TASKRUN");
        }
    }

    /** Whatever fails, the ring is as before or closed, and nothing is left behind. */
    @ParameterizedTest
    @CsvSource({"1, false", "2, false", "3, false", "1, true", "2, true", "3, true"})
    void isClosedIfTheNewQueuesCannotBeMapped(int step, boolean throwsError) throws IOException {
        Resources before = Resources.now();
        FaultySyscalls sys = new FaultySyscalls(Syscalls.libc());
        try (Ring ring = open(sys, 8)) {
            ring.submit();
            sys.failAt(step, throwsError ? FaultySyscalls.OUT_OF_MEMORY : Errno.ENOMEM);
            Throwable thrown = catchThrowable(() -> ring.resize(16, 32));
            assertThat(thrown).hasMessageContaining(throwsError ? sys.failed() : "ENOMEM");
            assertThat(thrown instanceof OutOfMemoryError).isEqualTo(throwsError);
            boolean told = sys.failed().equals("ioUringRegister");
            assertThat(ring.isOpen()).isEqualTo(told);
            if (told) {
                nops(ring, 1, 5);
                assertThat(Completions.await(ring, 1).get(0).userData()).isEqualTo(5);
            }
        }
        assertThat(Resources.now().descriptors()).isEqualTo(before.descriptors());
    }
}
