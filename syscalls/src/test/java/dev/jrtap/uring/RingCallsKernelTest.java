// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.MaskedSyscalls;
import dev.jrtap.fixtures.Sockets;
import dev.jrtap.fixtures.Uring;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.DelegatingSyscalls;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;

/** How a ring enters the kernel: until when, counted as what, and named by what. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RingCallsKernelTest {

    private static final long SHORT = 20_000_000;
    private static final long LONG = 3_600_000_000_000L;

    /** Keeps the flags of the last io_uring_enter(2). */
    private static final class Watched extends DelegatingSyscalls {

        private volatile int flags;
        private volatile int allFlags;

        Watched() {
            super(Syscalls.libc());
        }

        @Override
        public int ioUringEnter(int fd, int toSubmit, int minComplete, int flags) {
            see(flags);
            return super.ioUringEnter(fd, toSubmit, minComplete, flags);
        }

        @Override
        public int ioUringEnter(int fd, int toSubmit, int minComplete, int flags, long argument, int size) {
            see(flags);
            return super.ioUringEnter(fd, toSubmit, minComplete, flags, argument, size);
        }

        private void see(int entered) {
            flags = entered;
            allFlags |= entered;
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void sleepsUntilAPointOfTime(RingProfile profile) throws IOException {
        Watched sys = new Watched();
        try (Ring ring = profile.open(sys, 8)) {
            Feature.require(
                    "ABS_TIMER", ring.capabilities().has(RingFeature.MIN_TIMEOUT), "Linux 6.12 or newer is needed");
            long deadline = System.nanoTime() + SHORT;
            assertThat(ring.awaitUntil(deadline)).isFalse();
            assertThat(System.nanoTime()).isBetween(deadline, deadline + 500 * SHORT);
            assertThat(sys.allFlags & IoUring.IORING_ENTER_ABS_TIMER).isNotZero();
            // One that has passed does not sleep.
            assertThat(ring.awaitUntil(0)).isFalse();
            assertThatIllegalArgumentException().isThrownBy(() -> ring.awaitUntil(-1));

            ring.submission().claim().nop();
            assertThat(ring.awaitUntil(System.nanoTime() + LONG)).isTrue();
            Results.next(ring);
            Thread waker = new Thread(ring::wake);
            waker.start();
            assertThat(ring.awaitUntil(System.nanoTime() + LONG)).isFalse();
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void doesNotCountAsIowaitIfToldSo(RingProfile profile) throws IOException {
        Watched sys = new Watched();
        try (Ring ring = profile.open(sys, 8)) {
            Feature.require(
                    "NO_IOWAIT", ring.capabilities().has(RingFeature.NO_IOWAIT), "Linux 6.15 or newer is needed");
            for (boolean counted : new boolean[] {true, false, true}) {
                ring.setIowait(counted);
                ring.submission().claim().timeout(1_000_000, 0);
                Results.next(ring);
                assertThat(ring.await(1_000_000)).isFalse();
                assertThat((sys.flags & IoUring.IORING_ENTER_NO_IOWAIT) == 0).isEqualTo(counted);
            }
        }
    }

    /** No descriptor is left that shows a ring, and everything works on. */
    @Test
    void goesOnWithoutADescriptor() throws IOException {
        Uring.require();
        long before = rings();
        try (Ring ring = Ring.builder().build();
                Sockets.Pair pipe = Sockets.pipe()) {
            boolean known = ring.capabilities().has(RingFeature.REG_REG_RING);
            Feature.require("REG_REG_RING", known, "Linux 6.3 or newer is needed");
            assertThat(rings()).isEqualTo(before + 1);
            Workers.Limits limits = ring.register().workers().limits();

            ring.closeDescriptor();

            // Registering goes by the index, too.
            assertThat(ring.register().workers().limits()).isEqualTo(limits);

            assertThat(rings()).isEqualTo(before);
            Memory in = Memory.allocate(8);
            ring.files().register(pipe.left().fd());
            Sockets.write(pipe.right(), "eight by");
            ring.submission().claim().read(0, in, 0).fixedFile();
            assertThat(Results.next(ring).result()).isEqualTo(8);
            assertThat(ring.await(1_000_000)).isFalse();
            assertThatThrownBy(ring::closeDescriptor)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("the ring has no file descriptor");
            ring.submission().claim().read(pipe.left().fd(), in, 0);
            ring.submit();
        }
        assertThat(rings()).isEqualTo(before);
    }

    /** How many descriptors of this process are rings. */
    private static long rings() throws IOException {
        long rings = 0;
        try (var links = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path link : links) {
                try {
                    rings += Files.readSymbolicLink(link).toString().contains("[io_uring]") ? 1 : 0;
                } catch (IOException e) {
                    // It was the descriptor of the list itself, or has been closed since.
                }
            }
        }
        return rings;
    }

    @Test
    void saysWhichLinuxIsNeeded() throws IOException {
        Uring.require();
        Syscalls old = new MaskedSyscalls(Syscalls.libc())
                .withoutRingFeature(IoUring.IORING_FEAT_MIN_TIMEOUT)
                .withoutRingFeature(IoUring.IORING_FEAT_NO_IOWAIT)
                .withoutRingFeature(IoUring.IORING_FEAT_REG_REG_RING);
        try (Ring ring = Ring.builder(old).build()) {
            assertThatThrownBy(() -> ring.awaitUntil(0))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessage("awaitUntil needs Linux 6.12 or newer");
            assertThatThrownBy(() -> ring.setIowait(false)).hasMessage("setIowait needs Linux 6.15 or newer");
            assertThatThrownBy(ring::closeDescriptor).hasMessage("closeDescriptor needs Linux 6.3 or newer");
        }
    }
}
