// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Garbage;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.EventFd;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NopKernelTest {

    @ParameterizedTest
    @EnumSource(RingProfile.class)
    void completesAsItIsTold(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            ring.submission().claim().nop(-Errno.EBUSY);
            int result = Results.next(ring).result();
            Feature.require("NOP with a result", result != -Errno.EINVAL, "Linux 6.10 or newer is needed");
            assertThat(result).isEqualTo(-Errno.EBUSY);
            ring.submission().claim().nop(4711);
            assertThat(Results.next(ring).result()).isEqualTo(4711);
        }
    }

    @ParameterizedTest
    @EnumSource(RingProfile.class)
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
        }
        buffer.keepAlive();
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

    /** The loop that is measured beside liburing's, see samples. */
    @ParameterizedTest
    @EnumSource(RingProfile.class)
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
}
