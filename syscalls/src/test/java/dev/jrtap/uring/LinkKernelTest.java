// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static dev.jrtap.uring.RingFiles.claim;
import static dev.jrtap.uring.RingFiles.results;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Sleeper;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Fd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;

/** Operations that wait for others, and those that complete silently. */
@Tag("any-user")
@Timeout(60)
class LinkKernelTest {

    private static final int NO_SUCH_OPERATION = 255;

    @TempDir
    Path directory;

    private final byte[] content = RingFiles.pattern(4096, 9);
    private final Memory out = RingFiles.memory(content);
    private final Memory in = Memory.allocate(content.length);
    private Path file;

    @BeforeEach
    void createFile() throws IOException {
        file = Files.createFile(directory.resolve("file"));
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void runsAChainInOrder(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Fd fd = RingFiles.open(file, Fcntl.O_RDWR)) {
            claim(ring).write(fd.fd(), out, 0, 4096, 0).userData(1).link();
            claim(ring).fsync(fd.fd()).userData(2).link();
            claim(ring).read(fd.fd(), in, 0, 4096, 0).userData(3);
            List<Completions.Completion> completions = Completions.await(ring, 3);

            assertThat(completions).extracting(Completions.Completion::userData).containsExactly(1L, 2L, 3L);
            assertThat(completions).extracting(Completions.Completion::result).containsExactly(4096, 0, 4096);
            assertThat(RingFiles.bytes(in, 0, 4096)).isEqualTo(content);
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void aFailureCancelsTheRestOfItsChainOnly(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            claim(ring).nop().userData(1).link();
            claim(ring).fsync(-1).userData(2).link();
            claim(ring).nop().userData(3).link();
            claim(ring).nop().userData(4);
            claim(ring).nop().userData(5).link();
            claim(ring).nop().userData(6);

            assertThat(results(ring, 6)).containsExactly(0, -Errno.EBADF, -Errno.ECANCELED, -Errno.ECANCELED, 0, 0);
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void aHardLinkGoesOnAfterAFailure(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Fd fd = RingFiles.open(file, Fcntl.O_RDWR)) {
            claim(ring).fsync(-1).userData(1).hardLink();
            claim(ring).read(fd.fd(), in, 0, 100, 0).userData(2).hardLink();
            claim(ring).write(fd.fd(), out, 0, 100, 0).userData(3);
            List<Completions.Completion> completions = Completions.await(ring, 3);

            assertThat(completions).extracting(Completions.Completion::userData).containsExactly(1L, 2L, 3L);
            assertThat(completions).extracting(Completions.Completion::result).containsExactly(-Errno.EBADF, 0, 100);
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void aShortReadBreaksAChain(RingProfile profile) throws IOException {
        Files.write(file, Arrays.copyOf(content, 100));
        try (Ring ring = profile.open(8);
                Fd fd = RingFiles.open(file, Fcntl.O_RDWR)) {
            claim(ring).read(fd.fd(), in, 0, 200, 0).userData(1).link();
            claim(ring).nop().userData(2);

            assertThat(results(ring, 2)).containsExactly(100, -Errno.ECANCELED);
        }
    }

    /** Which entry of the chain is bad makes no difference: none of the others runs, and the next chain is whole. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void aBadEntryCancelsItsWholeChain(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Pipe pipe = Pipe.open()) {
            for (int length = 1; length <= 3; length++) {
                for (int bad = 0; bad < length; bad++) {
                    for (int kind = 0; kind < 8; kind++) {
                        assertCancelsAll(ring, pipe, length, bad, (kind & 1) != 0, (kind & 2) != 0, (kind & 4) != 0);
                    }
                }
            }
        }
    }

    /** In the way of a drain all of them are told to the kernel before one can run. */
    private void assertCancelsAll(
            Ring ring, Pipe pipe, int length, int bad, boolean isHard, boolean isDrained, boolean isLastLinked) {
        if (isDrained) {
            claim(ring).read(pipe.reader(), in, 0, 1, 0).userData(length).drain();
        }
        for (int i = 0; i < length; i++) {
            Sqe sqe = claim(ring)
                    .operation(i == bad ? NO_SUCH_OPERATION : Operation.NOP.opcode(), -1)
                    .userData(i);
            if (isDrained) {
                sqe.drain();
            }
            if (i < length - 1 || isLastLinked) {
                Sqe linked = isHard ? sqe.hardLink() : sqe.link();
                assertThat(linked).isSameAs(sqe);
            }
        }
        ring.submit();
        if (isDrained) {
            pipe.put(new byte[1]);
        }
        List<Completions.Completion> all = Completions.await(ring, isDrained ? length + 1 : length);
        for (int i = 0; i < length; i++) {
            int entry = i;
            assertThat(all)
                    .filteredOn(c -> c.userData() == entry)
                    .as("entry %d of %d, %d bad, hard %s, drained %s", i, length, bad, isHard, isDrained)
                    .extracting(Completions.Completion::result)
                    .containsExactly(i == bad ? -Errno.EINVAL : -Errno.ECANCELED);
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void drainWaitsForAllBefore(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Pipe pipe = Pipe.open()) {
            claim(ring).read(pipe.reader(), in, 0, 10, 0).userData(1);
            claim(ring).write(pipe.writer(), out, 0, 5, 0).userData(2).drain();
            claim(ring).nop().userData(3);
            ring.submit();
            Sleeper.pause(20);
            assertThat(ring.completion().ready()).isZero();
            pipe.put(new byte[10]);
            List<Completions.Completion> completions = Completions.await(ring, 3);

            // The third does not start before the second, and may be told before it.
            assertThat(completions)
                    .extracting(Completions.Completion::userData)
                    .startsWith(1L)
                    .containsExactlyInAnyOrder(1L, 2L, 3L);
            assertThat(pipe.take(5)).isEqualTo(Arrays.copyOf(content, 5));
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void drainWaitsForChainsAndHoldsChainsBack(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Fd fd = RingFiles.open(file, Fcntl.O_RDWR)) {
            claim(ring).write(fd.fd(), out, 0, 100, 0).userData(1).async().link();
            claim(ring).fsync(fd.fd()).userData(2);
            claim(ring).read(fd.fd(), in, 0, 100, 0).userData(3).drain().link();
            claim(ring).nop().userData(4);
            claim(ring).nop().userData(5);
            List<Completions.Completion> completions = Completions.await(ring, 5);

            assertThat(completions)
                    .extracting(Completions.Completion::userData)
                    .startsWith(1L, 2L)
                    .containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L);
            assertThat(completions).extracting(Completions.Completion::result).containsOnly(100, 0);
            assertThat(RingFiles.bytes(in, 0, 100)).isEqualTo(Arrays.copyOf(content, 100));
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void successCanBeSilent(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Fd fd = RingFiles.open(file, Fcntl.O_RDWR)) {
            claim(ring).write(fd.fd(), out, 0, 100, 0).userData(1).skipSuccess().link();
            claim(ring)
                    .write(fd.fd(), out, 100, 100, 100)
                    .userData(2)
                    .skipSuccess()
                    .link();
            claim(ring).fsync(fd.fd()).userData(3);

            assertThat(Completions.await(ring, 1))
                    .extracting(Completions.Completion::userData)
                    .containsExactly(3L);
            claim(ring).nop().userData(4);
            assertThat(Completions.await(ring, 1))
                    .extracting(Completions.Completion::userData)
                    .containsExactly(4L);
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(Arrays.copyOf(content, 200));
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void failureIsNeverSilent(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            claim(ring).fsync(-1).userData(1).skipSuccess();
            claim(ring).fsync(-1).userData(2).skipSuccess().async();

            assertThat(results(ring, 2)).containsOnly(-Errno.EBADF);
        }
    }

    /** One that fails although it was to be silent speaks for its whole chain: what it cancels posts nothing. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void aSilentHeadSpeaksForItsChain(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            claim(ring).fsync(-1).userData(1).skipSuccess().link();
            claim(ring).nop().userData(2).link();
            claim(ring).nop().userData(3);
            claim(ring).nop().userData(4);

            assertThat(Completions.await(ring, 2))
                    .extracting(Completions.Completion::userData)
                    .containsExactlyInAnyOrder(1L, 4L);
            claim(ring).nop().userData(5);
            assertThat(Completions.await(ring, 1))
                    .extracting(Completions.Completion::userData)
                    .containsExactly(5L);
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void aChainMayBeLongerThanTheQueueHasRoom(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(4)) {
            for (int i = 0; i < 4; i++) {
                claim(ring).nop().userData(i).link();
            }
            // The end of the submission ends the chain.
            claim(ring).nop().userData(4);

            assertThat(results(ring, 5)).containsOnly(0);
        }
    }
}
