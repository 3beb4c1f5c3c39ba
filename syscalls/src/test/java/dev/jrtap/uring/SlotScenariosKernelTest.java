// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static dev.jrtap.uring.RingFiles.claim;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.IoUring;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Resources;
import dev.jrtap.fixtures.Sockets;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files on their way into slots, out of them and from ring to ring, as in liburing's tests of the same. */
@Tag("any-user")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SlotScenariosKernelTest {

    private static final Syscalls SYS = Syscalls.libc();
    private static final int SIZE = 128;

    private final Memory in = Memory.allocate(SIZE);
    private final byte[] content = RingFiles.pattern(SIZE, 3);

    @TempDir
    private Path directory;

    private String path;
    private String other;

    @BeforeEach
    void createFiles() throws IOException {
        path = Files.write(directory.resolve("file"), content).toString();
        other = Files.write(directory.resolve("other"), RingFiles.pattern(SIZE, 4))
                .toString();
    }

    private static void requireInstall(Ring ring) {
        Feature.require(
                "FIXED_FD_INSTALL",
                ring.capabilities().supports(Operation.FIXED_FD_INSTALL),
                "Linux 6.8 or newer is needed");
    }

    private void assertReads(Ring ring, int slot) {
        in.zero(0, SIZE);
        claim(ring).read(slot, in, 0, SIZE, 0).fixedFile();
        assertThat(Results.next(ring).result()).isEqualTo(SIZE);
        assertThat(RingFiles.bytes(in, 0, SIZE)).isEqualTo(content);
    }

    /** fd-install: the descriptor reads what the slot did, before the slot is closed and after. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void theDescriptorOutlivesItsSlot(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Pipe pipe = Pipe.open()) {
            requireInstall(ring);
            ring.files().register(pipe.reader());
            pipe.in().close();
            claim(ring).read(0, in, 0, SIZE, 0).fixedFile();
            ring.submit();
            Sockets.write(pipe.out(), "Hello");
            assertThat(Results.next(ring).result()).isEqualTo(5);
            claim(ring).fixedFdInstall(0, 0);
            try (Fd installed = Fd.own(SYS, Results.next(ring).result())) {
                Sockets.write(pipe.out(), "Hello");
                assertThat(Sockets.read(installed)).isEqualTo("Hello");
                claim(ring).closeSlot(0);
                assertThat(Results.next(ring).result()).isZero();
                Sockets.write(pipe.out(), "again");
                assertThat(Sockets.read(installed)).isEqualTo("again");
                claim(ring).read(0, in, 0, SIZE, 0).fixedFile();
                assertThat(Results.next(ring).result()).isEqualTo(-Errno.EBADF);
            }
        }
    }

    /** fd-install: no slot, no file in it, a descriptor in place of a slot, flags that mean nothing, other rights. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void refusesToInstall(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Pipe pipe = Pipe.open()) {
            requireInstall(ring);
            ring.files().register(pipe.reader(), FixedFiles.EMPTY);
            claim(ring).fixedFdInstall(1, 0);
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.EBADF);
            claim(ring).fixedFdInstall(0, 1 << 17);
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.EINVAL);
            claim(ring).operation(Operation.FIXED_FD_INSTALL.opcode(), pipe.reader());
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.EBADF);
            Personality personality = ring.register().personality();
            for (boolean isByWorker : new boolean[] {false, true}) {
                Sqe entry = claim(ring).fixedFdInstall(0, 0).personality(personality.id());
                if (isByWorker) {
                    entry.async();
                }
                assertThat(Results.next(ring).result()).isEqualTo(-Errno.EPERM);
            }
            personality.unregister();
            assertThatThrownBy(() -> claim(ring).fixedFdInstall(500, 0)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    /** fd-install: by a worker, and after another operation. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void installsByAWorkerAndInAChain(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Pipe pipe = Pipe.open()) {
            requireInstall(ring);
            ring.files().register(pipe.reader());
            claim(ring)
                    .fixedFdInstall(0, IoUring.IORING_FIXED_FD_NO_CLOEXEC)
                    .userData(1)
                    .async();
            int byWorker = Results.next(ring).result();
            claim(ring).nop().userData(2).link();
            claim(ring).fixedFdInstall(0, 0).userData(3);
            List<Completions.Completion> chain = Completions.await(ring, 2);
            assertThat(Results.of(chain, 2)).isZero();
            for (int number : new int[] {byWorker, Results.of(chain, 3)}) {
                try (Fd installed = Fd.own(SYS, Sockets.check(number, "install"))) {
                    pipe.put(new byte[] {'x'});
                    assertThat(Sockets.read(installed)).isEqualTo("x");
                }
            }
        }
    }

    /** fd-pass: to the same place of another ring, to another and to one that is picked; the source can be closed. */
    @ParameterizedTest
    @MethodSource("dev.jrtap.uring.RingProfile#forTables")
    void aFileThatIsPassedOnOutlivesItsSource(RingProfile profile) throws IOException {
        int[][] ways = {{0, 1}, {0, 2}, {1, 1}, {1, 0}, {1, Operations.ANY_SLOT}};
        for (int[] way : ways) {
            try (Ring ring = profile.open(8);
                    Ring target = RingProfile.PLAIN.open(8)) {
                target.submit();
                claim(ring).msgRing(target, 0, 42, 1 << 20);
                int result = Results.next(ring).result();
                Feature.require("MSG_RING with flags", result != -Errno.EINVAL, "Linux 6.3 or newer is needed");
                assertThat(Results.next(target).userData()).isEqualTo(42);
                ring.files().registerSparse(8);
                target.files().registerSparse(8);
                boolean isPicked = way[1] == Operations.ANY_SLOT;
                if (isPicked) {
                    target.files().allocateFrom(1, 1);
                }
                claim(ring).openat(Fcntl.AT_FDCWD, path, Fcntl.O_RDONLY, 0).intoSlot(way[0]);
                assertThat(Results.next(ring).result()).isZero();
                assertReads(ring, way[0]);
                claim(ring).msgRingFile(target, way[0], way[1], 43, 0);
                assertThat(Results.next(ring).result()).isNotNegative();
                Completions.Completion told = Results.next(target);
                assertThat(told.userData()).isEqualTo(43);
                assertThat(told.result()).isEqualTo(isPicked ? 1 : 0);
                int slot = isPicked ? told.result() : way[1];
                assertReads(target, slot);
                claim(ring).closeSlot(way[0]);
                assertThat(Results.next(ring).result()).isZero();
                claim(ring).read(way[0], in, 0, SIZE, 0).fixedFile();
                assertThat(Results.next(ring).result()).isEqualTo(-Errno.EBADF);
                assertReads(target, slot);
            }
        }
    }

    /** fixed-reuse: a chain that opens into a slot that has a file reads the new one, and closes it. */
    @ParameterizedTest
    @MethodSource("dev.jrtap.uring.RingProfile#forTables")
    void aChainReadsTheFileThatReplacesAnother(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            ring.files().registerSparse(8);
            claim(ring).openat(Fcntl.AT_FDCWD, other, Fcntl.O_RDONLY, 0).intoSlot(0);
            assertThat(Results.next(ring).result()).isZero();
            claim(ring)
                    .openat(Fcntl.AT_FDCWD, path, Fcntl.O_RDONLY, 0)
                    .intoSlot(0)
                    .userData(1)
                    .link();
            claim(ring).read(0, in, 0, SIZE, 0).fixedFile().userData(2).link();
            claim(ring).closeSlot(0).userData(3);
            List<Completions.Completion> chain = Completions.await(ring, 3);
            assertThat(Results.of(chain, 1)).isZero();
            assertThat(Results.of(chain, 2)).isEqualTo(SIZE);
            assertThat(Results.of(chain, 3)).isZero();
            assertThat(RingFiles.bytes(in, 0, SIZE)).isEqualTo(content);
        }
    }

    /** close-opath: a descriptor that names a file without opening it is closed like any other. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void closesWhatOnlyNamesAFile(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            for (int flags : new int[] {Fcntl.O_RDONLY, Fcntl.O_PATH}) {
                claim(ring).openat(Fcntl.AT_FDCWD, directory.toString(), flags, 0);
                int number = Results.next(ring).result();
                assertThat(number).isNotNegative();
                claim(ring).close(number);
                assertThat(Results.next(ring).result()).isZero();
                claim(ring).close(number);
                assertThat(Results.next(ring).result()).isEqualTo(-Errno.EBADF);
            }
        }
    }

    /** file-exit-unreg: files whose end is told by tags, where the ring ends first. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void tagsThatNobodyReadsEndWithTheRing(RingProfile profile) throws IOException {
        Resources before = Resources.now();
        try (Sockets.Pair pair = Sockets.pair(Sockets.STREAM);
                Ring ring = profile.open(4)) {
            ring.files().register(new int[] {pair.left().fd(), pair.right().fd()}, new long[] {1, 2});
        }
        Resources.assertNothingSince(before);
    }
}
