// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static dev.jrtap.uring.RingFiles.claim;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Fd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Provided and registered buffers, as in liburing's tests of the same. */
@Tag("any-user")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BufferScenariosKernelTest {

    private static final String BY_THREAD = "dev.jrtap.uring.RingProfile#byThread";
    private static final int GROUP = 3;
    private static final int SIZE = 32;

    @TempDir
    private Path directory;

    private static void requireReadMultishot(Ring ring) {
        Feature.require(
                "READ_MULTISHOT",
                ring.capabilities().supports(Operation.READ_MULTISHOT),
                "Linux 6.7 or newer is needed");
    }

    private static void multishot(Ring ring, int fd, boolean byWorker) {
        Sqe read = claim(ring).readMultishot(fd, GROUP).userData(1);
        if (byWorker) {
            read.async();
        }
        ring.submit();
    }

    /** read-mshot: all buffers are lent, with or without bytes that are there before, and then none. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void readsUntilBuffersRunOut(RingProfile profile) throws IOException {
        int buffers = 16;
        Memory memory = Memory.allocate(buffers * SIZE);
        for (int way = 0; way < 4; way++) {
            try (Ring ring = profile.open(32);
                    Pipe pipe = Pipe.open()) {
                requireReadMultishot(ring);
                Results.provide(ring, GROUP, memory, buffers, SIZE);
                boolean isEarly = (way & 1) != 0;
                if (isEarly) {
                    pipe.put("this is buffer 0 ".getBytes());
                }
                multishot(ring, pipe.reader(), (way & 2) != 0);
                for (int i = 0; i < buffers; i++) {
                    String text = "this is buffer " + i + " ";
                    if (i > 0 || !isEarly) {
                        pipe.put(text.getBytes());
                    }
                    Completions.Completion one = Results.next(ring);
                    assertThat(one.result()).isEqualTo(text.length());
                    assertThat(CqeFlags.hasBuffer(one.flags())).isTrue();
                    assertThat(CqeFlags.hasMore(one.flags())).isTrue();
                    assertThat(memory.getString(CqeFlags.bufferId(one.flags()) * SIZE, text.length()))
                            .isEqualTo(text);
                }
                pipe.put(new byte[1]);
                Completions.Completion dry = Results.next(ring);
                assertThat(dry.result()).isEqualTo(-Errno.ENOBUFS);
                assertThat(CqeFlags.hasMore(dry.flags())).isFalse();
            }
        }
    }

    /** read-mshot: a file that has no end to wait for, buffers of two lengths, and a queue that is too short. */
    @ParameterizedTest
    @EnumSource(
            value = RingProfile.class,
            names = {"PLAIN", "DEFER_TASKRUN"})
    void readsAgainOnlyWhatIsPolled(RingProfile profile) throws IOException {
        Path path = Files.writeString(directory.resolve("file"), "text");
        Memory memory = Memory.allocate(64 * SIZE);
        for (boolean byWorker : new boolean[] {false, true}) {
            try (Ring ring = profile.open(2);
                    Fd file = RingFiles.open(path, Fcntl.O_RDWR)) {
                requireReadMultishot(ring);
                Results.provide(ring, GROUP, memory, 1, SIZE);
                multishot(ring, file.fd(), byWorker);
                Completions.Completion refused = Results.next(ring);
                assertThat(refused.result()).isEqualTo(-Errno.EBADFD);
                assertThat(CqeFlags.hasMore(refused.flags())).isFalse();
            }
        }
        try (Ring ring = profile.open(8);
                Pipe pipe = Pipe.open()) {
            BufferRing group = ring.bufferRing(GROUP, 8);
            for (int id = 0; id < 4; id++) {
                group.offer(memory, id * SIZE, id == 0 ? 16 : SIZE, id);
            }
            group.publish();
            multishot(ring, pipe.reader(), false);
            for (int length : new int[] {16, SIZE, 16, SIZE}) {
                pipe.put(new byte[length]);
                Completions.Completion one = Results.next(ring);
                assertThat(one.result()).isEqualTo(length);
                assertThat(CqeFlags.hasMore(one.flags())).isTrue();
            }
        }
        try (Ring ring = profile.open(2);
                Pipe pipe = Pipe.open()) {
            Results.provide(ring, GROUP, memory, 64, SIZE);
            multishot(ring, pipe.reader(), false);
            int written = 40;
            for (int i = 0; i < written; i++) {
                pipe.put(new byte[] {(byte) i});
            }
            int read = 0;
            while (read < written) {
                Completions.Completion one = Results.next(ring);
                assertThat(one.result()).isPositive();
                int at = CqeFlags.bufferId(one.flags()) * SIZE;
                for (int i = 0; i < one.result(); i++) {
                    assertThat(memory.getU8(at + i)).isEqualTo(read++);
                }
                if (!CqeFlags.hasMore(one.flags()) && read < written) {
                    multishot(ring, pipe.reader(), false);
                }
            }
        }
    }

    /** read-mshot, read-inc-file and recvsend_bundle-inc: buffers that are used up bit by bit, in their order. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void usesLargeBuffersUpByManyReads(RingProfile profile) throws IOException {
        int size = 2048;
        Memory memory = Memory.allocate(4 * size);
        for (boolean again : new boolean[] {false, true}) {
            try (Ring ring = profile.open(8);
                    Pipe pipe = Pipe.open()) {
                requireReadMultishot(ring);
                BufferRing[] group = new BufferRing[1];
                Refusals.require(
                        "PBUF_RING INCREMENTAL",
                        "6.12",
                        () -> group[0] = ring.bufferRing(GROUP, 4, BufferRing.Option.INCREMENTAL));
                for (int id = 0; id < 4; id++) {
                    group[0].offer(memory, (3 - id) * size, size, id);
                }
                group[0].publish();
                int total = 0;
                boolean isArmed = false;
                while (total < 4 * size) {
                    int length = Math.min(31, 4 * size - total);
                    byte[] bytes = RingFiles.pattern(length, total);
                    pipe.put(bytes);
                    int got = 0;
                    while (got < length) {
                        if (!isArmed && again) {
                            multishot(ring, pipe.reader(), false);
                        } else if (!isArmed) {
                            claim(ring).readProvided(pipe.reader(), 0, 0, GROUP);
                        }
                        Completions.Completion one = Results.next(ring);
                        assertThat(one.result()).isPositive();
                        int id = CqeFlags.bufferId(one.flags());
                        assertThat(id).isEqualTo((total + got) / size);
                        int at = (3 - id) * size + (total + got) % size;
                        for (int i = 0; i < one.result(); i++) {
                            assertThat(memory.getI8(at + i)).isEqualTo(bytes[got + i]);
                        }
                        got += one.result();
                        boolean hasRest = (total + got) % size != 0;
                        assertThat(CqeFlags.hasMoreInBuffer(one.flags())).isEqualTo(hasRest);
                        isArmed = CqeFlags.hasMore(one.flags());
                    }
                    total += length;
                }
            }
        }
    }

    /** read-write: pieces of a pipe into buffers in their order, and buffers that are taken back in any batches. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void buffersAreTakenInTheirOrderAndBackInBatches(RingProfile profile) throws IOException {
        Memory memory = Memory.allocate(32 * SIZE);
        try (Ring ring = profile.open(64);
                Pipe pipe = Pipe.open()) {
            claim(ring).provideBuffers(memory, SIZE, 5, GROUP, 0);
            assertThat(RingFiles.result(ring)).isNotNegative();
            for (int i = 0; i < 5; i++) {
                claim(ring).readProvided(pipe.reader(), 1, -1, GROUP).userData(i);
            }
            ring.submit();
            pipe.put("01234".getBytes());
            for (Completions.Completion one : Completions.await(ring, 5)) {
                assertThat(one.result()).isEqualTo(1);
                assertThat(CqeFlags.hasBuffer(one.flags())).isTrue();
            }
            StringBuilder all = new StringBuilder();
            for (int id = 0; id < 5; id++) {
                all.append((char) memory.getU8(id * SIZE));
            }
            assertThat(all.chars().sorted().toArray()).isEqualTo("01234".chars().toArray());
            for (int[] batchAndFlag : new int[][] {{1, 0}, {10, 0}, {2, 1}, {2, 2}, {33, 0}}) {
                claim(ring).provideBuffers(memory, SIZE, 32, GROUP, 0);
                assertThat(RingFiles.result(ring)).isNotNegative();
                int batch = batchAndFlag[0];
                int count = 0;
                for (int left = 32; left > 0; left -= batch) {
                    Sqe remove = claim(ring)
                            .removeBuffers(batch > 32 ? batch : Math.min(batch, left), GROUP)
                            .userData(Math.min(batch, left));
                    if (batchAndFlag[1] == 1) {
                        remove.link();
                    } else if (batchAndFlag[1] == 2) {
                        remove.async();
                    }
                    count++;
                }
                assertThat(Completions.await(ring, count)).allMatch(done -> done.result() == done.userData());
            }
        }
    }

    /** read-write: a hundred chains of writes by workers, each whole. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void writesLongChainsByWorkers(RingProfile profile) throws IOException {
        Path path = Files.createFile(directory.resolve("chains"));
        Memory memory = Memory.allocate(512);
        try (Ring ring = profile.open(1024);
                Fd file = RingFiles.open(path, Fcntl.O_WRONLY)) {
            for (int i = 0; i < 1000; i++) {
                Sqe write = claim(ring).write(file.fd(), memory, 0).async();
                if (i % 100 != 99) {
                    write.link();
                }
            }
            assertThat(Completions.await(ring, 1000)).allMatch(done -> done.result() == 512);
        }
    }

    /** ringbuf-status: a read that waits takes no buffer yet. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void aReadThatWaitsLeavesTheBuffers(RingProfile profile) throws IOException {
        Memory memory = Memory.allocate(8 * SIZE);
        try (Ring ring = profile.open(8);
                Pipe pipe = Pipe.open()) {
            BufferRing group = Results.provide(ring, GROUP, memory, 8, SIZE);
            Refusals.require("PBUF_STATUS", "6.8", group::head);
            claim(ring).readProvided(pipe.reader(), SIZE, 0, GROUP);
            ring.submit();
            assertThat(ring.await(5_000_000)).isFalse();
            assertThat(group.head()).isZero();
            assertThat(group.available()).isEqualTo(8);
            pipe.put(new byte[16]);
            Completions.Completion one = Results.next(ring);
            assertThat(one.result()).isEqualTo(16);
            assertThat(CqeFlags.hasBuffer(one.flags())).isTrue();
            assertThat(group.head()).isEqualTo(1);
            assertThat(group.available()).isEqualTo(7);
        }
    }

    private static void requireRanges(FixedBuffers buffers, FixedBuffers from) throws ErrnoException {
        try {
            buffers.cloneFrom(from, 0, 0, 1);
        } catch (ErrnoException e) {
            // Linux 6.12 clones whole tables.
            Feature.require("CLONE_BUFFERS range", e.errno() != Errno.EINVAL, "Linux 6.13 or newer is needed");
            throw e;
        }
        Feature.require("CLONE_BUFFERS range", true, "");
    }

    /** regbuf-clone: from nothing, beyond the end, over what is there, behind it, and from itself. */
    @Test
    void clonesRangesThatThereAre() throws IOException {
        int count = 64;
        Memory[] memories = new Memory[count];
        for (int i = 0; i < count; i++) {
            memories[i] = Memory.allocate(SIZE);
        }
        try (Ring source = RingProfile.PLAIN.open(2);
                Ring ring = RingProfile.PLAIN.open(2)) {
            FixedBuffers from = source.buffers();
            FixedBuffers buffers = ring.buffers();
            from.register(memories[0]);
            requireRanges(buffers, from);
            buffers.unregister();
            from.unregister();
            Refusals.assertRefused(() -> buffers.cloneFrom(from), Errno.ENXIO, "");
            from.register(memories);
            assertThatThrownBy(() -> buffers.cloneFrom(from, count / 2, 0, count))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            buffers.cloneFrom(from, count / 2, 0, count / 2);
            assertThat(usable(ring, memories[count / 2], 0)).isTrue();
            assertThat(usable(ring, memories[0], 0)).isFalse();
            buffers.unregister();
            assertThat(usable(ring, memories[count / 2], 0)).isFalse();
            buffers.cloneFrom(from, count / 2, count / 2, count / 2);
            assertThat(usable(ring, memories[0], 0)).isFalse();
            assertThat(usable(ring, memories[count / 2], count / 2)).isTrue();
            Refusals.assertRefused(() -> buffers.cloneFrom(from), Errno.EBUSY, "already");
            buffers.cloneFrom(from, 0, 0, count / 2);
            assertThat(usable(ring, memories[0], 0)).isTrue();
            buffers.cloneFrom(from, 0, count / 2, count);
            assertThat(usable(ring, memories[0], 0)).isTrue();
            assertThat(usable(ring, memories[count - 1], count + count / 2 - 1)).isTrue();
            assertThat(usable(ring, memories[count / 2], count)).isTrue();
            from.unregister();
            assertThat(usable(source, memories[0], 0)).isFalse();
            assertThat(usable(ring, memories[count - 1], count + count / 2 - 1)).isTrue();
            from.cloneFrom(buffers);
            assertThat(usable(source, memories[0], 0)).isTrue();
            from.unregister();
            from.register(memories[0], null);
            from.cloneFrom(from, 0, 1, 2);
            assertThat(usable(source, memories[0], 1)).isTrue();
        }
    }

    private static boolean usable(Ring ring, Memory memory, int index) {
        try (Pipe pipe = Pipe.open()) {
            pipe.put(new byte[SIZE]);
            claim(ring).readFixed(pipe.reader(), memory, 0, SIZE, 0, index);
            int result = RingFiles.result(ring);
            assertThat(result).isIn(SIZE, -Errno.EFAULT);
            return result == SIZE;
        }
    }

    /** rsrc_tags: a buffer in use is told of when it is over; tables that are refused and files without tags never. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void tellsOfTagsOnceAndOnlyOfWhatWasThere(RingProfile profile) throws IOException {
        Memory first = Memory.allocate(SIZE);
        Memory second = Memory.allocate(SIZE);
        Memory nowhere = Memory.wrap(4096, 8);
        try (Ring ring = profile.open(8);
                Pipe pipe = Pipe.open()) {
            FixedBuffers buffers = ring.buffers();
            Refusals.assertRefused(
                    () -> buffers.register(new Memory[] {first, nowhere}, new long[] {1, 2}), Errno.EFAULT, "");
            Refusals.assertRefused(
                    () -> ring.files().register(new int[] {pipe.reader(), 1 << 20}, new long[] {1, 2}),
                    Errno.EBADF,
                    "");
            ring.files().register(pipe.reader(), pipe.reader());
            ring.files().update(0, FixedFiles.EMPTY);
            ring.files().unregister();
            assertThat(ring.await(5_000_000)).isFalse();
            buffers.register(new Memory[] {first, first, null}, new long[] {11, 12, 0});
            claim(ring).readFixed(pipe.reader(), first, 0, 10, 0, 2).userData(99);
            assertThat(Results.next(ring).result()).as("an empty place").isEqualTo(-Errno.EFAULT);
            claim(ring).readFixed(pipe.reader(), first, 0, 10, 0, 1).userData(100);
            ring.submit();
            Results.awaitTaken(ring);
            assertThat(buffers.update(1, new Memory[] {second}, new long[] {13}))
                    .isEqualTo(1);
            assertThat(ring.await(5_000_000)).isFalse();
            pipe.put(new byte[10]);
            List<Completions.Completion> two = Completions.await(ring, 2);
            assertThat(two).extracting(Completions.Completion::userData).containsExactly(100L, 12L);
            assertThat(two).extracting(Completions.Completion::result).containsExactly(10, 0);
            assertThat(buffers.update(1, new Memory[] {null})).isEqualTo(1);
            assertThat(Results.next(ring)).isEqualTo(new Completions.Completion(13, 0, 0));
            assertThat(ring.await(5_000_000)).isFalse();
        }
    }
}
