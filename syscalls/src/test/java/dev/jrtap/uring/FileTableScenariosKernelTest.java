// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static dev.jrtap.uring.RingFiles.claim;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Resources;
import dev.jrtap.fixtures.Sockets;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.IoVectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tables of files that grow, shrink and are refused, as in liburing's file-register and file-update. */
@Tag("any-user")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FileTableScenariosKernelTest {

    private static final int SIZE = 64;

    private final Memory in = Memory.allocate(SIZE);

    @TempDir
    private Path directory;

    private Path one;
    private Path other;

    @BeforeEach
    void createFiles() throws IOException {
        one = Files.write(directory.resolve("one"), new byte[] {1});
        other = Files.write(directory.resolve("other"), new byte[] {2});
    }

    private static int[] repeat(int descriptor, int count) {
        int[] all = new int[count];
        Arrays.fill(all, descriptor);
        return all;
    }

    /** The byte of the file, or what is wrong. */
    private int read(Ring ring, int slot) {
        claim(ring).read(slot, in, 0, 1, 0).fixedFile();
        int result = Results.next(ring).result();
        return result == 1 ? in.getU8(0) : result;
    }

    private void assertHas(Ring ring, int from, int to, int expected) {
        for (int slot = from; slot < to; slot++) {
            assertThat(read(ring, slot)).as("slot %d", slot).isEqualTo(expected);
        }
    }

    /** file-register: additions, removals, replacements; one by one up to the end, and nothing beyond it. */
    @Test
    void growsChangesAndShrinks() throws IOException {
        try (Ring ring = RingProfile.PLAIN.open(8);
                Fd a = RingFiles.open(one, Fcntl.O_RDONLY);
                Fd b = RingFiles.open(other, Fcntl.O_RDONLY)) {
            FixedFiles files = ring.files();
            int[] fifty = Arrays.copyOf(repeat(a.fd(), 50), 300);
            Arrays.fill(fifty, 50, 300, FixedFiles.EMPTY);
            files.register(fifty);
            assertHas(ring, 45, 50, 1);
            assertHas(ring, 50, 55, -Errno.EBADF);
            for (int slot = 50; slot < 300; slot++) {
                assertThat(files.update(slot, a.fd())).isEqualTo(1);
            }
            assertThatThrownBy(() -> files.update(300, a.fd())).isInstanceOf(IndexOutOfBoundsException.class);
            assertHas(ring, 45, 55, 1);
            assertThat(files.update(50, repeat(FixedFiles.EMPTY, 10))).isEqualTo(10);
            assertHas(ring, 49, 50, 1);
            assertHas(ring, 50, 60, -Errno.EBADF);
            assertHas(ring, 60, 61, 1);
            assertThat(files.update(90, repeat(b.fd(), 10))).isEqualTo(10);
            assertHas(ring, 89, 90, 1);
            assertHas(ring, 90, 100, 2);
            assertThat(files.update(90, FixedFiles.KEEP)).isEqualTo(1);
            assertHas(ring, 90, 91, 2);
            for (int slot = 0; slot < 300; slot++) {
                assertThat(files.update(slot, FixedFiles.EMPTY)).isEqualTo(1);
            }
            assertThatThrownBy(() -> files.update(300, FixedFiles.EMPTY)).isInstanceOf(IndexOutOfBoundsException.class);
            assertHas(ring, 0, 10, -Errno.EBADF);
            files.unregister();
            files.register(repeat(a.fd(), 768));
            assertHas(ring, 767, 768, 1);
            assertThat(files.update(0, repeat(FixedFiles.EMPTY, 768))).isEqualTo(768);
            assertHas(ring, 767, 768, -Errno.EBADF);
        }
    }

    /** file-register: one file in a table of thousands, written and read by vectors. */
    @Test
    void holdsOneFileAmongThousands() throws IOException {
        try (Ring ring = RingProfile.PLAIN.open(8);
                Fd fd = RingFiles.open(one, Fcntl.O_RDWR)) {
            try {
                ring.files().registerSparse(8192);
            } catch (ErrnoException e) {
                // As many as the process may open are too many.
                assertThat(e.errno()).isEqualTo(Errno.EMFILE);
                ring.files().registerSparse(512);
            }
            int slot = ring.fileSlots() * 7 / 8;
            assertThat(ring.files().update(slot, fd.fd())).isEqualTo(1);
            byte[] content = RingFiles.pattern(4096, 3);
            Memory out = RingFiles.memory(content);
            Memory back = Memory.allocate(4096);
            claim(ring).writev(slot, new IoVectors(1).add(out, 0, 4096), 0).fixedFile();
            assertThat(Results.next(ring).result()).isEqualTo(4096);
            claim(ring).readv(slot, new IoVectors(1).add(back, 0, 4096), 0).fixedFile();
            assertThat(Results.next(ring).result()).isEqualTo(4096);
            assertThat(RingFiles.bytes(back, 0, 4096)).isEqualTo(content);
        }
    }

    /** file-register: what waits in a chain completes although its file has left the table. */
    @ParameterizedTest
    @MethodSource("dev.jrtap.uring.RingProfile#forTables")
    void aChainCompletesThoughItsFilesAreRemoved(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            try (Pipe pipe = Pipe.open()) {
                ring.files().register(pipe.reader(), pipe.writer());
            }
            claim(ring).timeout(10_000_000, 0).userData(1).hardLink();
            claim(ring).write(1, in, 0).fixedFile().userData(2);
            assertThat(ring.submit()).isEqualTo(2);
            assertThat(ring.files().update(0, FixedFiles.EMPTY)).isEqualTo(1);
            assertThat(ring.files().update(1, FixedFiles.EMPTY)).isEqualTo(1);
            List<Completions.Completion> both = Completions.await(ring, 2);
            assertThat(Results.of(both, 1)).isEqualTo(-Errno.ETIME);
            assertThat(Results.of(both, 2)).isIn(SIZE, -Errno.EBADF, -Errno.EPIPE);
        }
    }

    /** file-register: UNIX sockets, which could hold rings, among other files. */
    @ParameterizedTest
    @MethodSource("dev.jrtap.uring.RingProfile#forTables")
    void socketsAmongOtherFilesAreClosedWithTheRing(RingProfile profile) throws IOException {
        Resources before = Resources.now();
        try (Ring ring = profile.open(8)) {
            try (Pipe pipe = Pipe.open();
                    Sockets.Pair pair = Sockets.pair(Sockets.DATAGRAM)) {
                ring.files()
                        .register(IntStream.range(0, 32)
                                .map(i ->
                                        i % 2 == 0 ? pipe.reader() : pair.left().fd())
                                .toArray());
            }
            claim(ring).read(0, in, 0).fixedFile();
            assertThat(Results.next(ring).result()).as("nobody writes").isZero();
        }
        Resources.assertNothingSince(before);
    }

    /** file-register: a ring is refused, and what stood before it in the list is not held. */
    @Test
    void holdsNothingOfAListThatIsRefused() throws IOException {
        try (Ring ring = RingProfile.PLAIN.open(8);
                Pipe pipe = Pipe.open()) {
            int[] list = {
                pipe.reader(), pipe.writer(), FixedFiles.EMPTY, ring.fd().number(), FixedFiles.EMPTY
            };
            Refusals.assertRefused(() -> ring.files().register(list), Errno.EBADF, "not open");
            pipe.out().close();
            assertThat(Sockets.read(pipe.in())).as("the end").isEmpty();
        }
    }

    /** file-register: ranges that are outside or too long, and one of no slot, from which none is chosen. */
    @Test
    void refusesRangesThatAreNotInside() throws IOException {
        try (Ring ring = RingProfile.PLAIN.open(8);
                Fd fd = RingFiles.open(one, Fcntl.O_RDONLY)) {
            FixedFiles files = ring.files();
            files.registerSparse(10);
            assertThatThrownBy(() -> files.allocateFrom(8, 3)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> files.allocateFrom(10, 1)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> files.allocateFrom(7, ~1)).isInstanceOf(IllegalArgumentException.class);
            for (int count : new int[] {2, 0}) {
                files.allocateFrom(7, count);
                for (int i = 0; i <= count; i++) {
                    Memory array = RingFiles.descriptors(fd.fd());
                    claim(ring).filesUpdate(Operations.ANY_SLOT, array, 1);
                    int result = Results.next(ring).result();
                    Feature.require("FILES_UPDATE ANY_SLOT", result != -Errno.EINVAL, "Linux 6.0 or newer is needed");
                    assertThat(result).isEqualTo(i < count ? 1 : -Errno.ENFILE);
                    if (i < count) {
                        assertThat(array.getI32(0)).isEqualTo(7 + i);
                    }
                }
            }
        }
    }

    /** file-register: a read that has what it waits for completes though the table is gone when the thread looks. */
    @ParameterizedTest
    @MethodSource("dev.jrtap.uring.RingProfile#forTables")
    void aReadCompletesThoughTheTableIsGone(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Pipe pipe = Pipe.open()) {
            ring.files().register(pipe.reader(), pipe.writer());
            claim(ring).read(0, in, 0, 1, 0).fixedFile();
            assertThat(ring.submit()).isEqualTo(1);
            while (ring.submission().pending() > 0) {
                Thread.onSpinWait();
            }
            pipe.put(new byte[] {7});
            ring.files().unregister();
            assertThat(Results.next(ring).result()).isEqualTo(1);
            assertThat(in.getU8(0)).isEqualTo(7);
        }
    }

    /** file-update: the same files in three rings, changed in each, by calls and by operations. */
    @Test
    void threeRingsChangeTheSameFiles() throws IOException {
        try (Ring first = RingProfile.PLAIN.open(8);
                Ring second = RingProfile.PLAIN.open(8);
                Ring third = RingProfile.PLAIN.open(8);
                Fd a = RingFiles.open(one, Fcntl.O_RDONLY);
                Fd b = RingFiles.open(other, Fcntl.O_RDONLY)) {
            Ring[] rings = {first, second, third};
            for (boolean isFirst : new boolean[] {true, false}) {
                for (Ring ring : rings) {
                    ring.files().register(repeat(a.fd(), 10));
                }
                for (Ring ring : rings) {
                    assertThat(ring.files().update(0, repeat(b.fd(), 10))).isEqualTo(10);
                    assertHas(ring, 0, 10, 2);
                }
                if (isFirst) {
                    for (Ring ring : rings) {
                        ring.files().unregister();
                    }
                }
            }
            claim(first).filesUpdate(0, RingFiles.descriptors(repeat(FixedFiles.EMPTY, 10)), 10);
            assertThat(Results.next(first).result()).isEqualTo(10);
            assertHas(first, 0, 10, -Errno.EBADF);
            assertHas(second, 0, 10, 2);
        }
    }

    /** file-update: without a table. */
    @Test
    void changesNothingWhereThereIsNoTable() throws IOException {
        try (Ring ring = RingProfile.PLAIN.open(8);
                Fd fd = RingFiles.open(one, Fcntl.O_RDONLY)) {
            Memory array = RingFiles.descriptors(fd.fd());
            assertThatThrownBy(() -> claim(ring).filesUpdate(Operations.ANY_SLOT, array, 1))
                    .isInstanceOf(NotEnabledException.class);
            assertThatThrownBy(() -> ring.files().update(0, fd.fd())).isInstanceOf(ErrnoException.class);
        }
    }
}
