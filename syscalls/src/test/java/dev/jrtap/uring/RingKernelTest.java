// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.Poll;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Sleeper;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.EventFd;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;

@Tag("any-user")
class RingKernelTest {

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void completesNopsInOrder(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            for (int i = 0; i < 8; i++) {
                ring.submission().claim().nop().userData(i);
            }
            List<Completions.Completion> completions = Completions.await(ring, 8);

            assertThat(completions)
                    .extracting(Completions.Completion::userData)
                    .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L);
            assertThat(ring.inFlight()).isZero();
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void refusesToClaimWhenEveryEntryIsPending(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            for (int i = 0; i < 8; i++) {
                assertThat(ring.submission().claim()).isNotNull();
            }
            assertThat(ring.submission().claim()).isNull();
            assertThat(ring.submission().pending()).isEqualTo(8);
            assertThat(ring.submit()).isEqualTo(8);
            assertThat(ring.awaitSpace()).isZero();
            Completions.await(ring, 8);
            // With SQPOLL the poll that a wake would end may still be on its way.
            Results.awaitTaken(ring);
            assertThat(ring.submission().space()).isEqualTo(8);
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void keepsCountOverManyRounds(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(4)) {
            Completions completions = new Completions();
            for (int round = 0; round < 10_000; round++) {
                ring.submission().claim().nop().userData(round);
                ring.submission().claim().nop().userData(round);
                ring.submitAndWait(2);
                ring.completion().drain(completions, 1);
                ring.completion().drain(completions, 1);
            }
            assertThat(completions.list).hasSize(20_000);
            assertThat(completions.list.get(19_999).userData()).isEqualTo(9_999);
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void readsWhatItWrote(RingProfile profile, @TempDir Path directory) throws IOException {
        Syscalls sys = Syscalls.libc();
        Memory out = Memory.ofString("from the ring");
        Memory in = Memory.allocate(64);
        String path = directory.resolve("file").toString();
        Memory name = Memory.ofString(path);
        try (Ring ring = profile.open(8);
                Fd fd = Fd.own(sys, sys.open(name.address(), Fcntl.O_RDWR | Fcntl.O_CREAT, 0600))) {
            ring.submission()
                    .claim()
                    .write(fd.fd(), out, 0, out.size(), 100)
                    .userData(1)
                    .link();
            ring.submission().claim().read(fd.fd(), in, 0, in.size(), 105).userData(2);
            List<Completions.Completion> completions = Completions.await(ring, 2);

            assertThat(completions)
                    .extracting(Completions.Completion::result)
                    .containsExactly(out.size(), out.size() - 5);
            assertThat(in.getString(0, 64)).isEqualTo("the ring");
        }
        name.keepAlive();
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void reportsThatADescriptorIsReady(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                EventFd event = EventFd.open(Syscalls.libc())) {
            ring.submission().claim().pollAdd(event.fd(), Poll.POLLIN).userData(7);
            ring.submit();
            assertThat(ring.completion().ready()).isZero();
            event.signal();

            assertThat(Completions.await(ring, 1).get(0).result() & Poll.POLLIN).isNotZero();
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void cancelsOneOperation(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                EventFd event = EventFd.open(Syscalls.libc())) {
            ring.submission().claim().pollAdd(event.fd(), Poll.POLLIN).userData(7);
            ring.submission().claim().cancel(7).userData(8);
            List<Completions.Completion> completions = Completions.await(ring, 2);

            assertThat(completions).anySatisfy(c -> {
                assertThat(c.userData()).isEqualTo(7);
                assertThat(c.result()).isEqualTo(-Errno.ECANCELED);
            });
            assertThat(ring.inFlight()).isZero();
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void readsAgainAndAgainIntoProvidedBuffers(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                EventFd event = EventFd.open(Syscalls.libc())) {
            Feature.require(
                    "READ_MULTISHOT",
                    ring.capabilities().supports(Operation.READ_MULTISHOT),
                    "Linux 6.7 or newer is needed");
            Memory buffers = Memory.allocate(4 * Long.BYTES);
            BufferRing provided = ring.bufferRing(5, 4);
            for (int id = 0; id < 4; id++) {
                provided.offer(buffers, id * Long.BYTES, Long.BYTES, id);
            }
            provided.publish();
            ring.submission().claim().readMultishot(event.fd(), 5).userData(9);
            ring.submit();
            for (int i = 0; i < 3; i++) {
                event.signal();
                Completions.Completion completion = Completions.await(ring, 1).get(0);
                assertThat(completion.result()).isEqualTo(Long.BYTES);
                assertThat(CqeFlags.hasMore(completion.flags())).isTrue();
                assertThat(CqeFlags.hasBuffer(completion.flags())).isTrue();
                assertThat(buffers.getI64(CqeFlags.bufferId(completion.flags()) * Long.BYTES))
                        .isEqualTo(1);
            }
            assertThat(ring.inFlight()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void awaitReturnsWhenTheTimeIsUp(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            assertThat(ring.await(0)).isFalse();
            assertThat(ring.await(2_000_000)).isFalse();
            ring.submission().claim().nop();
            assertThat(ring.await(10_000_000_000L)).isTrue();
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void awaitSeesACompletionThatComesWhileItSleeps(RingProfile profile) throws Exception {
        try (Ring ring = profile.open(8);
                EventFd event = EventFd.open(Syscalls.libc())) {
            ring.submission().claim().pollAdd(event.fd(), Poll.POLLIN).userData(7);
            Sleeper owner = Sleeper.here();
            Thread signaller = new Thread(() -> {
                owner.await();
                event.signal();
            });
            signaller.start();
            long start = System.nanoTime();
            assertThat(ring.await(30_000_000_000L)).isTrue();
            assertThat(System.nanoTime() - start).isLessThan(20_000_000_000L);
            signaller.join();
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void refusesAnotherThread(RingProfile profile) throws Exception {
        try (Ring ring = profile.open(8)) {
            ring.submit();
            Throwable[] thrown = new Throwable[1];
            Thread stranger = new Thread(() -> {
                try {
                    ring.submit();
                } catch (IllegalStateException e) {
                    thrown[0] = e;
                }
            });
            stranger.start();
            stranger.join();

            assertThat(thrown[0]).isInstanceOf(IllegalStateException.class).hasMessageContaining("belongs to thread");
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void refusesToBeDrivenOnceClosed(RingProfile profile) throws IOException {
        Ring ring = profile.open(8);
        ring.close();
        ring.close();

        assertThat(ring.isOpen()).isFalse();
        assertThatThrownBy(() -> ring.await(0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageEndingWith(" is closed");
        assertThatThrownBy(ring::submit)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageEndingWith(" is closed");
    }
}
