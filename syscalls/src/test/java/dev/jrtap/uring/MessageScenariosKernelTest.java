// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static dev.jrtap.uring.RingFiles.claim;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.KernelRelease;
import dev.jrtap.fixtures.Uring;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages from ring to ring, and to those of other threads, as in liburing's tests of the same. */
@Tag("any-user")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MessageScenariosKernelTest {

    private static final String BY_THREAD = "dev.jrtap.uring.RingProfile#byThread";
    private static final int FLAGS = 0x42;

    private static FutureTask<Completions.Completion> receiver(RingProfile profile, CompletableFuture<Ring> opened) {
        FutureTask<Completions.Completion> task = new FutureTask<>(() -> {
            try (Ring ring = profile.open(4)) {
                ring.submit();
                opened.complete(ring);
                return Results.next(ring);
            } catch (Throwable e) {
                opened.completeExceptionally(e);
                throw e;
            }
        });
        new Thread(task).start();
        return task;
    }

    /** msg-ring and msg-ring-flags: to a ring of another thread, which sleeps, with flags and without. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void wakesTheThreadOfAnotherRing(RingProfile profile) throws Exception {
        try (Ring ring = profile.open(8)) {
            for (int flags : new int[] {0, FLAGS}) {
                CompletableFuture<Ring> opened = new CompletableFuture<>();
                FutureTask<Completions.Completion> receiver = receiver(profile, opened);
                Ring target = opened.get();
                if (flags == 0) {
                    claim(ring).msgRing(target, 0x20, 0x5aa5).userData(1);
                } else {
                    claim(ring).msgRing(target, 0x20, 0x5aa5, flags).userData(1);
                }
                Completions.Completion sent = Results.next(ring);
                if (flags != 0 && sent.result() == -Errno.EINVAL) {
                    claim(ring).msgRing(target, 0, 0);
                    assertThat(Results.next(ring).result()).isZero();
                    Feature.require("MSG_RING with flags", false, "Linux 6.3 or newer is needed");
                }
                assertThat(sent).isEqualTo(new Completions.Completion(1, 0, 0));
                assertThat(receiver.get()).isEqualTo(new Completions.Completion(0x5aa5, 0x20, flags));
            }
        }
    }

    /** msg-ring-flags: eight wait in the other ring, each with its flags. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void keepsTheFlagsOfEach(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Ring target = profile.open(8)) {
            target.submit();
            for (int i = 0; i < 8; i++) {
                claim(ring).msgRing(target, 0x20 + i, i, FLAGS + i).userData(1);
                int result = RingFiles.result(ring);
                Feature.require("MSG_RING with flags", result != -Errno.EINVAL, "Linux 6.3 or newer is needed");
                assertThat(result).isZero();
            }
            for (int i = 0; i < 8; i++) {
                assertThat(Results.next(target)).isEqualTo(new Completions.Completion(i, 0x20 + i, FLAGS + i));
            }
        }
    }

    /** msg-ring: to itself on a ring that polls devices; and to a registered file that is no ring, twice. */
    @Test
    void goesToItselfAndNotToWhatIsNoRing() throws IOException {
        Uring.require();
        for (SetupFlag[] flags : new SetupFlag[][] {
            {SetupFlag.IOPOLL}, {SetupFlag.IOPOLL, SetupFlag.SINGLE_ISSUER, SetupFlag.DEFER_TASKRUN}
        }) {
            try (Ring ring = Ring.builder().entries(8).prefer().require(flags).build()) {
                claim(ring).msgRing(ring, 0x10, 0x1234).userData(1);
                var two = Completions.await(ring, 2);
                assertThat(Results.of(two, 1)).isZero();
                assertThat(Results.of(two, 0x1234)).isEqualTo(0x10);
            }
        }
        try (Ring ring = RingProfile.PLAIN.open(8);
                Pipe pipe = Pipe.open()) {
            for (int i = 0; i < 2; i++) {
                ring.files().register(pipe.reader());
                claim(ring).msgRing(0, 0, 0x8989).fixedFile();
                assertThat(RingFiles.result(ring)).isEqualTo(-Errno.EBADFD);
                ring.files().unregister();
            }
        }
    }

    /** msg-ring-overflow: eight messages in a queue of four are all received, whatever the other ring is. */
    @Test
    void losesNoneInAShortQueue() throws IOException {
        Uring.require();
        for (SetupFlag[] flags : new SetupFlag[][] {
            {},
            {SetupFlag.IOPOLL},
            {SetupFlag.SINGLE_ISSUER, SetupFlag.DEFER_TASKRUN},
            {SetupFlag.IOPOLL, SetupFlag.SINGLE_ISSUER, SetupFlag.DEFER_TASKRUN}
        }) {
            try (Ring ring = RingProfile.PLAIN.open(8);
                    Ring target = Ring.builder()
                            .entries(4)
                            .completionEntries(4)
                            .prefer()
                            .require(flags)
                            .build()) {
                target.submit();
                for (int i = 0; i < 8; i++) {
                    claim(ring).msgRing(target, 0x10, 0x1234).userData(i);
                }
                List<Integer> sent = RingFiles.results(ring, 8);
                // Until Linux 6.3 a full queue may refuse one, and says so.
                boolean mayRefuse = !KernelRelease.running().isAtLeast(new KernelRelease(6, 3, 0));
                assertThat(sent).allMatch(result -> result == 0 || mayRefuse && result == -Errno.EOVERFLOW);
                assertThat(Completions.await(target, Collections.frequency(sent, 0)))
                        .containsOnly(new Completions.Completion(0x1234, 0x10, 0));
            }
        }
    }

    /** msg-ring-fd: a thread reads what another wrote, from a file that it was sent. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void aThreadReadsFromTheFileThatItWasSent(RingProfile profile) throws Exception {
        Memory in = Memory.allocate(32);
        CompletableFuture<Ring> opened = new CompletableFuture<>();
        FutureTask<Integer> reader = new FutureTask<>(() -> {
            try (Ring ring = profile.open(8)) {
                ring.files().registerSparse(1);
                ring.submit();
                opened.complete(ring);
                Completions.Completion sent = Results.next(ring);
                if (sent.userData() != 10) {
                    return sent.result();
                }
                claim(ring).read(0, in, 0).fixedFile();
                return RingFiles.result(ring);
            } catch (Throwable e) {
                opened.completeExceptionally(e);
                throw e;
            }
        });
        try (Ring ring = profile.open(8);
                Pipe pipe = Pipe.open()) {
            new Thread(reader).start();
            ring.files().register(pipe.reader());
            Memory out = Memory.ofString("written before the file was sent");
            claim(ring).write(pipe.writer(), out, 0, 32, 0).userData(1);
            claim(ring).msgRingFile(opened.get(), 0, 0, 10, 0).userData(2);
            assertThat(RingFiles.results(ring, 2)).containsExactly(32, 0);
            assertThat(reader.get()).isEqualTo(32);
            assertThat(in.getString(0, 32)).isEqualTo("written before the file was sent");
        }
    }
}
