// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.fixtures.Collected;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.KernelRelease;
import dev.jrtap.fixtures.Sockets;
import dev.jrtap.fixtures.TestLibc;
import dev.jrtap.fixtures.Uring;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.IoVectors;
import dev.jrtap.syscall.MessageHeader;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Memory whose only reference is an operation stays until that is over, and no longer. */
@Tag("any-user")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KeepAliveKernelTest {

    private static final Syscalls SYS = Syscalls.libc();

    @Test
    void silentOperationsKeepWhatTheyWereGivenUntilTheRingEnds() throws IOException {
        WeakReference<Memory> first;
        WeakReference<Memory> second;
        try (Ring ring = RingProfile.PLAIN.open(8);
                Fd file = RingFiles.open(Path.of("/dev/null"), Fcntl.O_WRONLY)) {
            Memory memory = Memory.allocate(8);
            first = new WeakReference<>(memory);
            ring.submission().claim().write(file.fd(), memory, 0).skipSuccess().userData(3);
            memory = Memory.allocate(8);
            second = new WeakReference<>(memory);
            ring.submission()
                    .claim()
                    .unsafe()
                    .operation(Operation.WRITE.opcode(), file.fd(), memory.address(), 8, 0)
                    .skipSuccess()
                    .keepAlive(memory);
            memory = null;
            ring.submission()
                    .claim()
                    .write(-1, Memory.allocate(8), 0)
                    .skipSuccess()
                    .userData(4);
            assertThat(Results.of(Completions.await(ring, 1), 4)).isEqualTo(-Errno.EBADF);
            assertThat(Collected.isCollected(first)).isFalse();
            assertThat(Collected.isCollected(second)).isFalse();
        }
        Collected.await(first);
        Collected.await(second);
    }

    /** How completions are taken after which nothing else happens on the ring. */
    private enum Taking {
        BY_HANDLER {
            @Override
            void take(Ring ring) {
                assertThat(ring.completion().drain((userData, result, flags) -> {}, 1))
                        .isEqualTo(1);
            }
        },
        TO_THE_END {
            @Override
            void take(Ring ring) {
                assertThat(ring.completion().next()).isTrue();
                assertThat(ring.completion().next()).isFalse();
            }
        },
        BEFORE_A_SUBMIT {
            @Override
            void take(Ring ring) {
                assertThat(ring.completion().next()).isTrue();
                ring.submission().claim().nop();
                ring.submit();
            }
        };

        abstract void take(Ring ring);
    }

    @ParameterizedTest
    @EnumSource(Taking.class)
    void whatAnOperationWasGivenIsForgottenWithItsBatch(Taking taking) throws IOException {
        try (Ring ring = RingProfile.PLAIN.open(8);
                Fd file = RingFiles.open(Path.of("/dev/null"), Fcntl.O_WRONLY)) {
            Memory memory = Memory.allocate(8);
            WeakReference<Memory> given = new WeakReference<>(memory);
            ring.submission().claim().write(file.fd(), memory, 0);
            memory = null;
            assertThat(ring.await(Long.MAX_VALUE)).isTrue();
            taking.take(ring);
            Collected.await(given);
        }
    }

    @Test
    void whatARefusedOperationWasGivenIsForgottenAtOnce() throws IOException {
        try (Ring ring = RingProfile.PLAIN.open(8)) {
            Memory memory = Memory.allocate(8);
            WeakReference<Memory> given = new WeakReference<>(memory);
            Sqe write = ring.submission().claim().write(1, memory, 0);
            memory = null;
            assertThatIllegalArgumentException().isThrownBy(() -> write.personality(-1));
            Collected.await(given);
        }
    }

    /** Another process may have its descriptor: what the kernel may still write to is nobody else's. */
    @Test
    void aRingThatIsHeldKeepsWhatItsOperationsWereGiven() throws IOException {
        long leaked = Ring.leaked();
        Fd[] other = new Fd[1];
        try (Pipe pipe = Pipe.open()) {
            WeakReference<Memory> given = readAndClose(pipe, other);
            assertThat(Ring.leaked() - leaked).isEqualTo(1);
            assertThat(Collected.isCollected(given)).isFalse();
        } finally {
            if (other[0] != null) {
                other[0].close();
            }
        }
    }

    private static WeakReference<Memory> readAndClose(Pipe pipe, Fd[] other) throws IOException {
        try (Ring ring = RingProfile.PLAIN.open(8)) {
            other[0] = Fd.own(SYS, Sockets.check(TestLibc.INSTANCE.dup(ring.messageFd()), "dup"));
            Memory memory = Memory.allocate(8);
            // Nothing tells when it is over, not even a completion.
            ring.submission().claim().read(pipe.reader(), memory, 0).skipSuccess();
            ring.submit();
            return new WeakReference<>(memory);
        }
    }

    /** The table keeps it, until it leaves; the operation has no reference of its own. */
    @Test
    void aRegisteredBufferThatLeavesUnderAnOperationStaysUntilTheRingEnds() throws IOException {
        Uring.require();
        // Older ones wait until the operation is over.
        Feature.require(
                "buffers leave under way",
                KernelRelease.running().isAtLeast(new KernelRelease(6, 13, 0)),
                "Linux 6.13 or newer is needed");
        WeakReference<Memory> unregistered;
        try (Ring ring = RingProfile.PLAIN.open(8);
                Pipe pipe = Pipe.open()) {
            unregistered = readRegistered(ring, pipe);
            ring.submit();
            assertThat(Collected.isCollected(unregistered)).isFalse();
            ring.buffers().unregister();
            assertThat(Collected.isCollected(unregistered)).isFalse();
            pipe.put(new byte[1]);
            assertThat(Results.of(Completions.await(ring, 1), 7)).isEqualTo(1);

            // From now on operations keep the buffers of this ring themselves.
            WeakReference<Memory> next = readRegistered(ring, pipe);
            ring.submit();
            ring.buffers().unregister();
            assertThat(Collected.isCollected(next)).isFalse();
            pipe.put(new byte[1]);
            assertThat(Results.of(Completions.await(ring, 1), 7)).isEqualTo(1);
            Collected.await(next);
            assertThat(Collected.isCollected(unregistered)).isFalse();
        }
        Collected.await(unregistered);
    }

    private static WeakReference<Memory> readRegistered(Ring ring, Pipe pipe) throws IOException {
        Memory memory = Memory.allocate(8);
        ring.buffers().register(memory);
        ring.submission().claim().readFixed(pipe.reader(), memory, 0, 8, 0, 0).userData(7);
        return new WeakReference<>(memory);
    }

    @Test
    void memoryThatIsKeptUntilTheRingEndsIsNotLentToEachOperation() throws IOException {
        WeakReference<Memory> given;
        try (Ring ring = RingProfile.PLAIN.open(8);
                Pipe pipe = Pipe.open()) {
            Memory memory = Memory.allocate(8);
            given = new WeakReference<>(memory);
            ring.submission().claim().nop().keepAliveUntilTheEnd(memory).userData(1);
            for (int i = 0; i < 3; i++) {
                ring.submission().claim().read(pipe.reader(), memory, 0).userData(7);
            }
            ring.submission().claim().cancelAll(7).userData(8);
            // One each, where the kernel knows it by a token.
            assertThat(ring.submission().pending()).isEqualTo(5);
            memory = null;
            assertThat(Results.of(Completions.await(ring, 5), 8)).isEqualTo(3);
            ring.submission().claim().read(pipe.reader(), Memory.allocate(8), 0).userData(7);
            ring.submission().claim().cancelAll(7).userData(8);
            assertThat(ring.submission().pending()).isEqualTo(3);
            assertThat(Results.of(Completions.await(ring, 2), 8)).isEqualTo(1);
            assertThat(Collected.isCollected(given)).isFalse();
        }
        Collected.await(given);
    }

    @Test
    void aRegisteredBufferThatLeavesAnIdleRingIsReleased() throws IOException {
        try (Ring ring = RingProfile.PLAIN.openCounted(8);
                Pipe pipe = Pipe.open()) {
            for (int i = 0; i < 2; i++) {
                WeakReference<Memory> given = readRegistered(ring, pipe);
                pipe.put(new byte[1]);
                assertThat(Results.of(Completions.await(ring, 1), 7)).isEqualTo(1);
                assertThat(Collected.isCollected(given)).isFalse();
                ring.buffers().unregister();
                Collected.await(given);
            }
        }
    }

    @Test
    void anOperationThatIsReplacedOrRefusedKeepsNothing() throws IOException {
        try (Ring ring = RingProfile.PLAIN.open(8)) {
            Operations entry = ring.submission().claim();
            Memory memory = Memory.allocate(8);
            WeakReference<Memory> replaced = new WeakReference<>(memory);
            entry.read(0, memory, 0);
            memory = Memory.allocate(8);
            WeakReference<Memory> refused = new WeakReference<>(memory);
            Sqe read = entry.read(0, memory, 0);
            memory = null;
            assertThatThrownBy(() -> read.put16(1, 70000)).isInstanceOf(IllegalArgumentException.class);
            assertThat(Completions.await(ring, 1).get(0).userData()).isZero();
            Collected.await(replaced);
            Collected.await(refused);
        }
    }

    @Test
    void aHeaderThatIsClearedKeepsItsBuffers() throws IOException {
        try (Ring ring = RingProfile.PLAIN.open(8);
                Fd socket = Sockets.bound(Sockets.ipv4(0), Sockets.DATAGRAM)) {
            Memory memory = Memory.allocate(8);
            WeakReference<Memory> given = new WeakReference<>(memory);
            MessageHeader header =
                    new MessageHeader(2, 0).addBuffer(memory, 0, 4).addBuffer(memory, 4, 4);
            memory = null;
            ring.submission().claim().recvmsg(socket.fd(), header, 0).userData(5);
            ring.submit();
            header.clear();
            assertThat(Collected.isCollected(given)).isFalse();
            ring.submission().claim().cancel(5).userData(1);
            assertThat(Results.of(Completions.await(ring, 2), 5)).isEqualTo(-Errno.ECANCELED);
            Collected.await(given);
        }
    }

    @Test
    void twoBuffersOfOneIdAreKept() throws IOException {
        try (Ring ring = RingProfile.PLAIN.open(8)) {
            BufferRing buffers = ring.bufferRing(3, 4);
            Memory memory = Memory.allocate(8);
            WeakReference<Memory> first = new WeakReference<>(memory);
            buffers.offer(memory, 0, 8, 1);
            memory = Memory.allocate(8);
            buffers.offer(memory, 0, 8, 1);
            buffers.publish();
            assertThat(Collected.isCollected(first)).isFalse();
        }
    }

    @Test
    void buffersOfARingAreKeptByTheRing() throws IOException {
        WeakReference<Memory> offered;
        try (Ring ring = RingProfile.PLAIN.open(8);
                Pipe pipe = Pipe.open()) {
            Memory memory = Memory.allocate(64);
            offered = new WeakReference<>(memory);
            Results.provide(ring, 3, memory, 1, 64);
            memory = null;
            assertThat(Collected.isCollected(offered)).isFalse();
            pipe.put(new byte[5]);
            ring.submission().claim().readProvided(pipe.reader(), 0, 0, 3);
            assertThat(Results.next(ring).result()).isEqualTo(5);
        }
        Collected.await(offered);
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void anEntryThatIsSubmittedTakesNothing(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            Operations claimed = ring.submission().claim();
            Sqe nop = claimed.nop().userData(3);
            assertThat(Results.of(Completions.await(ring, 1), 3)).isZero();
            for (ThrowingCallable late : List.<ThrowingCallable>of(
                    () -> nop.userData(4),
                    () -> nop.keepAlive(this),
                    nop::link,
                    () -> claimed.nop(),
                    () -> nop.put64(8, 1))) {
                assertThatThrownBy(late)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("the entry has been submitted: claim another");
            }
        }
    }

    @Test
    void refusesWhatIsOutsideTheMemory() throws IOException {
        try (Ring ring = RingProfile.PLAIN.open(8)) {
            Memory memory = Memory.allocate(8);
            assertThatThrownBy(() -> ring.submission().claim().read(0, memory, 4, 8, 0))
                    .isInstanceOf(IndexOutOfBoundsException.class)
                    .hasMessage("8 bytes at 4 of 8");
            assertThatThrownBy(() -> ring.submission().claim().send(0, memory, -1, 1, 0))
                    .isInstanceOf(IndexOutOfBoundsException.class)
                    .hasMessage("1 bytes at -1 of 8");
            assertThatThrownBy(() -> new IoVectors(1).add(memory, 0, 9))
                    .isInstanceOf(IndexOutOfBoundsException.class)
                    .hasMessage("9 bytes at 0 of 8");
            assertThatThrownBy(() -> ring.submission().claim().read(0, memory, 4, -8, 0))
                    .isInstanceOf(IndexOutOfBoundsException.class)
                    .hasMessage("-8 bytes at 4 of 8");
        }
    }

    @Test
    void directBuffersGoInAndOut() throws IOException {
        try (Ring ring = RingProfile.PLAIN.open(8);
                Sockets.Pair pair = Sockets.tcp()) {
            ByteBuffer out = ByteBuffer.allocateDirect(32);
            out.position(3).put("direct".getBytes()).flip().position(3);
            Memory in = Memory.allocate(16);
            ring.submission().claim().send(pair.left().fd(), Memory.of(out), 0, out.remaining(), 0);
            assertThat(Results.next(ring).result()).isEqualTo(6);
            ring.submission().claim().recv(pair.right().fd(), in, 0, 16, 0);
            assertThat(Results.next(ring).result()).isEqualTo(6);
            byte[] found = new byte[6];
            in.asByteBuffer().get(found);
            assertThat(new String(found)).isEqualTo("direct");
        }
    }
}
