// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import dev.jrtap.samples.FileCopier;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;

/** Compares the time to copy a file of 1 GiB by io_uring, by cp(1), and by transferTo, alternately in one run. */
public final class CopyComparison {

    private static final long SIZE = 1L << 30;
    private static final int ROUNDS = 5;
    private static final String[] NAMES = {"jrtap", "cp", "transferTo"};

    private final Path source;
    private final Path target;

    private CopyComparison(Path directory) {
        this.source = directory.resolve("copy-source");
        this.target = directory.resolve("copy-target");
    }

    /** Takes a directory for the files, with room for 2 GiB. */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length != 1 || !Files.isDirectory(Path.of(args[0]))) {
            System.err.println("usage: CopyComparison DIRECTORY");
            System.exit(2);
        }
        CopyComparison comparison = new CopyComparison(Path.of(args[0]));
        try {
            comparison.run();
        } finally {
            Files.deleteIfExists(comparison.source);
            Files.deleteIfExists(comparison.target);
        }
    }

    private void run() throws IOException, InterruptedException {
        makeSource();
        double[][] seconds = new double[NAMES.length][ROUNDS];
        try (FileCopier copier = new FileCopier()) {
            for (int round = -1; round < ROUNDS; round++) {
                for (int who = 0; who < NAMES.length; who++) {
                    Files.deleteIfExists(target);
                    // Dirty pages of earlier copies must not be written back while the next one is timed.
                    call("sync");
                    long start = System.nanoTime();
                    copy(who, copier);
                    double taken = (System.nanoTime() - start) / 1e9;
                    if (round >= 0) {
                        seconds[who][round] = taken;
                    } else if (Files.mismatch(source, target) >= 0) {
                        throw new IOException(NAMES[who] + " made a copy of a different size");
                    }
                }
            }
        }
        double ours = median(seconds[0]);
        for (int who = 0; who < NAMES.length; who++) {
            double median = median(seconds[who]);
            System.out.printf(
                    "%-10s %.3f s, %.2f GiB/s; jrtap takes %.2f of it%n",
                    NAMES[who], median, 1 / median, ours / median);
        }
    }

    private void copy(int who, FileCopier copier) throws IOException, InterruptedException {
        switch (who) {
            case 0 -> copier.copy(source.toString(), target.toString());
            case 1 -> call("cp", source.toString(), target.toString());
            default -> transfer();
        }
    }

    private void transfer() throws IOException {
        try (FileChannel from = FileChannel.open(source, StandardOpenOption.READ);
                FileChannel to = FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            long done = 0;
            while (done < SIZE) {
                done += from.transferTo(done, SIZE - done, to);
            }
        }
    }

    private void makeSource() throws IOException {
        byte[] block = new byte[1 << 20];
        Random random = new Random(1);
        try (OutputStream out = Files.newOutputStream(source)) {
            for (long at = 0; at < SIZE; at += block.length) {
                random.nextBytes(block);
                out.write(block);
            }
        }
    }

    private static void call(String... command) throws IOException, InterruptedException {
        if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
            throw new IOException(String.join(" ", command) + " failed");
        }
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
