// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Uring;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rings of {@link SetupFlag#SQ_REWIND}, where they differ from others; what they share is tested with all. */
@Timeout(60)
class RewindKernelTest {

    private static final int THERE = 1;
    private static final int NOT_THERE = 2;

    /**
     * Entries that a bad one has kept back are submitted next, with their paths, and those that are claimed meanwhile
     * after them.
     */
    @Test
    void submitsNextWhatABadEntryHasKeptBack() throws IOException {
        try (Ring ring = RingProfile.SQ_REWIND.open(8)) {
            for (int round = 0; round < 100; round++) {
                open(ring, THERE);
                ring.submission().claim().operation(200, -1).userData(0);
                for (int i = 0; i < 3; i++) {
                    open(ring, THERE);
                    open(ring, NOT_THERE);
                }
                assertThat(ring.submission().claim()).isNull();
                assertThat(ring.submit()).isEqualTo(2);
                assertThat(ring.submission().pending()).isEqualTo(6);
                open(ring, NOT_THERE);
                open(ring, THERE);
                assertThat(ring.submission().claim()).isNull();
                assertThat(ring.submit()).isEqualTo(8);
                check(Completions.await(ring, 10));
                assertThat(ring.inFlight()).isZero();
            }
        }
    }

    private static void open(Ring ring, int kind) {
        String path = kind == THERE ? "/dev/null" : "/no/such/file";
        ring.submission()
                .claim()
                .openat(Fcntl.AT_FDCWD, path, Fcntl.O_RDONLY, 0)
                .userData(kind);
    }

    private static void check(List<Completions.Completion> completions) {
        assertThat(completions).hasSize(10);
        for (Completions.Completion completion : completions) {
            if (completion.userData() == THERE) {
                assertThat(completion.result()).isPositive();
                Fd.own(Syscalls.libc(), completion.result()).close();
            } else {
                assertThat(completion.result()).isEqualTo(completion.userData() == 0 ? -Errno.EINVAL : -Errno.ENOENT);
            }
        }
    }

    /**
     * As liburing's sqe-mixed-nop counts them: after each submit the whole queue is free, and nothing fills its end.
     */
    @Test
    void mixesEntriesOfTwoSizes() throws IOException {
        RingProfile.SQ_REWIND.open(8).close();
        try (Ring ring = Ring.builder()
                .entries(8)
                .prefer()
                .require(SetupFlag.SQ_REWIND, SetupFlag.SQE_MIXED)
                .build()) {
            for (int round = 0; round < 40; round++) {
                ring.submission().claim().nop().userData(1);
                ring.submission().claim128().nop128().userData(2);
                ring.submission().claim().nop().userData(3);
                ring.submission().claim128().nop128().userData(4);
                assertThat(ring.submission().space()).isEqualTo(2);
                ring.submission().claim().nop().userData(5);
                assertThat(ring.submission().claim128()).isNull();
                assertThat(ring.submission().space()).isEqualTo(1);
                assertThat(ring.submit()).isEqualTo(7);
                assertThat(ring.submission().space()).isEqualTo(8);
                assertThat(Completions.await(ring, 5))
                        .extracting(Completions.Completion::userData, Completions.Completion::result)
                        .containsExactly(tuple(1), tuple(2), tuple(3), tuple(4), tuple(5));
            }
        }
    }

    /** sqe-mixed-nop, without rewinding: what fills the end takes a place, and nothing comes before its turn. */
    @Test
    void mixesEntriesOfTwoSizesAroundTheEnd() throws IOException {
        Uring.require();
        try (Ring ring = mixed()) {
            SubmissionQueue queue = ring.submission();
            for (int i = 0; i < 32; i++) {
                nop(queue, i % 2 == 1).userData(i);
                assertThat(Completions.await(ring, 1)).containsExactly(new Completions.Completion(i, 0, 0));
            }
            // The next entry has the last place but two.
            assertThat(queue.space()).isEqualTo(8);
            int[] left = {7, 5, 4};
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < 3; i++) {
                    nop(queue, i % 2 == (round == 0 ? 1 : 0)).userData(i);
                    assertThat(queue.space()).as("after %d", i).isEqualTo(left[i]);
                }
                assertThat(Completions.await(ring, 3))
                        .extracting(Completions.Completion::userData, Completions.Completion::result)
                        .containsExactly(tuple(0), tuple(1), tuple(2));
                assertThat(queue.space()).isEqualTo(8);
                left = new int[] {5, 4, 2};
            }
        }
    }

    private static Ring mixed() throws ErrnoException {
        try {
            return Ring.builder().entries(8).require(SetupFlag.SQE_MIXED).build();
        } catch (ErrnoException e) {
            Feature.require("ring SQE_MIXED", e.errno() != Errno.EINVAL, "Linux 6.19 or newer is needed");
            throw e;
        }
    }

    private static Sqe nop(SubmissionQueue queue, boolean large) {
        return large ? queue.claim128().nop128() : queue.claim().nop();
    }

    private static org.assertj.core.groups.Tuple tuple(long userData) {
        return new org.assertj.core.groups.Tuple(userData, 0);
    }

    @Test
    void isResizedBetweenSubmits() throws IOException {
        RingProfile.SQ_REWIND.open(8).close();
        try (Ring ring = Ring.builder()
                .entries(4)
                .require(SetupFlag.SQ_REWIND, SetupFlag.DEFER_TASKRUN)
                .build()) {
            for (int size = 4; size <= 64; size *= 2) {
                ring.submission().claim().nop().userData(1);
                ring.submit();
                ring.resize(2 * size, 4 * size);
                for (int i = 0; i < 2 * size; i++) {
                    ring.submission().claim().nop().userData(i);
                }
                assertThat(ring.submission().claim()).isNull();
                assertThat(ring.submit()).isEqualTo(2 * size);
                assertThat(Completions.await(ring, 2 * size + 1)).hasSize(2 * size + 1);
            }
        }
    }
}
