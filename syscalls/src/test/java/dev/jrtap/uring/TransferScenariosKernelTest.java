// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static dev.jrtap.uring.RingFiles.claim;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.RawFd;
import dev.jrtap.fixtures.SmallJvm;
import dev.jrtap.fixtures.Uring;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.EventFd;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.IoVectors;
import dev.jrtap.syscall.Mapping;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Reads, writes and reservations in their odd moments, as in liburing's tests of the same. */
@Tag("any-user")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TransferScenariosKernelTest {

    private static final int BLOCK = 4096;
    private static final int QUEUE = 200;
    private static final int RESERVED = 128 * 1024;

    @TempDir
    private Path directory;

    private static long position(Fd fd) throws IOException {
        String pos = Files.readAllLines(Path.of("/proc/self/fdinfo/" + fd.fd())).get(0);
        return Long.parseLong(pos.substring("pos:".length()).strip());
    }

    /** fpos: chains of reads to the end of the file, by workers or not, move its position by what they read. */
    @ParameterizedTest
    @MethodSource("dev.jrtap.uring.RingProfile#forTables")
    void chainsReadFromThePositionToTheEnd(RingProfile profile) throws IOException {
        byte[] content = RingFiles.pattern(1000, 5);
        Path path = Files.write(directory.resolve("read"), content);
        for (int size : new int[] {7, 1}) {
            for (boolean isByWorker : new boolean[] {false, true}) {
                try (Ring ring = profile.open(256);
                        Fd fd = RingFiles.open(path, Fcntl.O_RDONLY)) {
                    int read = 0;
                    int last = 1;
                    while (last > 0) {
                        last = readChain(ring, fd, size, isByWorker, Arrays.copyOfRange(content, read, content.length));
                        read += last;
                        assertThat(position(fd)).isEqualTo(read);
                    }
                    assertThat(read).isEqualTo(content.length);
                }
            }
        }
    }

    /** Returns how much was read of what is {@code left}. */
    private static int readChain(Ring ring, Fd fd, int size, boolean isByWorker, byte[] left) {
        Memory in = Memory.allocate(QUEUE * size);
        for (int i = 0; i < QUEUE; i++) {
            Sqe entry = claim(ring)
                    .read(fd.fd(), in, i * size, size, Operations.FILE_POSITION)
                    .userData(i);
            if (isByWorker) {
                entry.async();
            }
            if (i < QUEUE - 1) {
                entry.link();
            }
        }
        assertThat(ring.submit()).isEqualTo(QUEUE);
        List<Completions.Completion> all = Completions.await(ring, QUEUE);
        int read = 0;
        boolean isOver = false;
        for (int i = 0; i < QUEUE; i++) {
            int result = Results.of(all, i);
            assertThat(result).isEqualTo(isOver ? -Errno.ECANCELED : Math.min(size, left.length - read));
            if (!isOver) {
                assertThat(RingFiles.bytes(in, i * size, result))
                        .isEqualTo(Arrays.copyOfRange(left, read, read + result));
                read += result;
            }
            // What reads less than it asks for ends its chain.
            isOver |= result < size;
        }
        return read;
    }

    /** fpos: chains of writes. */
    @ParameterizedTest
    @MethodSource("dev.jrtap.uring.RingProfile#forTables")
    void chainsWriteFromThePosition(RingProfile profile) throws IOException {
        byte[] content = RingFiles.pattern(QUEUE, 7);
        Memory out = RingFiles.memory(content);
        for (boolean isByWorker : new boolean[] {false, true}) {
            Path path = Files.createFile(directory.resolve("written-" + isByWorker));
            try (Ring ring = profile.open(256);
                    Fd fd = RingFiles.open(path, Fcntl.O_WRONLY)) {
                for (int i = 0; i < QUEUE; i++) {
                    Sqe entry = claim(ring).write(fd.fd(), out, i, 1, Operations.FILE_POSITION);
                    if (isByWorker) {
                        entry.async();
                    }
                    if (i < QUEUE - 1) {
                        entry.link();
                    }
                }
                assertThat(Completions.await(ring, QUEUE))
                        .extracting(Completions.Completion::result)
                        .containsOnly(1);
                assertThat(position(fd)).isEqualTo(QUEUE);
                assertThat(Files.readAllBytes(path)).isEqualTo(content);
            }
        }
    }

    /** fifo-nonblock-read: a read waits although the pipe does not. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void aReadWaitsThoughThePipeDoesNot(RingProfile profile) throws IOException {
        Memory in = Memory.allocate(32);
        try (Ring ring = profile.open(8);
                Pipe pipe = Pipe.open()) {
            int flags = pipe.in().syscalls().fcntl(pipe.reader(), Fcntl.F_GETFL, 0);
            assertThat(pipe.in().syscalls().fcntl(pipe.reader(), Fcntl.F_SETFL, flags | Fcntl.O_NONBLOCK))
                    .isZero();
            claim(ring).read(pipe.reader(), in, 0).userData(1);
            claim(ring).nop().userData(2);
            assertThat(Results.next(ring).userData()).isEqualTo(2);
            pipe.put("Hello\n".getBytes());
            assertThat(Results.next(ring)).isEqualTo(new Completions.Completion(1, 6, 0));
        }
    }

    /** fixed-link: two linked reads, each into a registered buffer. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void linkedReadsFillTheirBuffers(RingProfile profile) throws IOException {
        Memory[] buffers = {RingFiles.memory(new byte[] {1, 1, 1, 1}), RingFiles.memory(new byte[] {2, 2, 2, 2})};
        try (Ring ring = profile.open(32);
                Fd zero = Fd.open("/dev/zero", Fcntl.O_RDONLY)) {
            ring.buffers().register(buffers);
            claim(ring).readFixed(zero.fd(), buffers[0], 0, 3, 0, 0).userData(0).link();
            claim(ring).readFixed(zero.fd(), buffers[1], 0, 3, 0, 1).userData(1);
            assertThat(ring.submitAndWait(2)).isEqualTo(2);
            assertThat(Completions.await(ring, 2))
                    .containsExactly(new Completions.Completion(0, 3, 0), new Completions.Completion(1, 3, 0));
            assertThat(RingFiles.bytes(buffers[0], 0, 4)).containsExactly(0, 0, 0, 1);
            assertThat(RingFiles.bytes(buffers[1], 0, 4)).containsExactly(0, 0, 0, 2);
            ring.buffers().unregister();
        }
    }

    /** 8a9973408177: a file is put on stable storage by a ring whose table is gone. */
    @ParameterizedTest
    @MethodSource("dev.jrtap.uring.RingProfile#forTables")
    void syncsAFileWhenTheTableIsGone(RingProfile profile) throws IOException {
        Path path = Files.createFile(directory.resolve("synced"));
        try (Ring ring = profile.open(8)) {
            try (Fd fd = RingFiles.open(path, Fcntl.O_RDWR)) {
                ring.files().register(fd.fd());
                ring.files().unregister();
            }
            try (Fd fd = RingFiles.open(path, Fcntl.O_RDWR)) {
                claim(ring).fsync(fd.fd());
                assertThat(Results.next(ring).result()).isZero();
            }
        }
    }

    /** fallocate: space is reserved and put on stable storage in one chain. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void reservesAndSyncs(RingProfile profile) throws IOException {
        Path path = Files.createFile(directory.resolve("reserved"));
        try (Ring ring = profile.open(8);
                Fd fd = RingFiles.open(path, Fcntl.O_RDWR)) {
            claim(ring).fallocate(fd.fd(), 0, 0, RESERVED).userData(1).link();
            claim(ring).fsync(fd.fd()).userData(2);
            assertThat(Completions.await(ring, 2))
                    .containsExactly(new Completions.Completion(1, 0, 0), new Completions.Completion(2, 0, 0));
            assertThat(Files.size(path)).isEqualTo(RESERVED);
        }
    }

    /** fallocate: more than a process may write is refused. */
    @Test
    void reservesNoMoreThanTheProcessMay() throws Exception {
        Uring.require();
        Path path = Files.createFile(directory.resolve("limited"));
        // 16 MiB, in units of 512 bytes: the JVM has a library to write.
        List<String> command = new ArrayList<>(List.of("sh", "-c", "ulimit -f 32768; exec \"$@\"", "sh"));
        command.addAll(SmallJvm.command(Limited.class));
        command.add(path.toString());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(output).contains("result " + -Errno.EFBIG);
    }

    /** A process that is given a limit. */
    static final class Limited {

        private Limited() {}

        public static void main(String[] arguments) throws IOException {
            try (Ring ring = Ring.builder().entries(8).build();
                    Fd fd = Fd.open(arguments[0], Fcntl.O_RDWR)) {
                ring.submission().claim().fallocate(fd.fd(), 0, 0, 64 << 20);
                System.out.println("result " + Results.next(ring).result());
            }
        }
    }

    /** 500f9fbadef8: block after block by a ring that polls devices, where the file system lets it. */
    @Test
    void writesBlockAfterBlockWherePollingIsKnown() throws IOException {
        Uring.require();
        Path path = Files.createFile(directory.resolve("polled"));
        byte[] content = RingFiles.pattern(BLOCK, 1);
        int direct = RawFd.open(path.toString(), Fcntl.O_WRONLY | Fcntl.O_DIRECT);
        try (Ring ring = Ring.builder().entries(2).require(SetupFlag.IOPOLL).build();
                Mapping mapping = Mapping.anonymous(Syscalls.libc(), BLOCK);
                Fd fd = direct >= 0 ? Fd.own(Syscalls.libc(), direct) : RingFiles.open(path, Fcntl.O_WRONLY)) {
            mapping.memory().putBytes(0, content, 0, BLOCK);
            int written = 0;
            int result = BLOCK;
            while (written < 256 && result == BLOCK) {
                claim(ring).writev(fd.fd(), new IoVectors(1).add(mapping.memory(), 0, BLOCK), (long) written * BLOCK);
                result = Results.next(ring).result();
                written += result == BLOCK ? 1 : 0;
            }
            assertThat(result).isIn(BLOCK, -Errno.EOPNOTSUPP);
            assertThat(written).isEqualTo(result == BLOCK ? 256 : 0);
            assertThat(Files.size(path)).isEqualTo((long) written * BLOCK);
        }
    }

    /** fdinfo: what /proc tells of the ring can be read at every moment. */
    @ParameterizedTest
    @EnumSource(value = RingProfile.class, names = "REGISTERED_FD_ONLY", mode = EnumSource.Mode.EXCLUDE)
    void isDescribedAtEveryMoment(RingProfile profile) throws IOException {
        int reads = 32;
        byte[] content = RingFiles.pattern(reads * BLOCK, 4);
        Path path = Files.write(directory.resolve("file"), content);
        Memory in = Memory.allocate(reads * BLOCK);
        Memory count = Memory.allocate(Long.BYTES);
        try (Ring ring = profile.open(64);
                EventFd event = EventFd.open(Syscalls.libc());
                Fd fd = RingFiles.open(path, Fcntl.O_RDONLY)) {
            Path info = Path.of("/proc/self/fdinfo/" + ring.fd().number());
            // The kernel leaves the ring out while its polling thread holds the lock.
            String told = profile == RingProfile.SQPOLL ? "ino:" : "SqMask";
            for (int i = 0; i < reads; i++) {
                claim(ring)
                        .read(fd.fd(), in, i * BLOCK, BLOCK, (long) i * BLOCK)
                        .userData(i);
            }
            claim(ring).read(event.fd(), count, 0).userData(reads);
            assertThat(Files.readString(info)).contains(told);
            ring.submit();
            for (int i = 0; i < 10; i++) {
                assertThat(Files.readString(info)).contains(told);
            }
            List<Completions.Completion> all = Completions.await(ring, reads);
            assertThat(Files.readString(info)).contains(told);
            event.signal();
            assertThat(Results.next(ring)).isEqualTo(new Completions.Completion(reads, Long.BYTES, 0));
            assertThat(all).extracting(Completions.Completion::result).containsOnly(BLOCK);
            assertThat(RingFiles.bytes(in, 0, reads * BLOCK)).isEqualTo(content);
        }
    }
}
