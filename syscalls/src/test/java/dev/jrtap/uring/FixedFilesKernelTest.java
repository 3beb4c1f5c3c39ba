// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.bindings.Poll;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Resources;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.EventFd;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class FixedFilesKernelTest {

    private static final Syscalls SYS = Syscalls.libc();

    @TempDir
    Path directory;

    private Fd file(String content) throws IOException {
        Path path = Files.writeString(directory.resolve("file-" + content), content);
        return Fd.open(path.toString(), Fcntl.O_RDWR);
    }

    private static String read(Ring ring, int position) throws IOException {
        Memory in = Memory.allocate(16);
        ring.submission().claim().read(position, in, 0, 16, 0).fixedFile();
        int result = Completions.await(ring, 1).get(0).result();
        return result < 0 ? Errno.name(-result) : in.getString(0, 16);
    }

    @ParameterizedTest
    @MethodSource("dev.jrtap.uring.RingProfile#forTables")
    void keepsAFileOpenWhoseDescriptorIsClosed(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            try (Fd first = file("first");
                    Fd second = file("second")) {
                ring.files().register(first.fd(), FixedFiles.EMPTY, second.fd());
            }
            assertThat(read(ring, 0)).isEqualTo("first");
            assertThat(read(ring, 2)).isEqualTo("second");
            assertThat(read(ring, 1)).isEqualTo("EBADF");
            assertThatThrownBy(() -> read(ring, 3))
                    .isInstanceOf(IndexOutOfBoundsException.class)
                    .hasMessageContaining("slot 3 of a table of 3 files");
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void changesPlacesOfASparseTable(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Fd first = file("first");
                Fd second = file("second")) {
            FixedFiles files = ring.files();
            files.registerSparse(4);
            assertThat(read(ring, 1)).isEqualTo("EBADF");
            assertThat(files.update(1, first.fd(), second.fd())).isEqualTo(2);
            assertThat(read(ring, 1)).isEqualTo("first");
            assertThat(read(ring, 2)).isEqualTo("second");

            assertThat(files.update(1, second.fd(), FixedFiles.KEEP)).isEqualTo(2);
            assertThat(read(ring, 1)).isEqualTo("second");
            assertThat(read(ring, 2)).isEqualTo("second");
            assertThat(files.update(2, FixedFiles.EMPTY)).isEqualTo(1);
            assertThat(read(ring, 2)).isEqualTo("EBADF");

            files.unregister();
            assertThatThrownBy(() -> read(ring, 1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("no table of files");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.jrtap.uring.RingProfile#forTables")
    void tellsByItsTagThatAFileIsLetGo(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Fd first = file("first");
                Fd second = file("second")) {
            FixedFiles files = ring.files();
            files.register(new int[] {first.fd(), second.fd()}, new long[] {71, 72});
            assertThat(read(ring, 0)).isEqualTo("first");
            files.update(0, new int[] {second.fd()}, new long[] {73});
            assertTag(ring, 71);
            assertThat(read(ring, 0)).isEqualTo("second");
            files.update(0, FixedFiles.EMPTY);
            assertTag(ring, 73);
        }
    }

    @Test
    void tellsByItsTagThatATableIsLetGo() throws IOException {
        try (Ring ring = RingProfile.PLAIN.open(8);
                Fd file = file("first")) {
            ring.files().register(new int[] {file.fd()}, new long[] {71});
            ring.files().unregister();
            Feature.require("tags of a table", ring.await(1_000_000_000L), "Linux 6.13 or newer is needed");
            assertTag(ring, 71);
        }
    }

    /** The tag waits for the operation that still uses the file. */
    @ParameterizedTest
    @MethodSource("dev.jrtap.uring.RingProfile#forTables")
    void keepsAFileUntilTheLastOperationIsOver(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                EventFd event = EventFd.open(SYS)) {
            FixedFiles files = ring.files();
            files.register(new int[] {event.fd()}, new long[] {71});
            ring.submission().claim().pollAdd(0, Poll.POLLIN).fixedFile().userData(1);
            awaitTaken(ring);
            files.update(0, FixedFiles.EMPTY);
            assertThat(ring.await(2_000_000)).isFalse();
            event.signal();

            assertThat(Completions.await(ring, 2))
                    .extracting(Completions.Completion::userData)
                    .containsExactly(1L, 71L);
        }
    }

    /** Whatever operations on other files go on; on an older kernel, when those that began before it are over. */
    @ParameterizedTest
    @MethodSource("dev.jrtap.uring.RingProfile#forTables")
    void closesAFileThatLeavesTheTable(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                EventFd event = EventFd.open(SYS);
                Pipe pipe = Pipe.open()) {
            ring.files().register(event.fd(), pipe.writer());
            pipe.out().close();
            ring.submission().claim().pollAdd(0, Poll.POLLIN).fixedFile().userData(1);
            awaitTaken(ring);
            ring.submission().claim().closeSlot(1);
            assertThat(Completions.await(ring, 1).get(0).result()).isZero();

            ring.submission().claim().pollAdd(pipe.reader(), Poll.POLLIN).userData(3);
            boolean isClosed = ring.await(1_000_000_000L);
            event.signal();
            assertThat(Completions.await(ring, 2))
                    .extracting(Completions.Completion::userData)
                    .containsExactlyInAnyOrder(1L, 3L);
            Feature.require("files closed out of order", isClosed, "Linux 6.13 or newer is needed");
        }
    }

    /**
     * Entries are begun in their order: when a later one is over, those before it have begun, even on a polling thread.
     */
    private static void awaitTaken(Ring ring) {
        ring.submission().claim().nop().userData(2);
        assertThat(Completions.await(ring, 1).get(0).userData()).isEqualTo(2);
    }

    private static void assertTag(Ring ring, long tag) {
        Completions.Completion completion = Completions.await(ring, 1).get(0);
        assertThat(completion.userData()).isEqualTo(tag);
        assertThat(completion.result()).isZero();
    }

    @ParameterizedTest
    @MethodSource("dev.jrtap.uring.RingProfile#forTables")
    void opensIntoThePlacesItMayChooseFrom(RingProfile profile) throws IOException {
        Path path = Files.writeString(directory.resolve("chosen"), "chosen");
        Memory name = Memory.ofString(path.toString());
        try (Ring ring = profile.open(8)) {
            FixedFiles files = ring.files();
            files.registerSparse(8);
            files.allocateFrom(5, 2);
            assertThat(openAnywhere(ring, name)).isEqualTo(5);
            assertThat(openAnywhere(ring, name)).isEqualTo(6);
            assertThat(openAnywhere(ring, name)).isEqualTo(-Errno.ENFILE);
            assertThat(read(ring, 6)).isEqualTo("chosen");
            files.update(5, FixedFiles.EMPTY);
            assertThat(openAnywhere(ring, name)).isEqualTo(5);
            assertThatThrownBy(() -> files.allocateFrom(7, 2))
                    .isInstanceOf(IndexOutOfBoundsException.class)
                    .hasMessage("2 slots from 7 on, of a table of 8 files");
            assertThatThrownBy(() -> files.allocateFrom(-1, 2)).isInstanceOf(IllegalArgumentException.class);
        }
        name.keepAlive();
    }

    private static int openAnywhere(Ring ring, Memory name) {
        ring.submission()
                .claim()
                .unsafe()
                .operation(IoUring.IORING_OP_OPENAT, -1, name.address(), 0, 0)
                .put32(IoUringSqe.FILE_INDEX, IoUring.IORING_FILE_INDEX_ALLOC);
        return Completions.await(ring, 1).get(0).result();
    }

    @Test
    void saysWhyATableIsRefused() throws IOException {
        try (Ring ring = RingProfile.PLAIN.open(8);
                Fd first = file("first")) {
            FixedFiles files = ring.files();
            Refusals.assertRefused(files::unregister, Errno.ENXIO, "no table of files");
            Refusals.assertRefused(() -> files.update(0, FixedFiles.EMPTY), Errno.ENXIO, "no table of files");
            Refusals.assertRefused(() -> files.allocateFrom(0, 1), Errno.ENXIO, "no table of files");
            Refusals.assertRefused(() -> files.register(first.fd(), 1 << 20), Errno.EBADF, "not open");
            files.register(first.fd());
            Refusals.assertRefused(() -> files.register(first.fd()), Errno.EBUSY, "already");
            files.unregister();
            Refusals.assertRefused(() -> files.registerSparse(1 << 21), Errno.EMFILE, "ulimit -n");
            assertThatThrownBy(files::register).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> files.register(new int[] {first.fd()}, new long[] {-1}))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> files.register(new int[] {first.fd()}, new long[] {1, 2}))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void leavesNothingOpenWhenClosedWithATable(RingProfile profile) throws Exception {
        Resources before = Resources.now();
        try (EventFd watched = EventFd.open(SYS);
                EventFd event = EventFd.open(SYS)) {
            try (Ring ring = profile.open(8)) {
                ring.files().register(event.fd());
                ring.submission().claim().pollAdd(0, Poll.POLLIN).fixedFile();
                ring.submission().claim().pollAdd(watched.fd(), Poll.POLLIN);
                ring.submit();
            }
        }
        Resources.assertNothingSince(before);
    }

    @Test
    void refusesAnotherThreadOnceDriven() throws Exception {
        try (Ring ring = RingProfile.PLAIN.open(8)) {
            ring.submit();
            Throwable[] thrown = new Throwable[1];
            Thread stranger = new Thread(() -> {
                try {
                    ring.files().registerSparse(1);
                } catch (IOException | RuntimeException e) {
                    thrown[0] = e;
                }
            });
            stranger.start();
            stranger.join();
            assertThat(thrown[0]).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void updatesManyPlaces() throws IOException {
        try (Ring ring = RingProfile.PLAIN.open(8);
                Fd first = file("first")) {
            FixedFiles files = ring.files();
            files.registerSparse(1000);
            int[] descriptors = new int[1000];
            Arrays.fill(descriptors, first.fd());
            assertThat(files.update(0, descriptors)).isEqualTo(1000);
            assertThat(List.of(read(ring, 0), read(ring, 500), read(ring, 999))).containsOnly("first");
        }
    }

    /** Behind the user's positions lies the one by which the ring knows that the kernel is done: nothing reaches it. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void thePositionBehindTheTableIsNobodys(RingProfile profile) throws IOException {
        for (int places : new int[] {1, 64}) {
            boolean[] free = new boolean[1];
            try (EventFd never = EventFd.open(SYS);
                    Ring ring = profile.open(8)) {
                ring.onClosed(isFree -> free[0] = isFree);
                ring.files().registerSparse(places);
                for (Consumer<Operations> use : uses(places, never.fd())) {
                    assertThatThrownBy(() -> use.accept(ring.submission().claim()))
                            .isInstanceOfAny(IndexOutOfBoundsException.class, IllegalArgumentException.class);
                    Completions.await(ring, 1);
                }
                assertThatThrownBy(() -> ring.files().update(places, never.fd()))
                        .isInstanceOf(IndexOutOfBoundsException.class)
                        .hasMessage("slot " + places + " of a table of " + places + " files");
                assertThatThrownBy(() -> ring.files().update(places, new int[] {never.fd()}, new long[] {7}))
                        .isInstanceOf(IndexOutOfBoundsException.class);
                assertThatThrownBy(() -> ring.files().allocateFrom(0, places + 1))
                        .isInstanceOf(IndexOutOfBoundsException.class);
                // The kernel has to end the ring: only its own position tells when.
                ring.submission().claim().nop().skipSuccess();
                ring.submission().claim().pollAdd(never.fd(), Poll.POLLIN);
                ring.submit();
            }
            assertThat(free[0]).isTrue();
        }
    }

    private static List<Consumer<Operations>> uses(int slot, int fd) {
        Memory in = Memory.allocate(16);
        return List.of(
                entry -> entry.write(slot, in, 0, 16, 0).fixedFile(),
                entry -> entry.closeSlot(slot),
                entry -> entry.fixedFdInstall(slot, 0),
                entry -> entry.filesUpdate(slot, in, 1),
                entry -> entry.filesUpdate(0, in, slot + 1),
                entry -> entry.socket(2, 1, 0).intoSlot(slot),
                entry -> entry.socketDirect(2, 1, 0, slot),
                entry -> entry.acceptDirect(fd, 0, slot),
                entry -> entry.msgRingFile(fd, slot, 0, 0, 0),
                entry -> entry.pipe(in, 0).intoSlot(slot - 1),
                entry -> entry.pollAdd(slot, Poll.POLLIN).fixedFile(),
                entry -> entry.read(-1, in, 0, 16, 0).fixedFile(),
                entry -> entry.read(Integer.MAX_VALUE, in, 0, 16, 0).fixedFile());
    }

    /** What an entry names must not become another place under it. */
    @Test
    void aTableStaysUntilTheEntriesAreTaken() throws IOException {
        try (Ring ring = RingProfile.PLAIN.open(8)) {
            FixedFiles files = ring.files();
            files.registerSparse(8);
            ring.submission().claim().fixedFdInstall(2, 0);
            assertThatThrownBy(files::unregister)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("1 entries are claimed");
            Completions.await(ring, 1);
            files.unregister();
            files.registerSparse(2);
        }
    }

    /** A table that the restrictions forbid leaves the ring's own where it is. */
    @ParameterizedTest
    @EnumSource(
            value = RegisterOperation.class,
            names = {"FILES", "PROBE"})
    void aTableThatIsForbiddenCostsNothing(RegisterOperation allowed) throws IOException {
        boolean[] free = new boolean[1];
        try (EventFd never = EventFd.open(SYS);
                Ring ring = RingProfile.PLAIN.open(8)) {
            ring.onClosed(isFree -> free[0] = isFree);
            ring.restrictions().allow(allowed).allow(SqeFlag.SKIP_SUCCESS).apply();
            ring.submit();
            assertThatThrownBy(() -> ring.files().registerSparse(2))
                    .isInstanceOf(ErrnoException.class)
                    .hasMessageContaining("EACCES");
            ring.submission().claim().nop().skipSuccess();
            ring.submission().claim().pollAdd(never.fd(), Poll.POLLIN);
            ring.submit();
        }
        assertThat(free[0]).isTrue();
    }

    /**
     * What is allowed works, though the ring's own table is in the way; what is not is refused, though the ring itself
     * may.
     */
    @Test
    void aTableThatIsAllowedStays() throws IOException {
        boolean[] free = new boolean[1];
        try (EventFd never = EventFd.open(SYS);
                Ring ring = RingProfile.PLAIN.open(8)) {
            ring.onClosed(isFree -> free[0] = isFree);
            ring.restrictions().allow(RegisterOperation.FILES2).allow(SqeFlag.SKIP_SUCCESS);
            ring.restrictions().apply();
            ring.submit();
            FixedFiles files = ring.files();
            files.registerSparse(2);
            for (ThrowingCallable use : List.<ThrowingCallable>of(
                    files::unregister, () -> files.update(0, never.fd()), () -> files.register(never.fd()))) {
                assertThatThrownBy(use).isInstanceOf(ErrnoException.class).hasMessageContaining("EACCES");
            }
            ring.submission().claim().nop().skipSuccess();
            ring.submission().claim().pollAdd(never.fd(), Poll.POLLIN);
            ring.submit();
        }
        assertThat(free[0]).isTrue();
    }
}
