// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static dev.jrtap.uring.RingFiles.claim;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Uring;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.IoVectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;

/** Long chains, and barriers of many kinds, as in liburing's tests of the same. */
@Tag("any-user")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ChainScenariosKernelTest {

    private static final int LONG = 100;
    private static final int PAGE = 4096;
    // Old kernels have the groups below 64 from the start.
    private static final int NO_GROUP = 70;

    /** defer: a hundred no-ops complete in their order, with the user data of each. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void aLongChainCompletesInItsOrder(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(128)) {
            completesInItsOrder(ring);
        }
    }

    /** defer: where the first one fails, all others are canceled. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void aLongChainFailsWithItsFirst(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(128)) {
            failsWithItsFirst(ring);
        }
    }

    /** defer: with rings that poll devices, and with a polling thread. */
    @Test
    void longChainsOfRingsThatPollDevices() throws IOException {
        Uring.require();
        try (Ring ring = Ring.builder().entries(128).require(SetupFlag.IOPOLL).build()) {
            completesInItsOrder(ring);
            failsWithItsFirst(ring);
        }
        try (Ring ring =
                Ring.builder().entries(128).require(SetupFlag.IOPOLL).sqPoll(1).build()) {
            completesInItsOrder(ring);
            failsWithItsFirst(ring);
        }
    }

    private static void completesInItsOrder(Ring ring) {
        for (int i = 0; i < LONG; i++) {
            Sqe entry = claim(ring).nop().userData(i);
            if (i < LONG - 1) {
                entry.link();
            }
        }
        assertThat(ring.submit()).isEqualTo(LONG);
        assertThat(Completions.await(ring, LONG))
                .extracting(Completions.Completion::userData)
                .containsExactlyElementsOf(LongStream.range(0, LONG).boxed().toList());
    }

    private static void failsWithItsFirst(Ring ring) {
        for (int i = 0; i < LONG; i++) {
            Sqe entry = claim(ring).removeBuffers(1, NO_GROUP).userData(i);
            if (i < LONG - 1) {
                entry.link();
            }
        }
        assertThat(ring.submit()).isEqualTo(LONG);
        List<Completions.Completion> all = Completions.await(ring, LONG);
        assertThat(Results.of(all, 0)).isEqualTo(-Errno.ENOENT);
        for (int i = 1; i < LONG; i++) {
            assertThat(Results.of(all, i)).isEqualTo(-Errno.ECANCELED);
        }
    }

    /** defer: barriers in sequence, alone and each with a timeout that has a timeout. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void barriersOneAfterTheOther(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(16)) {
            for (int i = 0; i < 10; i++) {
                claim(ring).nop().userData(i).drain();
            }
            assertThat(Completions.await(ring, 10))
                    .extracting(Completions.Completion::userData)
                    .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
            for (int i = 0; i < 3; i++) {
                claim(ring).timeout(3_000_000, 0).userData(2 * i).link().drain();
                claim(ring).linkTimeout(3_000_000, 0).userData(2 * i + 1);
            }
            assertThat(ring.submit()).isEqualTo(6);
            List<Completions.Completion> all = Completions.await(ring, 6);
            for (int i = 0; i < 3; i++) {
                // Whichever comes first, and the linked one finds the other under way or over.
                assertThat(Results.of(all, 2 * i)).isIn(-Errno.ETIME, -Errno.ECANCELED);
                assertThat(Results.of(all, 2 * i + 1))
                        .isIn(-Errno.ETIME, -Errno.ECANCELED, -Errno.EALREADY, -Errno.ENOENT);
            }
            assertThat(ring.inFlight()).isZero();
        }
    }

    /** fsync: a barrier comes after all writes before it. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void aSyncThatIsABarrierComesLast(RingProfile profile, @TempDir Path directory) throws IOException {
        Path path = Files.createFile(directory.resolve("file"));
        Memory page = RingFiles.memory(RingFiles.pattern(PAGE, 2));
        try (Ring ring = profile.open(8);
                Fd fd = RingFiles.open(path, Fcntl.O_WRONLY)) {
            for (int i = 0; i < 4; i++) {
                claim(ring).writev(fd.fd(), new IoVectors(1).add(page, 0, PAGE), (long) i * PAGE);
            }
            claim(ring).fdatasync(fd.fd()).userData(1).drain();
            assertThat(ring.submit()).isEqualTo(5);
            List<Completions.Completion> all = Completions.await(ring, 5);
            assertThat(all).extracting(Completions.Completion::result).containsExactly(PAGE, PAGE, PAGE, PAGE, 0);
            assertThat(all.get(4).userData()).isEqualTo(1);
            assertThat(Files.size(path)).isEqualTo(4 * PAGE);
        }
    }
}
