// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindings.Poll;
import dev.jrtap.fixtures.FaultySyscalls;
import dev.jrtap.fixtures.Resources;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.EventFd;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        assertThat(Resources.now()).isEqualTo(before);
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
    @ValueSource(ints = {1, 2, 3})
    void isClosedIfTheNewQueuesCannotBeMapped(int step) throws IOException {
        Resources before = Resources.now();
        FaultySyscalls sys = new FaultySyscalls(Syscalls.libc());
        try (Ring ring = open(sys, 8)) {
            ring.submit();
            sys.failAt(step, Errno.ENOMEM);
            assertThatThrownBy(() -> ring.resize(16, 32)).hasMessageContaining("ENOMEM");
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
