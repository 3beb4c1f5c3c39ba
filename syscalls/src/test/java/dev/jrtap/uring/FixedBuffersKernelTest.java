// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.FaultySyscalls;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Mapping;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FixedBuffersKernelTest {

    private static final Syscalls SYS = Syscalls.libc();
    private static final String CONTENT = "what the file says";

    @TempDir
    Path directory;

    private Path path;

    @BeforeEach
    void writeFile() throws IOException {
        path = Files.writeString(directory.resolve("file"), CONTENT);
    }

    /** Reads through registered buffer {@code index}: the bytes, or the errno. */
    private String read(Ring ring, int index, Memory buffer, int at) throws ErrnoException {
        return read(ring, index, buffer.address() + at, 18, buffer, at);
    }

    private String read(Ring ring, int index, long address, int length, Memory buffer, int at) throws ErrnoException {
        try (Fd fd = Fd.open(path.toString(), Fcntl.O_RDONLY)) {
            ring.submission()
                    .claim()
                    .unsafe()
                    .operation(IoUring.IORING_OP_READ_FIXED, fd.fd(), address, length, 0)
                    .put16(IoUringSqe.BUF_INDEX, index);
            int result = Completions.await(ring, 1).get(0).result();
            return result < 0 ? Errno.name(-result) : buffer.getString(at, result);
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void readsAndWritesThroughABuffer(RingProfile profile) throws IOException {
        Memory first = Memory.allocate(64);
        Memory second = Memory.allocate(64);
        try (Ring ring = profile.open(8);
                Fd fd = Fd.open(path.toString(), Fcntl.O_RDWR)) {
            ring.buffers().register(first, second);
            assertThat(read(ring, 1, second, 3)).isEqualTo(CONTENT);
            assertThat(read(ring, 0, second, 0)).as("not that buffer").isEqualTo("EFAULT");
            assertThat(read(ring, 2, second, 0)).as("no such buffer").isEqualTo("EFAULT");
            assertThat(read(ring, 1, second.address() + 50, 18, second, 0))
                    .as("beyond its end")
                    .isEqualTo("EFAULT");

            first.putBytes(0, "WHAT".getBytes(), 0, 4);
            ring.submission()
                    .claim()
                    .unsafe()
                    .operation(IoUring.IORING_OP_WRITE_FIXED, fd.fd(), first.address(), 4, 0)
                    .put16(IoUringSqe.BUF_INDEX, 0);
            assertThat(Completions.await(ring, 1).get(0).result()).isEqualTo(4);
            assertThat(Files.readString(path)).isEqualTo("WHAT the file says");
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void changesPlacesOfASparseTable(RingProfile profile) throws IOException {
        Memory first = Memory.allocate(64);
        Memory second = Memory.allocate(64);
        try (Ring ring = profile.open(8)) {
            FixedBuffers buffers = ring.buffers();
            buffers.registerSparse(3);
            assertThat(read(ring, 1, first, 0)).isEqualTo("EFAULT");
            assertThat(buffers.update(1, first, second)).isEqualTo(2);
            assertThat(read(ring, 1, first, 0)).isEqualTo(CONTENT);
            assertThat(read(ring, 2, second, 0)).isEqualTo(CONTENT);
            assertThat(buffers.update(1, second, null)).isEqualTo(2);
            assertThat(read(ring, 1, second, 0)).isEqualTo(CONTENT);
            assertThat(read(ring, 2, second, 0)).isEqualTo("EFAULT");
            buffers.unregister();
            assertThat(read(ring, 1, second, 0)).isEqualTo("EFAULT");
            buffers.register(first);
            assertThat(read(ring, 0, first, 0)).isEqualTo(CONTENT);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.jrtap.uring.RingProfile#forTables")
    void tellsByItsTagThatABufferIsLetGo(RingProfile profile) throws IOException {
        Memory first = Memory.allocate(64);
        Memory second = Memory.allocate(64);
        try (Ring ring = profile.open(8)) {
            FixedBuffers buffers = ring.buffers();
            buffers.register(new Memory[] {first, second}, new long[] {81, 0});
            buffers.update(0, new Memory[] {second}, new long[] {82});
            assertTag(ring, 81);
            buffers.update(1, first);
            assertThat(ring.await(1_000_000)).as("no tag, no completion").isFalse();
        }
    }

    @Test
    void tellsByItsTagThatATableIsLetGo() throws IOException {
        Memory buffer = Memory.allocate(64);
        try (Ring ring = RingProfile.PLAIN.open(8)) {
            ring.buffers().register(new Memory[] {buffer}, new long[] {81});
            ring.buffers().unregister();
            Feature.require("tags of a table", ring.await(1_000_000_000L), "Linux 6.13 or newer is needed");
            assertTag(ring, 81);
        }
    }

    private static void assertTag(Ring ring, long tag) {
        Completions.Completion completion = Completions.await(ring, 1).get(0);
        assertThat(completion.userData()).isEqualTo(tag);
        assertThat(completion.result()).isZero();
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void clonesTheTableOfAnotherRing(RingProfile profile) throws IOException {
        Memory first = Memory.allocate(64);
        Memory second = Memory.allocate(64);
        try (Ring source = profile.open(8);
                Ring ring = profile.open(8)) {
            source.buffers().register(first, second);
            try {
                ring.buffers().cloneFrom(source.buffers());
            } catch (ErrnoException e) {
                Feature.require("CLONE_BUFFERS", e.errno() != Errno.EINVAL, "Linux 6.12 or newer is needed");
                throw e;
            }
            source.buffers().unregister();
            assertThat(read(ring, 0, first, 0)).isEqualTo(CONTENT);
            assertThat(read(ring, 1, second, 0)).isEqualTo(CONTENT);
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void clonesPartOfATableOverAnother(RingProfile profile) throws IOException {
        Memory first = Memory.allocate(64);
        Memory second = Memory.allocate(64);
        Memory third = Memory.allocate(64);
        try (Ring source = profile.open(8);
                Ring ring = profile.open(8)) {
            source.buffers().register(first, second);
            FixedBuffers buffers = ring.buffers();
            buffers.register(third, third);
            try {
                buffers.cloneFrom(source.buffers(), 1, 1, 1);
            } catch (ErrnoException e) {
                // Linux 6.12 clones into an empty table only.
                Feature.require(
                        "CLONE_BUFFERS range",
                        e.errno() != Errno.EINVAL && e.errno() != Errno.EBUSY,
                        "Linux 6.13 or newer is needed");
                throw e;
            }
            assertThat(read(ring, 0, third, 0)).isEqualTo(CONTENT);
            assertThat(read(ring, 1, second, 0)).isEqualTo(CONTENT);
            assertThatThrownBy(() -> buffers.cloneFrom(source.buffers()))
                    .isInstanceOf(ErrnoException.class)
                    .hasMessageContaining("EBUSY")
                    .hasMessageContaining("already");
            assertThatThrownBy(() -> buffers.cloneFrom(source.buffers(), 0, 0, 0))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    /** Pages that do not lie together, and those that do: the kernel keeps both as runs of pages. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void readsAcrossPages(RingProfile profile) throws IOException {
        int size = 256 * 1024;
        StringBuilder text = new StringBuilder();
        for (int i = 0; text.length() < size; i++) {
            text.append(i).append(' ');
        }
        Files.writeString(path, text.substring(0, size));
        try (Ring ring = profile.open(8);
                Mapping mapping = Mapping.anonymous(SYS, size + 8192)) {
            ring.buffers().register(mapping.memory());
            String back = read(ring, 0, mapping.memory().address() + 4000, size, mapping.memory(), 4000);
            assertThat(back).isEqualTo(text.substring(0, size));
            ring.buffers().unregister();
        }
    }

    @Test
    void saysWhyATableIsRefused() throws IOException {
        Memory buffer = Memory.allocate(64);
        // No process has anything there: vm.mmap_min_addr.
        Memory unmapped = Memory.wrap(4096, 4096);
        try (Ring ring = RingProfile.PLAIN.open(8)) {
            FixedBuffers buffers = ring.buffers();
            Refusals.assertRefused(buffers::unregister, Errno.ENXIO, "no table of buffers");
            Refusals.assertRefused(() -> buffers.register(unmapped), Errno.EFAULT, "not mapped");
            Refusals.assertRefused(() -> buffers.update(0, buffer), Errno.ENXIO, "no table of buffers");
            buffers.register(buffer);
            Refusals.assertRefused(() -> buffers.register(buffer), Errno.EBUSY, "already");
            assertThatThrownBy(() -> buffers.update(1, buffer))
                    .isInstanceOf(IndexOutOfBoundsException.class)
                    .hasMessage("bufferIndex 1, count 1, of a table of 1 buffers");
            assertThatThrownBy(() -> buffers.update(0, new Memory[] {buffer, buffer}, new long[2]))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> buffers.cloneFrom(buffers, 1, 0, 1))
                    .isInstanceOf(IndexOutOfBoundsException.class)
                    .hasMessage("sourceIndex 1, count 1, of a table of 1 buffers");
            assertThatThrownBy(buffers::register).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> buffers.registerSparse(0)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    /** io_uring_register: what a device writes to the pages of a file would not be written back. */
    @Test
    void refusesMemoryThatAFileBacks() throws IOException {
        int size = 2 << 20;
        Files.write(path, new byte[size]);
        try (Ring ring = RingProfile.PLAIN.open(8);
                Fd fd = Fd.open(path.toString(), Fcntl.O_RDWR);
                Mapping mapping = Mapping.shared(fd, size, 0)) {
            RingFiles.requireDisk(path);
            assertThatThrownBy(() -> ring.buffers().register(mapping.memory()))
                    .isInstanceOfSatisfying(ErrnoException.class, e -> {
                        assertThat(e.errno()).isIn(Errno.EFAULT, Errno.EOPNOTSUPP);
                        assertThat(e.hint()).contains("mapping of a file", "use anonymous memory");
                    });
        }
    }

    @Test
    void refusesMemoryThatHasBeenUnmapped() throws IOException {
        Mapping mapping = Mapping.anonymous(Syscalls.libc(), 4096);
        mapping.close();
        try (Ring ring = RingProfile.PLAIN.open(8)) {
            assertThatThrownBy(() -> ring.buffers().register(mapping.memory()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("unmapped");
        }
    }

    /** Root may lock what it likes, so the kernel's answer to others is put in its place. */
    @Test
    void refusesABufferWithoutBytesByItsPlace() throws IOException {
        try (Ring ring = RingProfile.PLAIN.open(8)) {
            Memory[] buffers = {Memory.allocate(8), null, Memory.allocate(0)};
            String message = "a registered buffer has 1 byte or more: the one at 2 of 3 has none";
            assertThatThrownBy(() -> ring.buffers().register(buffers))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(message);
            ring.buffers().registerSparse(4);
            assertThatThrownBy(() -> ring.buffers().update(1, buffers))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(message);
        }
    }

    @Test
    void namesTheLimitOfLockedMemory() throws IOException {
        FaultySyscalls sys = new FaultySyscalls(SYS);
        try (Ring ring = RingProfile.PLAIN.open(sys, 8)) {
            sys.failAt(1, Errno.ENOMEM);
            assertThatThrownBy(() -> ring.buffers().register(Memory.allocate(64)))
                    .isInstanceOf(ErrnoException.class)
                    .hasMessageMatching("ENOMEM: io_uring_register\\(fd=\\d+, BUFFERS, count=1\\): .*"
                            + "now (\\d+ bytes|unlimited) \\(RLIMIT_MEMLOCK\\): raise `ulimit -l`.*");
        }
    }
}
