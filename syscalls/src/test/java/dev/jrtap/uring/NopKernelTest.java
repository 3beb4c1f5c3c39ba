// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Garbage;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.EventFd;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("any-user")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NopKernelTest {

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void completesAsItIsTold(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            ring.submission().claim().nop(-Errno.EBUSY);
            int result = Results.next(ring).result();
            Feature.require("NOP with a result", result != -Errno.EINVAL, "Linux 6.10 or newer is needed");
            assertThat(result).isEqualTo(-Errno.EBUSY);
            ring.submission().claim().nop(4711);
            assertThat(Results.next(ring).result()).isEqualTo(4711);
            ring.submission().claim().nop(-Errno.EFAULT).async();
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.EFAULT);
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void looksFilesAndBuffersUp(RingProfile profile) throws IOException {
        Memory buffer = Memory.allocate(64);
        try (Ring ring = profile.open(8);
                EventFd event = EventFd.open(Syscalls.libc())) {
            ring.submission().claim().nopFile(event.fd());
            int result = Results.next(ring).result();
            Feature.require("NOP with a file", result != -Errno.EINVAL, "Linux 6.13 or newer is needed");
            assertThat(result).isZero();
            ring.submission().claim().nopFile(1 << 20);
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.EBADF);
            assertThatThrownBy(() -> ring.submission().claim().nopFixedFile(0))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("no table of files");
            assertThat(Results.next(ring).result()).isZero();
            ring.submission().claim().nopFixedBuffer(0);
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.EFAULT);

            ring.files().register(event.fd());
            ring.buffers().register(buffer);
            ring.submission().claim().nopFixedFile(0);
            assertThat(Results.next(ring).result()).isZero();
            ring.submission().claim().nopFixedBuffer(0);
            assertThat(Results.next(ring).result()).isZero();
            ring.submission().claim().nopFixedBuffer(999);
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.EFAULT);
        }
        buffer.keepAlive();
    }

    /** nop-flags: completed by work that the kernel queues for the thread, alone and with all that it can look up. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void completesLaterThroughTheThread(RingProfile profile) throws IOException {
        Memory buffer = Memory.allocate(64);
        try (Ring ring = profile.open(16);
                EventFd event = EventFd.open(Syscalls.libc())) {
            for (int i = 0; i < 8; i++) {
                ring.submission().claim().nop().put32(IoUringSqe.NOP_FLAGS, IoUring.IORING_NOP_TW);
            }
            List<Completions.Completion> all = Completions.await(ring, 8);
            Feature.require("NOP_TW", all.get(0).result() != -Errno.EINVAL, "Linux 6.16 or newer is needed");
            assertThat(all).extracting(Completions.Completion::result).containsOnly(0);
            ring.submission()
                    .claim()
                    .nop(42)
                    .put32(IoUringSqe.NOP_FLAGS, IoUring.IORING_NOP_TW | IoUring.IORING_NOP_INJECT_RESULT);
            assertThat(Results.next(ring).result()).isEqualTo(42);
            ring.files().register(event.fd());
            ring.buffers().register(buffer);
            int everything = IoUring.IORING_NOP_TW
                    | IoUring.IORING_NOP_FILE
                    | IoUring.IORING_NOP_FIXED_FILE
                    | IoUring.IORING_NOP_FIXED_BUFFER;
            ring.submission().claim().nopFixedFile(0).put32(IoUringSqe.NOP_FLAGS, everything);
            assertThat(Results.next(ring).result()).isZero();
        }
    }

    /** nop-flags: a completion of 32 bytes needs a ring that has such. */
    @Test
    void refusesALargeCompletionWithoutRoomForIt() throws IOException {
        try (Ring ring = RingProfile.PLAIN.open(8)) {
            ring.submission().claim().nop().put32(IoUringSqe.NOP_FLAGS, IoUring.IORING_NOP_CQE32);
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.EINVAL);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = RingProfile.class,
            names = {"CQE32", "CQE_MIXED"})
    void completesWithThirtyTwoBytes(RingProfile profile) throws IOException {
        long[] extra = new long[2];
        int[] result = new int[1];
        try (Ring ring = profile.open(8)) {
            requireLargeNop(ring);
            // More than fit, so that a completion of two places meets the end of the queue.
            for (int i = 0; i < 50; i++) {
                ring.submission().claim().nopLarge(i, -i);
                ring.submission().claim().nop();
                ring.submitAndWait(2);
                int drained = ring.completion()
                        .drain(
                                (userData, res, flags) -> {
                                    result[0] = res;
                                    if (profile == RingProfile.CQE32 || CqeFlags.isLarge(flags)) {
                                        extra[0] += ring.completion().extra(0);
                                        extra[1] += ring.completion().extra(1);
                                    }
                                },
                                Integer.MAX_VALUE);
                assertThat(drained).isEqualTo(2);
                assertThat(result[0]).isZero();
                assertThat(extra).containsExactly(i * (i + 1) / 2, -(i * (i + 1) / 2));
            }
            assertThat(ring.inFlight()).isZero();
        }
    }

    private static void requireLargeNop(Ring ring) {
        ring.submission().claim().nopLarge(7, 8);
        ring.submitAndWait(1);
        long[] told = new long[1];
        ring.completion()
                .drain(
                        (userData, result, flags) ->
                                told[0] = result == 0 ? ring.completion().extra(1) : -1,
                        1);
        Feature.require("NOP with 32 bytes", told[0] == 8, "Linux 6.18 or newer is needed");
    }

    /** Linux 6.19 has it; what is older refuses it by its number, and goes on. */
    @Test
    void fillsALargeEntry() throws IOException {
        try (Ring ring = RingProfile.SQE128.open(8)) {
            boolean known = ring.capabilities().supports(Operation.NOP128);
            for (int i = 0; i < 20; i++) {
                ring.submission().claim128().nop128();
                assertThat(Results.next(ring).result()).isEqualTo(known ? 0 : -Errno.EINVAL);
            }
            ring.submission().claim128().uringCmd128(-1, 0, Memory.allocate(80));
            assertThat(Results.next(ring).result()).isEqualTo(known ? -Errno.EBADF : -Errno.EINVAL);
            ring.submission().claim128().uringCmdLarge(-1, 0, Memory.allocate(80));
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.EBADF);
        }
    }

    @Test
    void saysWhatAnEntryHasBeenTold() throws Exception {
        Operations entry;
        try (Ring ring = RingProfile.PLAIN.open(8)) {
            entry = ring.submission().claim();
            assertThat(entry).hasToString("an entry without an operation");
            Memory buffer = Memory.allocate(64);
            Sqe sqe = entry.read(7, buffer, 16, 32, 4096).userData(5).link().async();
            assertThat(sqe).hasToString("READ(fd=7, length=32, offset=4096) LINK ASYNC userData=5");
            assertThat(entry.operation(200, -1)).hasToString("operation 200(fd=-1, length=0, offset=0) userData=0");
            assertThat(entry.nop()).hasToString("NOP(fd=-1, length=0, offset=0) userData=0");
            ring.submit();
            assertThat(sqe).hasToString("an entry that has been submitted");
            String[] told = new String[1];
            Thread other = new Thread(() -> told[0] = sqe.toString());
            other.start();
            other.join();
            assertThat(told[0]).contains("another thread's");
            entry = ring.submission().claim();
        }
        assertThat(entry.toString()).contains("closed");
    }

    /** The loop that is measured beside liburing's, see samples. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void allocatesNothing(RingProfile profile) throws IOException {
        int[] handed = new int[1];
        CompletionHandler count = (userData, result, flags) -> handed[0]++;
        try (Ring ring = profile.open(16)) {
            long allocated = Garbage.of(() -> {
                for (int round = 0; round < 1000; round++) {
                    handed[0] = 0;
                    for (int i = 0; i < 8; i++) {
                        RingFiles.claim(ring).nop().userData(i);
                    }
                    while (handed[0] < 8) {
                        ring.submitAndWait(1);
                        ring.completion().drain(count, Integer.MAX_VALUE);
                    }
                }
            });
            assertThat(allocated).isZero();
        }
    }

    /** cq-peek-batch-mixed: each in its turn and of its size, and what fills the end of the queue is not shown. */
    @ParameterizedTest
    @EnumSource(value = RingProfile.class, names = "CQE_MIXED")
    void showsNothingOfWhatFillsTheEnd(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            requireLargeNop(ring);
            assertShows(ring, 16);
            submitNops(ring, false, 1, 2);
            submitNops(ring, true, 3, 4);
            submitNops(ring, false, 5, 6);
            assertShows(ring, 3, 1, 2, -3);
            assertShows(ring, 16, -4, 5, 6);
            submitNops(ring, false, 10, 12);
            assertShows(ring, 16, 10, 11, 12);
            // Eleven of sixteen places are passed: the large one does not fit the one that is left after these.
            submitNops(ring, false, 20, 23);
            submitNops(ring, true, 24, 24);
            submitNops(ring, false, 25, 25);
            assertShows(ring, 4, 20, 21, 22, 23);
            assertShows(ring, 16, -24, 25);
            assertShows(ring, 16);
            assertThat(ring.completion().ready()).isZero();
        }
    }

    private static void submitNops(Ring ring, boolean isLarge, int first, int last) {
        for (int id = first; id <= last; id++) {
            Operations entry = ring.submission().claim();
            (isLarge ? entry.nopLarge(id + 1000, id + 2000) : entry.nop()).userData(id);
        }
        assertThat(ring.submit()).isEqualTo(last - first + 1);
    }

    /** User data, negative of large completions. */
    private static void assertShows(Ring ring, int limit, long... expected) {
        List<Long> shown = new ArrayList<>();
        ring.completion()
                .drain(
                        (userData, result, flags) -> {
                            shown.add(CqeFlags.isLarge(flags) ? -userData : userData);
                            if (CqeFlags.isLarge(flags)) {
                                assertThat(ring.completion().extra(0)).isEqualTo(userData + 1000);
                                assertThat(ring.completion().extra(1)).isEqualTo(userData + 2000);
                            }
                        },
                        limit);
        assertThat(shown)
                .containsExactlyElementsOf(LongStream.of(expected).boxed().toList());
    }
}
