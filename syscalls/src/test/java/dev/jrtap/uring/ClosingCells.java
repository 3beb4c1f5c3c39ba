// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Eventfd;
import dev.jrtap.bindings.Fcntl;
import dev.jrtap.fixtures.IoThrottle;
import dev.jrtap.fixtures.Resources;
import dev.jrtap.fixtures.Sleeper;
import dev.jrtap.fixtures.Sockets;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Cells that are made ready, closed and looked at side by side. */
final class ClosingCells implements AutoCloseable {

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);
    private static final int EARLY_MILLIS = 200;
    private static final byte TO_BE_READ = 0x22;
    private static final Syscalls SYS = Syscalls.libc();

    private final List<ClosingCell.Shape> shapes;
    private final List<ClosingCell> cells = new ArrayList<>();
    private final Set<String> threadsBefore = KernelThreads.now();
    private final Resources before = Resources.now();
    private final long pipesBefore = Resources.pipes();
    // Reads block in workers, and take one at a time.
    private final Fd never = Fd.own(SYS, Sockets.check(SYS.eventfd(0, Eventfd.EFD_SEMAPHORE), "eventfd"));
    private final CountDownLatch prepared;
    private final CountDownLatch go = new CountDownLatch(1);
    private Path path;
    private Fd file = never;

    private ClosingCells(List<ClosingCell.Shape> shapes) {
        this.shapes = shapes;
        this.prepared = new CountDownLatch(shapes.size());
    }

    static ClosingCells of(Stream<ClosingCell.Shape> shapes) {
        return new ClosingCells(shapes.toList());
    }

    /** Makes the file for what is held up: two blocks a cell, one to be read, one to be written. */
    void openFile(Path directory) throws IOException {
        path = directory.resolve("held-up");
        byte[] content = new byte[2 * shapes.size() * ClosingCell.BLOCK];
        Arrays.fill(content, TO_BE_READ);
        // On the disk: direct I/O would have to write back what is not, and be held up before it has begun.
        Files.write(path, content, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.DSYNC);
        file = RingFiles.open(path, Fcntl.O_RDWR | IoThrottle.O_DIRECT);
    }

    /** Every owner does {@code first} before anything else; returns when every ring has something under way. */
    void prepare(ClosingCell.Before first) throws InterruptedException {
        ClosingCell.Setting setting = new ClosingCell.Setting(never, file, prepared, go, first);
        for (ClosingCell.Shape shape : shapes) {
            cells.add(new ClosingCell(shape, cells.size(), setting));
        }
        cells.forEach(ClosingCell::start);
        assertThat(prepared.await(PATIENCE, TimeUnit.NANOSECONDS))
                .as("prepared")
                .isTrue();
    }

    void assertHeldUp() {
        assertThat(cells).allMatch(cell -> cell.isSkipped() || cell.isHeldUp());
    }

    /** Lets all close. */
    void go() {
        go.countDown();
    }

    /** Returns when all closes are under way, and those that do not wait have returned. */
    void awaitClosing() {
        for (ClosingCell cell : cells) {
            while (!cell.isSkipped() && cell.began() == 0) {
                Sleeper.pause(1);
            }
        }
        Sleeper.pause(EARLY_MILLIS);
    }

    /** Every close has returned, told what is free, and nothing has touched the memory since. */
    void assertEnded() throws Exception {
        for (ClosingCell cell : cells) {
            cell.assertEnded(PATIENCE);
        }
        // A read that has survived has something to read now.
        Memory many = Memory.allocate(Long.BYTES);
        many.putI64(0, 1 << 20);
        SYS.write(never.fd(), many.address(), Long.BYTES);
        many.keepAlive();
        cells.forEach(ClosingCell::assertUntouched);
    }

    void assertSooner(long nanos) {
        assertThat(cells)
                .allSatisfy(cell -> assertThat(cell.closeNanos())
                        .as("nanoseconds that %s took", cell)
                        .isLessThan(nanos));
    }

    /** Those that were held up until {@code time} have waited; what a worker had not begun by then was canceled. */
    void assertWaitedUntil(long time) {
        assertThat(cells)
                .allSatisfy(cell -> assertThat(cell.isSkipped() || cell.hasRead() == (cell.ended() - time > 0))
                        .as("%s read, or was canceled at once", cell)
                        .isTrue());
    }

    /** A write is done or not, and never with what the memory was given after the close. */
    void assertFileKeepsWhatWasWritten() throws IOException {
        byte[] content = Files.readAllBytes(path);
        for (ClosingCell cell : cells) {
            int at = cell.block() * ClosingCell.BLOCK;
            assertThat(IntStream.range(at, at + ClosingCell.BLOCK).filter(i -> content[i] == ClosingCell.PAINT))
                    .as("bytes that %s wrote after the close", cell)
                    .isEmpty();
        }
    }

    /** How many there are, less those of rings that this kernel does not know. */
    long count() {
        return cells.stream().filter(cell -> !cell.isSkipped()).count();
    }

    /** The rings are collected, and the kernel has nothing of them: no descriptor, mapping, pipe or thread. */
    void assertNothingIsLeft() {
        cells.forEach(ClosingCell::keepAlive);
        long end = System.nanoTime() + PATIENCE;
        while (!cells.stream().allMatch(ClosingCell::isCollected) && System.nanoTime() < end) {
            System.gc();
            Sleeper.pause(1);
        }
        assertThat(cells).allMatch(ClosingCell::isCollected);
        Resources.assertNothingSince(before);
        assertThat(Resources.pipes()).isEqualTo(pipesBefore);
        assertThat(KernelThreads.left(threadsBefore)).isEmpty();
    }

    @Override
    public void close() {
        // Also after a failure nothing of a test that has ended waits for a start.
        go.countDown();
        never.close();
        file.close();
    }
}
