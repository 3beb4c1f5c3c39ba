// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.IoCqringOffsets;
import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringParams;
import dev.jrtap.bindings.Poll;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Resources;
import dev.jrtap.fixtures.Uring;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.DelegatingSyscalls;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.EventFd;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;

/** A kernel that has no memory for a completion drops it, counts it in the ring, and tells once, with EBADR. */
@Timeout(60)
class RingLossKernelTest {

    /** Knows where the ring lies, so that a test can count in it as the kernel would. */
    private static final class DroppingSyscalls extends DelegatingSyscalls {

        private int overflow;
        private boolean dropped;
        private Memory ring;

        DroppingSyscalls() {
            super(Syscalls.libc());
        }

        @Override
        public int ioUringSetup(int entries, long params) {
            int result = super.ioUringSetup(entries, params);
            overflow =
                    Memory.wrap(params, IoUringParams.SIZEOF).getI32(IoUringParams.CQ_OFF + IoCqringOffsets.OVERFLOW);
            return result;
        }

        @Override
        public long mmap(long address, long length, int protection, int flags, int fd, long offset) {
            long result = super.mmap(address, length, protection, flags, fd, offset);
            if (fd >= 0 && offset == IoUring.IORING_OFF_SQ_RING) {
                ring = Memory.wrap(result, (int) length);
            }
            return result;
        }

        void drop(int completions) {
            ring.putI32Release(overflow, completions);
            dropped = true;
        }

        @Override
        public int ioUringEnter(int fd, int toSubmit, int minComplete, int flags) {
            int result = super.ioUringEnter(fd, toSubmit, minComplete, flags);
            boolean told = dropped && result == 0;
            dropped &= !told;
            return told ? -Errno.EBADR : result;
        }
    }

    @Test
    void countsWhatIsLostAsOver() throws IOException {
        Uring.require();
        Resources before = Resources.now();
        DroppingSyscalls kernel = new DroppingSyscalls();
        try (EventFd event = EventFd.open(Syscalls.libc());
                Ring ring = Ring.builder(kernel).entries(8).build()) {
            for (int i = 0; i < 3; i++) {
                ring.submission().claim().pollAdd(event.fd(), Poll.POLLIN);
            }
            ring.submit();
            assertThat(ring.inFlight()).isEqualTo(3);

            kernel.drop(2);
            assertThat(ring.submit()).isEqualTo(-Errno.EBADR);
            assertThat(ring.submit()).isZero();
            assertThat(ring.completion().lost()).isEqualTo(2);
            assertThat(ring.inFlight()).isEqualTo(1);
        }
        Resources.assertNothingSince(before);
    }

    /** This kernel keeps what finds no room all the same: then nothing is counted as lost. */
    @Test
    void losesNothingThatTheKernelKeeps() throws IOException {
        Uring.require();
        try (Ring ring = Ring.builder(new DroppingSyscalls()).entries(8).build()) {
            for (int i = 0; i < 40; i++) {
                RingFiles.claim(ring).nop().userData(i);
            }
            assertThat(Completions.await(ring, 40)).doesNotHaveDuplicates().hasSize(40);
            assertThat(ring.completion().lost()).isZero();
            assertThat(ring.inFlight()).isZero();
        }
    }

    /** A call that looks before it waits does not see that the kernel keeps some, and brings them all the same. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void submitAndWaitBringsWhatFoundNoRoom(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            int claimed = 0;
            for (; claimed < 40; claimed++) {
                RingFiles.claim(ring).nop().userData(claimed);
            }
            BitSet completed = new BitSet();
            CompletionHandler handler = (userData, result, flags) -> {
                assertThat(completed.get((int) userData)).isFalse();
                completed.set((int) userData);
            };
            for (int rounds = 0; completed.cardinality() < claimed && rounds < 100; rounds++) {
                Operations entry = ring.submission().claim();
                if (entry != null) {
                    entry.nop().userData(claimed++);
                }
                int result = ring.submitAndWait(1);
                assertThat(result >= 0 || result == -Errno.EBUSY)
                        .as("submit: %d", result)
                        .isTrue();
                ring.completion().drain(handler, Integer.MAX_VALUE);
            }
            assertThat(completed.cardinality()).isEqualTo(claimed);
            assertThat(ring.completion().lost()).isZero();
        }
    }
}
