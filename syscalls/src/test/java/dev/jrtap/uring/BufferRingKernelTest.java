// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Resources;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;

class BufferRingKernelTest {

    private static final Syscalls SYS = Syscalls.libc();
    private static final int SIZE = 16;
    private static final int GROUP = 9;

    @TempDir
    Path directory;

    private Path path;

    @BeforeEach
    void writeFile() throws IOException {
        path = Files.writeString(directory.resolve("file"), "0123456789abcdefghijklmnopqrstuvwxyz");
    }

    /** Reads {@code length} bytes at {@code offset} into a buffer of the group. */
    private Completions.Completion read(Ring ring, int length, int offset) throws ErrnoException {
        try (Fd fd = Fd.open(path.toString(), Fcntl.O_RDONLY)) {
            ring.submission().claim().readProvided(fd.fd(), length, offset, GROUP);
            return Completions.await(ring, 1).get(0);
        }
    }

    private static void offer(BufferRing provided, Memory buffers, int ids) {
        for (int id = 0; id < ids; id++) {
            provided.offer(buffers, id * SIZE, SIZE, id);
        }
        provided.publish();
    }

    private void takesOneForEachRead(Ring ring, BufferRing provided) throws IOException {
        Memory buffers = Memory.allocate(4 * SIZE);
        offer(provided, buffers, 4);
        for (int round = 0; round < 12; round++) {
            Completions.Completion completion = read(ring, SIZE, round);
            assertThat(completion.result()).isEqualTo(SIZE);
            int id = CqeFlags.bufferId(completion.flags());
            assertThat(id).isEqualTo(round % 4);
            assertThat(buffers.getI8(id * SIZE))
                    .isEqualTo((byte) Files.readString(path).charAt(round));
            provided.offer(buffers, id * SIZE, SIZE, id);
            provided.publish();
        }
        buffers.keepAlive();
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void lendsBuffersRoundAndRound(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            takesOneForEachRead(ring, ring.bufferRing(GROUP, 4));
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void lendsBuffersInMemoryOfTheKernel(RingProfile profile) throws IOException {
        Resources before = Resources.now();
        try (Ring ring = profile.open(8)) {
            if (!ring.fd().hasDescriptor()) {
                assertThatThrownBy(() -> ring.bufferRing(GROUP, 4, BufferRing.Option.KERNEL_MEMORY))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("no file descriptor");
                return;
            }
            Refusals.require(
                    "PBUF_RING KERNEL_MEMORY",
                    "6.4",
                    () -> ring.bufferRing(GROUP + 1, 4, BufferRing.Option.KERNEL_MEMORY)
                            .unregister());
            BufferRing provided = ring.bufferRing(GROUP, 4, BufferRing.Option.KERNEL_MEMORY);
            assertThat(Resources.now().ringMappings()).isGreaterThan(before.ringMappings());
            takesOneForEachRead(ring, provided);
            provided.unregister();
            assertThat(read(ring, SIZE, 0).result()).isEqualTo(-Errno.ENOBUFS);
        }
        Resources.assertNothingSince(before);
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void saysHowManyAreLeft(RingProfile profile) throws IOException {
        Memory buffers = Memory.allocate(4 * SIZE);
        try (Ring ring = profile.open(8)) {
            BufferRing provided = ring.bufferRing(GROUP, 4);
            Refusals.require("PBUF_STATUS", "6.8", provided::head);
            assertThat(provided.head()).isZero();
            offer(provided, buffers, 3);
            assertThat(provided.available()).isEqualTo(3);
            read(ring, SIZE, 0);
            assertThat(provided.available()).isEqualTo(2);
            assertThat(provided.head()).isEqualTo(1);
            read(ring, SIZE, 0);
            read(ring, SIZE, 0);
            assertThat(provided.available()).isZero();
            assertThat(read(ring, SIZE, 0).result()).isEqualTo(-Errno.ENOBUFS);
        }
        buffers.keepAlive();
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void isGoneWhenUnregistered(RingProfile profile) throws IOException {
        Memory buffers = Memory.allocate(4 * SIZE);
        try (Ring ring = profile.open(8)) {
            BufferRing provided = ring.bufferRing(GROUP, 4);
            offer(provided, buffers, 4);
            provided.unregister();
            assertThat(read(ring, SIZE, 0).result()).isEqualTo(-Errno.ENOBUFS);

            BufferRing again = ring.bufferRing(GROUP, 2);
            offer(again, buffers, 2);
            // The group is another's now.
            List<ThrowingCallable> uses = List.of(
                    () -> provided.offer(buffers, 0, SIZE, 0), provided::publish, provided::head, provided::unregister);
            for (ThrowingCallable use : uses) {
                assertThatThrownBy(use)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("group " + GROUP + " is unregistered");
            }
            assertThat(read(ring, SIZE, 0).result()).isEqualTo(SIZE);
        }
        buffers.keepAlive();
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void usesABufferUpBitByBit(RingProfile profile) throws IOException {
        Memory buffers = Memory.allocate(2 * SIZE);
        try (Ring ring = profile.open(8)) {
            offer(incremental(ring, 2), buffers, 2);
            Completions.Completion first = read(ring, 6, 0);
            Completions.Completion second = read(ring, 6, 6);
            Completions.Completion third = read(ring, 6, 12);
            Completions.Completion fourth = read(ring, 6, 16);

            assertThat(CqeFlags.hasMoreInBuffer(first.flags())).isTrue();
            assertThat(CqeFlags.hasMoreInBuffer(second.flags())).isTrue();
            assertThat(third.result()).as("what was left of the buffer").isEqualTo(4);
            assertThat(CqeFlags.hasMoreInBuffer(third.flags())).isFalse();
            assertThat(CqeFlags.bufferId(third.flags())).isZero();
            assertThat(CqeFlags.bufferId(fourth.flags())).isEqualTo(1);
            assertThat(buffers.getString(0, SIZE + 6)).isEqualTo("0123456789abcdefghijkl");
        }
        buffers.keepAlive();
    }

    private static BufferRing incremental(Ring ring, int entries) throws ErrnoException {
        try {
            return ring.bufferRing(GROUP, entries, BufferRing.Option.INCREMENTAL);
        } catch (ErrnoException e) {
            Feature.require("PBUF_RING INCREMENTAL", e.errno() != Errno.EINVAL, "Linux 6.12 or newer is needed");
            throw e;
        }
    }

    /** read-inc-buf-more: a buffer with room left is kept, by short reads of a pipe and by reads of a file. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void keepsABufferThatHasRoom(RingProfile profile) throws IOException {
        Memory buffer = Memory.allocate(16 * SIZE);
        try (Ring ring = profile.open(8);
                Pipe pipe = Pipe.open()) {
            BufferRing provided = incremental(ring, 1);
            provided.offer(buffer, 0, 16 * SIZE, 0);
            provided.publish();
            pipe.put(new byte[12]);
            ring.submission().claim().readProvided(pipe.reader(), 2 * SIZE, -1, GROUP);
            List<Completions.Completion> all = new ArrayList<>(Completions.await(ring, 1));
            for (int i = 0; i < 4; i++) {
                all.add(read(ring, SIZE / 2, i * SIZE / 2));
            }
            assertThat(all).extracting(Completions.Completion::result).containsExactly(12, 8, 8, 8, 8);
            assertThat(all).allSatisfy(each -> {
                assertThat(CqeFlags.hasBuffer(each.flags())).isTrue();
                assertThat(CqeFlags.hasMoreInBuffer(each.flags())).isTrue();
            });
            assertThat(buffer.getString(12, 12 + 32)).isEqualTo("0123456789abcdefghijklmnopqrstuv");
            endsOverABufferThatHasRoom(ring, pipe);
        }
        buffer.keepAlive();
    }

    private static void endsOverABufferThatHasRoom(Ring ring, Pipe pipe) throws ErrnoException {
        pipe.out().close();
        ring.submission().claim().readProvided(pipe.reader(), 2 * SIZE, -1, GROUP);
        Completions.Completion end = Completions.await(ring, 1).get(0);
        assertThat(end.result()).isZero();
        assertThat(CqeFlags.hasBuffer(end.flags())).isTrue();
        assertThat(CqeFlags.hasMoreInBuffer(end.flags())).isTrue();
    }

    @Test
    void givesABufferUpWhenTooLittleIsLeft() throws IOException {
        Memory buffers = Memory.allocate(2 * SIZE);
        try (Ring ring = RingProfile.PLAIN.open(8)) {
            ErrnoException refusal = null;
            BufferRing provided = null;
            try {
                provided = ring.incrementalBufferRing(GROUP, 2, 12);
            } catch (ErrnoException e) {
                refusal = e;
                assertThat(e).hasMessageStartingWith("EINVAL").hasMessageContaining("[INCREMENTAL]");
            }
            Feature.require("PBUF_RING least rest", refusal == null, "Linux 7.0 or newer is needed");
            offer(provided, buffers, 2);
            assertThat(CqeFlags.hasMoreInBuffer(read(ring, 6, 0).flags())).isFalse();
            assertThat(CqeFlags.bufferId(read(ring, 6, 0).flags())).isEqualTo(1);
        }
        buffers.keepAlive();
    }

    @Test
    void saysWhyAGroupIsRefused() throws IOException {
        try (Ring ring = RingProfile.PLAIN.open(8)) {
            ring.bufferRing(GROUP, 4);
            assertThatThrownBy(() -> ring.bufferRing(GROUP, 4))
                    .isInstanceOf(ErrnoException.class)
                    .hasMessageContaining("EEXIST")
                    .hasMessageContaining("PBUF_RING, group=9, entries=4")
                    .hasMessageContaining("already");
            assertThatThrownBy(() -> ring.bufferRing(1, 3)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> ring.bufferRing(1, 65536)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> ring.bufferRing(65536, 4)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> ring.incrementalBufferRing(1, 4, -1)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void holdsTheMostEntries() throws IOException {
        Memory buffers = Memory.allocate(SIZE);
        try (Ring ring = RingProfile.PLAIN.open(8)) {
            BufferRing provided = ring.bufferRing(GROUP, 32768);
            Refusals.require("PBUF_STATUS", "6.8", provided::head);
            for (int id = 0; id < 32768; id++) {
                provided.offer(buffers, 0, SIZE, id);
            }
            provided.publish();
            assertThat(provided.available()).isEqualTo(32768);
            assertThat(CqeFlags.bufferId(read(ring, SIZE, 0).flags())).isZero();
            assertThat(provided.available()).isEqualTo(32767);
        }
        buffers.keepAlive();
    }
}
