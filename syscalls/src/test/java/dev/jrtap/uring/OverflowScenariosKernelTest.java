// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static dev.jrtap.uring.RingFiles.claim;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.RawFd;
import dev.jrtap.fixtures.Uring;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.IoVectors;
import dev.jrtap.syscall.Mapping;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** More completions than their queue has room for, as in liburing's cq-overflow. */
@Tag("any-user")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OverflowScenariosKernelTest {

    private static final int BLOCK = 4096;
    private static final int READS = 64;
    private static final int GOING_ROUND = 8;

    /** Kinds of rings by batches and by how many completions there is room for. */
    static Stream<Arguments> rings() {
        List<List<SetupFlag>> kinds = List.of(
                List.of(), List.of(SetupFlag.IOPOLL), List.of(SetupFlag.SINGLE_ISSUER, SetupFlag.DEFER_TASKRUN));
        return kinds.stream()
                .flatMap(flags -> Stream.of(2, 4)
                        .flatMap(room -> Stream.of(1, 2).map(batch -> Arguments.of(flags, room, batch))));
    }

    /** Those that found room first, then those that the kernel has kept, each in its turn. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void whatIsKeptComesInItsOrder(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(4)) {
            for (int i = 0; i < 16; i++) {
                claim(ring).nop().userData(i);
                if (i % 4 == 3) {
                    ring.submit();
                }
            }
            assertThat(Completions.await(ring, 16))
                    .extracting(Completions.Completion::userData)
                    .containsExactlyElementsOf(
                            IntStream.range(0, 16).mapToObj(Long::valueOf).toList());
            assertThat(ring.completion().next()).isFalse();
            assertThat(ring.completion().lost()).isZero();
        }
    }

    /** What is submitted anew when it completes completes as often as what was submitted with it. */
    @ParameterizedTest
    @MethodSource("rings")
    void allThatGoRoundHaveTheirTurns(List<SetupFlag> flags, int room, int batch) throws IOException {
        Uring.require();
        int[] turns = new int[GOING_ROUND];
        Deque<Integer> again = new ArrayDeque<>();
        try (Ring ring = Ring.builder()
                .entries(2)
                .completionEntries(room)
                .require(flags.toArray(SetupFlag[]::new))
                .build()) {
            for (int i = 0; i < GOING_ROUND; i++) {
                again.add(i);
            }
            for (int round = 0; round < 128; round++) {
                while (!again.isEmpty()) {
                    claim(ring).nop().userData(again.remove());
                    ring.submit();
                }
                for (Completions.Completion one : Completions.await(ring, batch)) {
                    turns[(int) one.userData()]++;
                    again.add((int) one.userData());
                }
            }
            Completions.await(ring, GOING_ROUND - again.size());
            assertThat(ring.overflows()).isPositive();
            assertThat(ring.completion().lost()).isZero();
        }
        for (int i = 1; i < GOING_ROUND; i++) {
            assertThat(turns[i]).isBetween(turns[i - 1] - 1, turns[i - 1] + 1);
        }
    }

    /** Reads past the cache, one of them into memory that is none. */
    @ParameterizedTest
    @MethodSource("dev.jrtap.uring.RingProfile#forTables")
    void noReadIsLost(RingProfile profile, @TempDir Path directory) throws IOException {
        byte[] content = RingFiles.pattern(READS * BLOCK, 9);
        Path path = Files.write(directory.resolve("file"), content);
        int direct = RawFd.open(path.toString(), Fcntl.O_RDONLY | Fcntl.O_DIRECT);
        int wrong = 12;
        try (Ring ring = profile.open(8);
                Mapping mapping = Mapping.anonymous(Syscalls.libc(), READS * BLOCK);
                Fd fd = direct >= 0 ? Fd.own(Syscalls.libc(), direct) : RingFiles.open(path, Fcntl.O_RDONLY)) {
            Memory memory = mapping.memory();
            for (int i = 0; i < READS; i++) {
                IoVectors vector = new IoVectors(1);
                if (i == wrong) {
                    vector.unsafeAdd(0, BLOCK);
                } else {
                    vector.add(memory, i * BLOCK, BLOCK);
                }
                claim(ring).readv(fd.fd(), vector, (long) i * BLOCK).userData(i);
                ring.submit();
            }
            List<Completions.Completion> all = Completions.await(ring, READS);
            for (int i = 0; i < READS; i++) {
                assertThat(Results.of(all, i)).isEqualTo(i == wrong ? -Errno.EFAULT : BLOCK);
            }
            assertThat(ring.completion().next()).isFalse();
            assertThat(ring.completion().lost()).isZero();
            Arrays.fill(content, wrong * BLOCK, (wrong + 1) * BLOCK, (byte) 0);
            assertThat(RingFiles.bytes(memory, 0, READS * BLOCK)).isEqualTo(content);
        }
    }
}
