// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.memory.Memory;
import dev.jrtap.uring.Ring;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.CompletionHandler;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Compares reads of blocks in random order from a file in the page cache: by a ring with many reads in flight, by
 * {@link FileChannel}, and by {@link AsynchronousFileChannel} with as many in flight. The CPU time of all threads
 * counts.
 */
final class FileReads implements AutoCloseable {

    private static final int BLOCK = 4096;
    private static final int BLOCKS = 32 * 1024;
    private static final int DEPTH = 32;
    private static final int SLOT = 0;
    private static final int BUFFER = 0;

    private final Path file;
    private final double seconds;
    private final Ring ring;
    private final Memory memory = Memory.allocate(DEPTH * BLOCK);
    private final FileChannel channel;
    private final AsynchronousFileChannel asynchronous;
    private final SplittableRandom random = new SplittableRandom(1);
    private long reads;

    /** Makes a file of 128 MiB in {@code directory} and opens it in three ways. */
    FileReads(Path directory, double seconds) throws IOException {
        this.seconds = seconds;
        file = Files.createTempFile(directory, "reads", "");
        write();
        channel = FileChannel.open(file, StandardOpenOption.READ);
        asynchronous = AsynchronousFileChannel.open(file, StandardOpenOption.READ);
        ring = Ring.builder().entries(DEPTH).build();
        ring.buffers().register(memory);
        ring.files().registerSparse(1);
        ring.submission()
                .claim()
                .openat(Fcntl.AT_FDCWD, file.toString(), Fcntl.O_RDONLY, 0)
                .intoSlot(SLOT);
        ring.submitAndWait(1);
        ring.completion().drain((data, result, flags) -> check(result >= 0, result), 1);
    }

    private void write() throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int i = 0; i < BLOCKS; i++) {
                out.write(new byte[BLOCK]);
            }
        }
    }

    private static void check(boolean right, long result) {
        if (!right) {
            throw new IllegalStateException("a read of " + BLOCK + " bytes returned " + result);
        }
    }

    Comparison compare(int rounds) throws Exception {
        return Comparison.run(
                "Reads of 4 KiB in random order from the page cache",
                "us of CPU per read",
                true,
                rounds,
                List.of(
                        new Comparison.Side("jrtap, 32 in flight", () -> cost(this::ring)),
                        new Comparison.Side("FileChannel", () -> cost(this::channel)),
                        new Comparison.Side("AsynchronousFileChannel, 32 in flight", () -> cost(this::asynchronous))));
    }

    /** A way of reading until a deadline. */
    private interface Way {
        void read(long deadline) throws IOException, InterruptedException;
    }

    private double cost(Way way) throws IOException, InterruptedException {
        reads = 0;
        long cpu = CpuTime.nanos();
        way.read(System.nanoTime() + (long) (seconds * 1e9));
        return (CpuTime.nanos() - cpu) / 1e3 / reads;
    }

    private long next() {
        return (long) random.nextInt(BLOCKS) * BLOCK;
    }

    private void ring(long deadline) {
        for (int i = 0; i < DEPTH; i++) {
            submit(i);
        }
        int inFlight = DEPTH;
        while (inFlight > 0) {
            ring.submitAndWait(1);
            boolean goesOn = System.nanoTime() < deadline;
            int completed = ring.completion()
                    .drain(
                            (part, result, flags) -> {
                                check(result == BLOCK, result);
                                if (goesOn) {
                                    submit((int) part);
                                }
                            },
                            DEPTH);
            reads += completed;
            inFlight -= goesOn ? 0 : completed;
        }
    }

    private void submit(int part) {
        ring.submission()
                .claim()
                .readFixed(SLOT, memory, part * BLOCK, BLOCK, next(), BUFFER)
                .fixedFile()
                .userData(part);
    }

    private void channel(long deadline) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BLOCK);
        do {
            for (int i = 0; i < DEPTH; i++) {
                int length = channel.read(buffer.clear(), next());
                check(length == BLOCK, length);
            }
            reads += DEPTH;
        } while (System.nanoTime() < deadline);
    }

    private void asynchronous(long deadline) throws InterruptedException {
        Semaphore done = new Semaphore(0);
        AtomicLong count = new AtomicLong();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        for (int i = 0; i < DEPTH; i++) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(BLOCK);
            SplittableRandom own = random.split();
            CompletionHandler<Integer, Void> handler = new CompletionHandler<>() {
                @Override
                public void completed(Integer length, Void none) {
                    count.incrementAndGet();
                    if (length == BLOCK && System.nanoTime() < deadline) {
                        asynchronous.read(buffer.clear(), (long) own.nextInt(BLOCKS) * BLOCK, null, this);
                    } else {
                        done.release();
                    }
                }

                @Override
                public void failed(Throwable e, Void none) {
                    failure.set(e);
                    done.release();
                }
            };
            asynchronous.read(buffer, (long) own.nextInt(BLOCKS) * BLOCK, null, handler);
        }
        done.acquire(DEPTH);
        if (failure.get() != null) {
            throw new IllegalStateException("AsynchronousFileChannel", failure.get());
        }
        reads = count.get();
    }

    @Override
    public void close() throws IOException {
        ring.close();
        channel.close();
        asynchronous.close();
        Files.delete(file);
    }
}
