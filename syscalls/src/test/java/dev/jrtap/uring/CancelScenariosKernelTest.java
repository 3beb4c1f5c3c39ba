// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static dev.jrtap.uring.RingFiles.claim;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.Poll;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Stress;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Operations that are canceled as soon as they are submitted, as in liburing's tests of the same. */
@Tag("any-user")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CancelScenariosKernelTest {

    private static final int ROUNDS = Stress.times(1000);

    /** cancel-race: a poll and its cancel complete once each, and agree. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void aPollAndItsCancelCompleteOnce(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(64);
                Pipe pipe = Pipe.open()) {
            for (int i = 0; i < ROUNDS; i++) {
                claim(ring).pollAdd(pipe.reader(), Poll.POLLIN).userData(2 * i);
                claim(ring).cancel(2 * i).userData(2 * i + 1);
                List<Completions.Completion> both = Completions.await(ring, 2);
                assertThat(Results.of(both, 2 * i)).isEqualTo(-Errno.ECANCELED);
                assertThat(Results.of(both, 2 * i + 1)).isIn(0, -Errno.EALREADY);
            }
            assertThat(ring.inFlight()).isZero();
        }
    }

    /** cancel-race: likewise a read of a pipe that does not wait. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void aReadAndItsCancelCompleteOnce(RingProfile profile) throws IOException {
        Memory in = Memory.allocate(32);
        try (Ring ring = profile.open(64);
                Pipe pipe = Pipe.open()) {
            int flags = pipe.in().syscalls().fcntl(pipe.reader(), Fcntl.F_GETFL, 0);
            assertThat(pipe.in().syscalls().fcntl(pipe.reader(), Fcntl.F_SETFL, flags | Fcntl.O_NONBLOCK))
                    .isZero();
            for (int i = 0; i < ROUNDS; i++) {
                claim(ring).read(pipe.reader(), in, 0).userData(2 * i);
                claim(ring).cancel(2 * i).userData(2 * i + 1);
                List<Completions.Completion> both = Completions.await(ring, 2);
                assertThat(Results.of(both, 2 * i)).isIn(-Errno.ECANCELED, -Errno.EAGAIN, -Errno.EINTR);
                assertThat(Results.of(both, 2 * i + 1)).isIn(0, -Errno.ENOENT, -Errno.EALREADY);
            }
            assertThat(ring.inFlight()).isZero();
        }
    }

    /** cancel-race: another thread cancels whatever its own ring has, which is none of this ring's polls. */
    @ParameterizedTest
    @EnumSource(
            value = RingProfile.class,
            names = {"PLAIN", "DEFER_TASKRUN", "SQPOLL"})
    void cancelsOfAnotherRingAreNotOfThisOne(RingProfile profile) throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        int polls = 500;
        try (Ring ring = profile.open(64);
                Pipe pipe = Pipe.open()) {
            FutureTask<Integer> canceler = new FutureTask<>(() -> {
                int found = 0;
                try (Ring own = RingProfile.PLAIN.open(64)) {
                    while (!stop.get()) {
                        claim(own).cancelAll();
                        found += Results.next(own).result();
                    }
                }
                return found;
            });
            new Thread(canceler).start();
            for (int i = 0; i < polls; i++) {
                claim(ring).pollAdd(pipe.reader(), Poll.POLLIN).userData(1);
                if (i % 16 == 15) {
                    ring.submit();
                }
            }
            ring.submit();
            stop.set(true);
            assertThat(canceler.get()).isZero();
            claim(ring).cancelAll().userData(2);
            List<Completions.Completion> all = Completions.await(ring, polls + 1);
            assertThat(Results.of(all, 2)).isEqualTo(polls);
            assertThat(all)
                    .filteredOn(one -> one.userData() == 1)
                    .hasSize(polls)
                    .allMatch(one -> one.result() == -Errno.ECANCELED);
        }
    }

    /** cancel-fd-userdata: of a registered file, only what has the user data as well. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void cancelsWhatHasTheUserDataAndTheSlot(RingProfile profile) throws IOException {
        int both = IoUring.IORING_ASYNC_CANCEL_FD | IoUring.IORING_ASYNC_CANCEL_USERDATA;
        try (Ring ring = profile.open(16);
                Pipe pipe = Pipe.open()) {
            ring.files().register(pipe.reader(), pipe.writer());
            for (int i = 1; i <= 4; i++) {
                claim(ring).pollAdd(0, Poll.POLLIN).fixedFile().userData(i);
            }
            assertThat(ring.submit()).isEqualTo(4);
            // No method asks for both.
            ((Entry) claim(ring))
                    .cancelEach(0, 2, both | IoUring.IORING_ASYNC_CANCEL_FD_FIXED)
                    .userData(10);
            List<Completions.Completion> canceled = Completions.await(ring, 2);
            boolean isKnown = canceled.stream().anyMatch(one -> one.userData() == 2);
            Feature.require("cancel by two keys", isKnown, "before Linux 6.6 all on the file are canceled");
            assertThat(Results.of(canceled, 2)).isEqualTo(-Errno.ECANCELED);
            assertThat(Results.of(canceled, 10)).isNotNegative();
            assertThat(ring.inFlight()).isEqualTo(3);
            claim(ring).cancelFixedFile(0).userData(11);
            assertThat(Results.of(Completions.await(ring, 4), 11)).isEqualTo(3);
        }
    }
}
