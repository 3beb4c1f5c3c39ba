// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.bindings.Poll;
import dev.jrtap.fixtures.Collected;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Fd;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;

/** Operations with memory go to the kernel under tokens, and the caller sees the user data it has given. */
@Tag("any-user")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CallersUserDataKernelTest {

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void userDataIsTheCallers(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Fd file = RingFiles.open(Path.of("/dev/zero"), Fcntl.O_RDONLY)) {
            for (long userData : new long[] {0, 5, -17, Long.MAX_VALUE, Long.MIN_VALUE}) {
                ring.submission().claim().read(file.fd(), Memory.allocate(8), 0).userData(userData);
                assertThat(Results.of(Completions.await(ring, 1), userData)).isEqualTo(8);
            }
            // Set before the memory is named, and never.
            ring.submission()
                    .claim()
                    .operation(Operation.READ.opcode(), file.fd())
                    .userData(9)
                    .keepAlive(new Object());
            ring.submission().claim().read(file.fd(), Memory.allocate(8), 0);
            assertThat(Completions.await(ring, 2)).extracting("userData").containsExactlyInAnyOrder(9L, 0L);
        }
    }

    /** Kernels post some twice, and up to 6.12 a notification of a zero-copy send that has been refused. */
    @Test
    void nobodySeesOneMoreThanTheLastCompletion() throws IOException {
        try (Ring ring = RingProfile.PLAIN.open(8);
                Ring sender = RingProfile.PLAIN.open(8);
                Fd file = RingFiles.open(Path.of("/dev/zero"), Fcntl.O_RDONLY)) {
            ring.submission().claim().read(file.fd(), Memory.allocate(8), 0).userData(1);
            assertThat(Results.of(Completions.await(ring, 1), 1)).isEqualTo(8);
            sender.submission().claim().msgRing(ring, 0, 0).put64(IoUringSqe.OFF, LentMemory.FIRST);
            assertThat(Results.next(sender).result()).isZero();
            assertThat(ring.completion().drain((userData, result, flags) -> {}, 8))
                    .isZero();
            ring.submission().claim().nop().userData(2);
            assertThat(Completions.await(ring, 1)).extracting("userData").containsExactly(2L);
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void cancelsByTheCallersUserData(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Pipe pipe = Pipe.open()) {
            for (int i = 0; i < 2; i++) {
                ring.submission()
                        .claim()
                        .read(pipe.reader(), Memory.allocate(8), 0)
                        .userData(70);
            }
            ring.submit();
            for (int i = 0; i < 2; i++) {
                ring.submission().claim().cancel(70).userData(1);
                List<Completions.Completion> two = Completions.await(ring, 2);
                assertThat(Results.of(two, 70)).isEqualTo(-Errno.ECANCELED);
                assertThat(Results.of(two, 1)).isZero();
            }
            for (int i = 0; i < 2; i++) {
                ring.submission()
                        .claim()
                        .read(pipe.reader(), Memory.allocate(8), 0)
                        .userData(70);
            }
            ring.submit();
            Results.awaitTaken(ring);
            assertThat(ring.register().cancel().all(70, Long.MAX_VALUE)).isTrue();
            assertThat(Completions.await(ring, 2))
                    .hasSize(2)
                    .allMatch(c -> c.userData() == 70 && c.result() == -Errno.ECANCELED);
        }
    }

    /** Whether they were given memory or not; and nothing keeps what each was given. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void cancelsAllOfOneUserData(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(16);
                Pipe pipe = Pipe.open()) {
            for (int round = 0; round < 20; round++) {
                List<WeakReference<Object>> held = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    Memory buffer = Memory.allocate(8);
                    held.add(new WeakReference<>(buffer));
                    ring.submission().claim().read(pipe.reader(), buffer, 0).userData(70);
                    ring.submission()
                            .claim()
                            .pollAdd(pipe.reader(), Poll.POLLIN)
                            .userData(70);
                }
                ring.submission()
                        .claim()
                        .read(pipe.reader(), Memory.allocate(8), 0)
                        .userData(71);
                ring.submit();
                if (round % 2 == 0) {
                    ring.submission().claim().cancelAll(70).userData(72);
                } else {
                    ring.submission().claim().cancelFd(pipe.reader(), 70).userData(72);
                }
                ring.submission().claim().nop().userData(73);
                List<Completions.Completion> all = Completions.await(ring, 8);
                Feature.require(
                        "cancel by two keys",
                        all.stream().noneMatch(c -> c.userData() == 71),
                        "before Linux 6.6 all on the file are canceled");
                assertThat(Results.of(all, 73)).isZero();
                assertThat(Results.of(all, 72)).as("how many").isEqualTo(6);
                assertThat(all)
                        .filteredOn(c -> c.userData() == 70)
                        .hasSize(6)
                        .allMatch(c -> c.result() == -Errno.ECANCELED);
                assertThat(ring.inFlight()).isEqualTo(1);
                assertThat(ring.completion().ready()).isZero();
                ring.submission().claim().cancelAll(71).userData(74);
                assertThat(Results.of(Completions.await(ring, 2), 74)).isEqualTo(1);
                assertThat(ring.registration().lent().isHolding()).isFalse();
                if (round == 0) {
                    held.forEach(Collected::await);
                }
            }
        }
    }

    @Test
    void refusesToCancelMoreThanThereIsRoomFor() throws IOException {
        try (Ring ring = RingProfile.PLAIN.open(4);
                Pipe pipe = Pipe.open()) {
            for (int i = 0; i < 4; i++) {
                ring.submission()
                        .claim()
                        .read(pipe.reader(), Memory.allocate(8), 0)
                        .userData(70);
            }
            ring.submit();
            Operations entry = ring.submission().claim();
            assertThatThrownBy(() -> entry.cancelAll(70))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("4 operations with the user data 70")
                    .hasMessageContaining("3 are free");
            entry.cancelFd(pipe.reader()).userData(1);
            assertThat(Results.of(Completions.await(ring, 5), 1)).isEqualTo(4);
            assertThat(ring.registration().lent().isHolding()).isFalse();
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void removesAndChangesByTheCallersUserData(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Pipe pipe = Pipe.open()) {
            ring.submission()
                    .claim()
                    .pollAdd(pipe.reader(), Poll.POLLIN)
                    .keepAlive(new Object())
                    .userData(5);
            ring.submission()
                    .claim()
                    .timeout(3_600_000_000_000L, 0)
                    .keepAlive(new Object())
                    .userData(6);
            ring.submission().claim().pollUpdateUserData(5, 7).userData(1);
            assertThat(Completions.await(ring, 1).get(0).result()).isZero();
            ring.submission().claim().pollRemove(5).userData(2);
            assertThat(Results.of(Completions.await(ring, 1), 2)).isEqualTo(-Errno.ENOENT);
            ring.submission().claim().pollRemove(7).userData(3);
            List<Completions.Completion> two = Completions.await(ring, 2);
            assertThat(Results.of(two, 3)).isZero();
            assertThat(Results.of(two, 7)).isEqualTo(-Errno.ECANCELED);
            ring.submission().claim().timeoutUpdate(6, 7_200_000_000_000L, 0).userData(4);
            assertThat(Results.of(Completions.await(ring, 1), 4)).isZero();
            ring.submission().claim().timeoutRemove(6).userData(4);
            two = Completions.await(ring, 2);
            assertThat(Results.of(two, 4)).isZero();
            assertThat(Results.of(two, 6)).isEqualTo(-Errno.ECANCELED);
        }
    }
}
