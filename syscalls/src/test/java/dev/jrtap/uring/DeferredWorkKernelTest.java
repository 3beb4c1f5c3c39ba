// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static dev.jrtap.uring.RingFiles.claim;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Poll;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Resources;
import dev.jrtap.fixtures.Sockets;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.EventFd;
import dev.jrtap.syscall.IoVectors;
import dev.jrtap.syscall.PollSet;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Work that the kernel leaves to the ring's owner until it asks, as in liburing's defer-taskrun. */
@Tag("any-user")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DeferredWorkKernelTest {

    private static final Syscalls SYS = Syscalls.libc();

    /** Nothing completes until the owner asks, and the eventfd tells that it should. */
    @ParameterizedTest
    @EnumSource(
            value = RingProfile.class,
            names = {"DEFER_TASKRUN", "TWO_MAPPINGS_DEFER_TASKRUN"})
    void signalsBeforeItCompletes(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                EventFd event = EventFd.open(SYS);
                EventFd polled = EventFd.open(SYS)) {
            ring.register().eventFd(event);
            claim(ring).pollAdd(polled.fd(), Poll.POLLIN).userData(1);
            ring.submit();
            assertThat(event.clear()).isZero();
            claim(ring).nop().userData(2);
            ring.submit();
            assertThat(event.clear()).isPositive();
            assertThat(Results.next(ring)).isEqualTo(new Completions.Completion(2, 0, 0));
            event.clear();
            polled.signal();
            PollSet polls = new PollSet(SYS, 1);
            polls.add(event.fd());
            polls.await(TimeUnit.SECONDS.toNanos(10));
            assertThat(event.clear()).isPositive();
            assertThat(ring.completion().ready()).isZero();
            ring.submitAndWait(1);
            assertThat(ring.completion().ready()).isEqualTo(1);
            assertThat(Results.next(ring)).isEqualTo(new Completions.Completion(1, Poll.POLLIN, 0));
        }
    }

    /** The ring has a flag for it, which is seen without a system call and gone when the work is done. */
    @ParameterizedTest
    @EnumSource(
            value = RingProfile.class,
            names = {"DEFER_TASKRUN"})
    void aFlagTellsThatThereIsWork(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                EventFd polled = EventFd.open(SYS)) {
            claim(ring).pollAdd(polled.fd(), Poll.POLLIN).userData(1);
            ring.submit();
            assertThat(ring.submission().kernelHasWork()).isFalse();
            polled.signal();
            assertThat(ring.completion().ready()).isZero();
            assertThat(ring.submission().kernelHasWork()).isTrue();
            ring.submitIfNeeded();
            assertThat(ring.completion().ready()).isEqualTo(1);
            assertThat(ring.submission().kernelHasWork()).isFalse();
            assertThat(Results.next(ring)).isEqualTo(new Completions.Completion(1, Poll.POLLIN, 0));
        }
    }

    /** A receive that has what it waits for is over when the ring is closed, though nobody has asked. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void whatNobodyAskedForEndsWithTheRing(RingProfile profile) throws IOException {
        Resources before = Resources.now();
        Memory in = Memory.allocate(1);
        try (Sockets.Pair pair = Sockets.tcp()) {
            try (Ring ring = profile.open(8)) {
                claim(ring).recv(pair.left().fd(), in, 0, 1, 0);
                assertThat(ring.submit()).isEqualTo(1);
                Sockets.write(pair.right(), "X");
            }
        }
        Resources.assertNothingSince(before);
    }

    /** A barrier's vectors are the kernel's from the submit on. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void writesTheVectorsThatWereSubmitted(RingProfile profile) throws IOException {
        byte[] content = RingFiles.pattern(128, 6);
        Memory out = RingFiles.memory(content);
        IoVectors vectors = new IoVectors(128);
        for (int i = 0; i < 128; i++) {
            vectors.add(out, i, 1);
        }
        try (Ring ring = profile.open(8);
                Pipe pipe = Pipe.open()) {
            claim(ring).writev(pipe.writer(), vectors, 0).drain();
            ring.submit();
            vectors.clear();
            for (int i = 0; i < 128; i++) {
                vectors.unsafeAdd(0, 1);
            }
            assertThat(Results.next(ring).result()).isEqualTo(128);
            assertThat(pipe.take(128)).isEqualTo(content);
        }
    }
}
