// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static dev.jrtap.uring.RingFiles.claim;
import static dev.jrtap.uring.RingFiles.result;
import static dev.jrtap.uring.RingFiles.results;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.IoUring;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.RawFd;
import dev.jrtap.fixtures.Resources;
import dev.jrtap.fixtures.Sleeper;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files into the table of registered files and out of it, and closing. */
@Tag("any-user")
@Timeout(60)
class SlotOperationsKernelTest {

    private static final int SIZE = 100;
    private static final int CWD = Fcntl.AT_FDCWD;

    @TempDir
    Path directory;

    private final byte[] a = RingFiles.pattern(SIZE, 1);
    private final byte[] b = RingFiles.pattern(SIZE, 2);
    private final Memory in = Memory.allocate(SIZE);
    private String pathA;
    private String pathB;

    @BeforeEach
    void createFiles() throws IOException {
        pathA = Files.write(directory.resolve("a"), a).toString();
        pathB = Files.write(directory.resolve("b"), b).toString();
    }

    private byte[] read(Ring ring, int slot) {
        in.zero(0, SIZE);
        claim(ring).read(slot, in, 0, SIZE, 0).fixedFile();
        assertThat(result(ring)).isEqualTo(SIZE);
        return RingFiles.bytes(in, 0, SIZE);
    }

    private static int readError(Ring ring, int slot, Memory in) {
        claim(ring).read(slot, in, 0, SIZE, 0).fixedFile();
        return result(ring);
    }

