// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static dev.jrtap.uring.RingFiles.claim;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Fadvise;
import dev.jrtap.bindings.Fcntl;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.RawFd;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.IoVectors;
import dev.jrtap.syscall.Mapping;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;

/** Reads of a file that the cache has in part, through the cache and past it, as in liburing's file-verify. */
@Tag("any-user")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FileScenariosKernelTest {

    private static final int CHUNK = 128 * 1024;
    private static final int BATCH = 8;
    private static final int SIZE = 4 * BATCH * CHUNK;
    private static final int PUNCH = CHUNK / 4;
    private static final int GROUP = 3;

    /** How the memory is named that is read into. */
    enum Way {
        PLAIN {
            @Override
            void read(Operations entry, int fd, Memory memory, int index, long offset) {
                entry.read(fd, memory, index * CHUNK, CHUNK, offset).userData(offset | index);
            }
        },
        REGISTERED {
            @Override
            void read(Operations entry, int fd, Memory memory, int index, long offset) {
                entry.readFixed(fd, memory, index * CHUNK, CHUNK, offset, 0).userData(offset | index);
            }
        },
        PROVIDED {
            @Override
            void read(Operations entry, int fd, Memory memory, int index, long offset) {
                entry.readProvided(fd, CHUNK, offset, GROUP).userData(offset | index);
            }
        },
        // As many as the kernel keeps beside the operation, and more.
        FEW_VECTORS {
            @Override
            void read(Operations entry, int fd, Memory memory, int index, long offset) {
                entry.readv(fd, vectors(memory, index, 8), offset).userData(offset | index);
            }
        },
        MANY_VECTORS {
            @Override
            void read(Operations entry, int fd, Memory memory, int index, long offset) {
                entry.readv(fd, vectors(memory, index, 16), offset).userData(offset | index);
            }
        };

        /** Reads a chunk into the chunk {@code index} of the memory, or into a provided one. */
        abstract void read(Operations entry, int fd, Memory memory, int index, long offset);

        private static IoVectors vectors(Memory memory, int index, int count) {
            IoVectors vectors = new IoVectors(count);
            for (int i = 0; i < count; i++) {
                vectors.add(memory, index * CHUNK + i * (CHUNK / count), CHUNK / count);
            }
            return vectors;
        }
    }

    @TempDir
    private Path directory;

    private Path path;

    /** Each number in the file is its position divided by four. */
    @BeforeEach
    void createFile() throws IOException {
        path = directory.resolve("file");
        ByteBuffer content = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < SIZE / Integer.BYTES; i++) {
            content.putInt(i);
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(content.flip());
            // Only clean pages can be dropped from the cache.
            channel.force(true);
        }
    }

    private Fd open(int flags) throws IOException {
        int result = RawFd.open(path.toString(), Fcntl.O_RDONLY | flags);
        Feature.require("O_DIRECT", result >= 0, "the file system knows none: " + result);
        return Fd.own(Syscalls.libc(), result);
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void readsThroughACacheWithHoles(RingProfile profile) throws IOException {
        readsEverything(profile, 0);
        readsUpToTheEnd(profile, 0);
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void readsPastTheCache(RingProfile profile) throws IOException {
        readsEverything(profile, Fcntl.O_DIRECT);
        readsUpToTheEnd(profile, Fcntl.O_DIRECT);
    }

    private void readsEverything(RingProfile profile, int flags) throws IOException {
        Random random = new Random(profile.ordinal());
        try (Ring ring = profile.open(32);
                Mapping mapping = Mapping.anonymous(Syscalls.libc(), BATCH * CHUNK);
                Fd fd = open(flags)) {
            Memory memory = mapping.memory();
            ring.buffers().register(memory);
            for (Way way : Way.values()) {
                for (long at = 0; at < SIZE; at += CHUNK) {
                    drop(ring, fd, at + random.nextInt(CHUNK / PUNCH) * PUNCH, PUNCH);
                }
                for (long at = 0; at < SIZE; at += BATCH * CHUNK) {
                    if (way == Way.PROVIDED) {
                        claim(ring).provideBuffers(memory, CHUNK, BATCH, GROUP, 0);
                        assertThat(Results.next(ring).result()).isNotNegative();
                    }
                    for (int index = 0; index < BATCH; index++) {
                        way.read(claim(ring), fd.fd(), memory, index, at + (long) index * CHUNK);
                    }
                    for (Completions.Completion one : Completions.await(ring, BATCH)) {
                        assertThat(one.result()).as(way.name()).isEqualTo(CHUNK);
                        assertContent(memory, one, CHUNK);
                    }
                }
            }
            ring.buffers().unregister();
        }
    }

    /** Half of what is asked for is there, and half of that in the cache. */
    private void readsUpToTheEnd(RingProfile profile, int flags) throws IOException {
        int there = CHUNK / 2;
        long begin = SIZE - there;
        try (Ring ring = profile.open(32);
                Mapping mapping = Mapping.anonymous(Syscalls.libc(), CHUNK);
                Fd fd = open(flags)) {
            Memory memory = mapping.memory();
            for (Way way : new Way[] {Way.PLAIN, Way.PROVIDED, Way.FEW_VECTORS}) {
                for (long hole : new long[] {begin, begin + there / 2}) {
                    claim(ring).read(fd.fd(), memory, 0, there, begin);
                    assertThat(Results.next(ring).result()).isEqualTo(there);
                    drop(ring, fd, hole, there / 2);
                    memory.zero(0, CHUNK);
                    if (way == Way.PROVIDED) {
                        claim(ring).provideBuffers(memory, CHUNK, 1, GROUP, 0);
                        assertThat(Results.next(ring).result()).isNotNegative();
                    }
                    way.read(claim(ring), fd.fd(), memory, 0, begin);
                    Completions.Completion one = Results.next(ring);
                    assertThat(one.result()).as(way.name()).isEqualTo(there);
                    assertContent(memory, one, there);
                }
            }
        }
    }

    private static void drop(Ring ring, Fd fd, long offset, int length) {
        claim(ring).fadvise(fd.fd(), offset, length, Fadvise.POSIX_FADV_DONTNEED);
        assertThat(Results.next(ring).result()).isZero();
    }

    /** The user data is the offset, a multiple of 64 KiB, and the index of the chunk of memory. */
    private static void assertContent(Memory memory, Completions.Completion one, int length) {
        boolean isProvided = CqeFlags.hasBuffer(one.flags());
        int index = isProvided ? CqeFlags.bufferId(one.flags()) : (int) one.userData() & BATCH - 1;
        int first = (int) (one.userData() & -BATCH) / Integer.BYTES;
        for (int i = 0; i < length / Integer.BYTES; i++) {
            int found = memory.getI32(index * CHUNK + i * Integer.BYTES);
            if (found != first + i) {
                throw new AssertionError("the number " + (first + i) + " of the file is " + found);
            }
        }
    }
}