    @ParameterizedTest
    @MethodSource("dev.jrtap.uring.RingProfile#forTables")
    void opensReadsAndClosesInOneSubmission(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            Feature.require(
                    "LINKED_FILE", ring.capabilities().has(RingFeature.LINKED_FILE), "Linux 5.17 or newer is needed");
            ring.files().register(-1, -1, -1);
            claim(ring)
                    .openat(CWD, pathA, Fcntl.O_RDONLY, 0)
                    .intoSlot(2)
                    .userData(1)
                    .link();
            claim(ring).read(2, in, 0, SIZE, 0).fixedFile().userData(2).link();
            claim(ring).closeSlot(2).userData(3);

            assertThat(results(ring, 3)).containsExactly(0, SIZE, 0);
            assertThat(RingFiles.bytes(in, 0, SIZE)).isEqualTo(a);
            assertThat(readError(ring, 2, in)).isEqualTo(-Errno.EBADF);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.jrtap.uring.RingProfile#forTables")
    void opensWithHow(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            ring.files().register(-1);
            claim(ring).openat2(CWD, pathB, Fcntl.O_RDONLY, 0, 0).intoSlot(0);
            assertThat(result(ring)).isZero();
            assertThat(read(ring, 0)).isEqualTo(b);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.jrtap.uring.RingProfile#forTables")
    void picksAFreePosition(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            ring.files().register(-1, -1, -1);
            for (int i = 0; i < 4; i++) {
                claim(ring).openat(CWD, pathA, Fcntl.O_RDONLY, 0).intoSlot(Operations.ANY_SLOT);
                assertThat(result(ring)).isEqualTo(i < 3 ? i : -Errno.ENFILE);
            }
            claim(ring).closeSlot(1);
            assertThat(result(ring)).isZero();
            claim(ring).openat2(CWD, pathB, Fcntl.O_RDONLY, 0, 0).intoSlot(Operations.ANY_SLOT);
            assertThat(result(ring)).isEqualTo(1);
            assertThat(read(ring, 0)).isEqualTo(a);
            assertThat(read(ring, 1)).isEqualTo(b);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.jrtap.uring.RingProfile#forTables")
    void replacesWhatIsThere(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            ring.files().register(-1);
            claim(ring).openat(CWD, pathA, Fcntl.O_RDONLY, 0).intoSlot(0);
            assertThat(result(ring)).isZero();
            claim(ring).openat(CWD, pathB, Fcntl.O_RDONLY, 0).intoSlot(0);
            assertThat(result(ring)).isZero();
            assertThat(read(ring, 0)).isEqualTo(b);
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void saysWhyAFileCannotGoThere(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            Operations entry = claim(ring);
            for (ThrowingCallable call : List.<ThrowingCallable>of(
                    () -> entry.nop().intoSlot(0),
                    () -> entry.nop().intoSlot(Operations.ANY_SLOT),
                    () -> entry.closeSlot(0),
                    () -> entry.fixedFdInstall(0, 0))) {
                assertThatThrownBy(call)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("no table of files");
            }
            assertThat(result(ring)).isZero();

            ring.files().register(-1);
            Operations second = claim(ring);
            for (ThrowingCallable call : List.<ThrowingCallable>of(
                    () -> second.nop().intoSlot(1),
                    () -> second.closeSlot(1),
                    () -> second.fixedFdInstall(1, 0),
                    () -> second.pipe(in, 0).intoSlot(0))) {
                assertThatThrownBy(call)
                        .isInstanceOf(IndexOutOfBoundsException.class)
                        .hasMessageContaining("of a table of 1 files");
            }
            second.nop();
            assertThat(result(ring)).isZero();
            claim(ring)
                    .openat(CWD, pathA, Fcntl.O_RDONLY | Fcntl.O_CLOEXEC, 0)
                    .intoSlot(0)
                    .userData(2);
            claim(ring)
                    .openat(CWD, pathA + "none", Fcntl.O_RDONLY, 0)
                    .intoSlot(0)
                    .userData(3);
            claim(ring).closeSlot(0).userData(4);
            assertThat(results(ring, 3)).containsExactly(-Errno.EINVAL, -Errno.ENOENT, -Errno.EBADF);
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void refusesPositionsThatCannotBe(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            ring.files().registerSparse(SIZE);
            Operations entry = claim(ring);
            assertThatThrownBy(() -> entry.nop().intoSlot(-2))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("ANY_SLOT");
            assertThatThrownBy(() -> entry.closeSlot(-1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> entry.filesUpdate(-2, in, 1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> entry.filesUpdate(0, in, SIZE / Integer.BYTES + 1))
                    .isInstanceOf(IllegalArgumentException.class);
            // Nothing of it was put into the entry.
            assertThat(result(ring)).isZero();
        }
    }

    /** The read of a pipe holds the file although it is no longer in the table. */
    @ParameterizedTest
    @MethodSource("dev.jrtap.uring.RingProfile#forTables")
    void aFileInUseOutlivesItsPosition(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Pipe pipe = Pipe.open()) {
            ring.files().register(pipe.reader());
            claim(ring).read(0, in, 0, SIZE, 0).fixedFile().userData(1);
            ring.submit();
            claim(ring).closeSlot(0).userData(2);
            assertThat(result(ring)).isZero();
            claim(ring).read(0, in, 0, SIZE, 0).fixedFile().userData(3);
            assertThat(result(ring)).isEqualTo(-Errno.EBADF);
            pipe.put(a);

            assertThat(result(ring)).isEqualTo(SIZE);
            assertThat(RingFiles.bytes(in, 0, SIZE)).isEqualTo(a);
        }
    }

    /** The close of a table's file is linked behind a read of it that has to wait. */
    @ParameterizedTest
    @MethodSource("dev.jrtap.uring.RingProfile#forTables")
    void closesWhenALinkedReadIsOver(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Pipe pipe = Pipe.open()) {
            ring.files().register(pipe.reader());
            claim(ring).read(0, in, 0, SIZE, 0).fixedFile().userData(1).link();
            claim(ring).closeSlot(0).userData(2);
            ring.submit();
            Sleeper.pause(5);
            assertThat(ring.completion().ready()).isZero();
            pipe.put(a);
            assertThat(results(ring, 2)).containsExactly(SIZE, 0);
            assertThat(readError(ring, 0, in)).isEqualTo(-Errno.EBADF);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.jrtap.uring.RingProfile#forTables")
    void updatesTheTable(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Fd fdA = RingFiles.open(Path.of(pathA), Fcntl.O_RDONLY);
                Fd fdB = RingFiles.open(Path.of(pathB), Fcntl.O_RDONLY)) {
            ring.files().register(-1, -1, -1);
            Memory both = RingFiles.descriptors(fdA.fd(), fdB.fd());
            claim(ring).filesUpdate(1, both, 2);
            assertThat(result(ring)).isEqualTo(2);
            assertThat(read(ring, 1)).isEqualTo(a);
            assertThat(read(ring, 2)).isEqualTo(b);

            Memory skipAndRemove = RingFiles.descriptors(-2, -1);
            claim(ring).filesUpdate(1, skipAndRemove, 2);
            assertThat(result(ring)).isEqualTo(2);
            assertThat(read(ring, 1)).isEqualTo(a);
            assertThat(readError(ring, 2, in)).isEqualTo(-Errno.EBADF);

            Memory wrong = RingFiles.descriptors(-5);
            assertThatThrownBy(() -> claim(ring).filesUpdate(2, both, 2))
                    .isInstanceOf(IndexOutOfBoundsException.class)
                    .hasMessage("2 slots from 2 on, of a table of 3 files");
            claim(ring).filesUpdate(0, wrong, 1).userData(2);
            assertThat(results(ring, 2)).containsExactly(0, -Errno.EBADF);
            both.keepAlive();
            skipAndRemove.keepAlive();
            wrong.keepAlive();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.jrtap.uring.RingProfile#forTables")
    void updatesAndUsesTheTableInOneChain(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Fd fdA = RingFiles.open(Path.of(pathA), Fcntl.O_RDONLY)) {
            ring.files().register(-1);
            Memory one = RingFiles.descriptors(fdA.fd());
            claim(ring).filesUpdate(0, one, 1).userData(1).link();
            claim(ring).read(0, in, 0, SIZE, 0).fixedFile().userData(2).link();
            claim(ring).closeSlot(0).userData(3);
            assertThat(results(ring, 3)).containsExactly(1, SIZE, 0);
            one.keepAlive();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.jrtap.uring.RingProfile#forTables")
    void updatesPositionsThatTheKernelPicks(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Fd fdA = RingFiles.open(Path.of(pathA), Fcntl.O_RDONLY);
                Fd fdB = RingFiles.open(Path.of(pathB), Fcntl.O_RDONLY)) {
            ring.files().register(-1, fdA.fd(), -1, fdA.fd());
            Memory both = RingFiles.descriptors(fdA.fd(), fdB.fd());
            claim(ring).filesUpdate(Operations.ANY_SLOT, both, 2);
            int result = result(ring);
            Feature.require("FILES_UPDATE ANY_SLOT", result != -Errno.EINVAL, "Linux 6.0 or newer is needed");
            assertThat(result).isEqualTo(2);
            assertThat(List.of(both.getI32(0), both.getI32(Integer.BYTES))).containsExactly(0, 2);
            assertThat(read(ring, 0)).isEqualTo(a);
            assertThat(read(ring, 2)).isEqualTo(b);
            Memory more = RingFiles.descriptors(fdA.fd());
            claim(ring).filesUpdate(Operations.ANY_SLOT, more, 1);
            assertThat(result(ring)).isEqualTo(-Errno.ENFILE);
            more.keepAlive();
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void makesADescriptorOfARegisteredFile(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            Feature.require(
                    "FIXED_FD_INSTALL",
                    ring.capabilities().supports(Operation.FIXED_FD_INSTALL),
                    "Linux 6.8 or newer is needed");
            ring.files().register(-1, -1);
            claim(ring).openat(CWD, pathA, Fcntl.O_RDONLY, 0).intoSlot(1);
            assertThat(result(ring)).isZero();
            for (int flags : new int[] {0, IoUring.IORING_FIXED_FD_NO_CLOEXEC}) {
                claim(ring).fixedFdInstall(1, flags);
                try (Fd fd = Fd.own(Syscalls.libc(), result(ring))) {
                    assertThat(Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd.fd())))
                            .hasToString(pathA);
                    assertThat(closesOnExec(fd)).isEqualTo(flags == 0);
                }
            }
            assertThat(read(ring, 1)).isEqualTo(a);
            claim(ring).fixedFdInstall(0, 0).userData(1);
            claim(ring).fixedFdInstall(1, 1 << 10).userData(2);
            assertThat(results(ring, 2)).containsExactly(-Errno.EBADF, -Errno.EINVAL);
        }
    }

    private static boolean closesOnExec(Fd fd) throws IOException {
        String flags = Files.readAllLines(Path.of("/proc/self/fdinfo/" + fd.fd())).stream()
                .filter(line -> line.startsWith("flags:"))
                .map(line -> line.substring("flags:".length()).trim())
                .findFirst()
                .orElseThrow();
        return (Integer.parseInt(flags, 8) & Fcntl.O_CLOEXEC) != 0;
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void closesDescriptors(RingProfile profile) throws IOException {
        for (int flags : new int[] {Fcntl.O_RDONLY, Fcntl.O_PATH}) {
            int number = RawFd.open(pathA, flags);
            try (Ring ring = profile.open(8)) {
                claim(ring).close(number);
                assertThat(result(ring)).isZero();
                assertThat(isOpenAs(number, pathA)).isFalse();
            }
        }
    }

    private static boolean isOpenAs(int number, String path) throws IOException {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd/" + number))
                    .toString()
                    .equals(path);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void opensAndClosesADescriptor(RingProfile profile) throws IOException {
        Resources before = Resources.now();
        try (Ring ring = profile.open(8)) {
            for (int i = 0; i < 20; i++) {
                claim(ring).openat(CWD, pathA, Fcntl.O_RDONLY | Fcntl.O_CLOEXEC, 0);
                int number = result(ring);
                assertThat(isOpenAs(number, pathA)).isTrue();
                claim(ring).read(number, in, 0, SIZE, 0).userData(1).link();
                claim(ring).close(number).userData(2);
                assertThat(results(ring, 2)).containsExactly(SIZE, 0);
            }
        }
        Resources.assertNothingSince(before);
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void doesNotCloseWhatIsNoDescriptorOrARing(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Ring other = RingProfile.PLAIN.open(8)) {
            claim(ring).close(-1).userData(1);
            claim(ring).close(other.fd().descriptor().fd()).userData(2);
            assertThat(results(ring, 2)).containsExactly(-Errno.EBADF, -Errno.EBADF);
            claim(other).nop();
            assertThat(result(other)).isZero();
        }
    }
}
