// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * What a no-op costs through this library and through liburing in C: in turns in one run, medians, and their ratio. The C program
 * is compiled with gcc and liburing-dev when this starts.
 */
public final class NopComparison {

    private static final int PAIRS = 9;
    private static final long MILLIS = 500;
    private static final long WARM_UP_NANOS = 4_000_000_000L;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private NopComparison() {}

    /** Takes the path of nop.c. */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length != 1) {
            System.err.println("usage: NopComparison samples/src/bench/c/nop.c");
            System.exit(2);
        }
        Path program = Files.createTempFile("nop", "");
        try {
            output(List.of("gcc", "-O3", "-march=native", "-o", program.toString(), args[0], "-luring"));
            System.out.println("JDK " + Runtime.version() + ", " + System.getProperty("os.name") + " "
                    + System.getProperty("os.version"));
            for (int batch : new int[] {1, 64}) {
                compare(program, batch);
            }
        } finally {
            Files.delete(program);
        }
    }

    private static void compare(Path program, int batch) throws IOException, InterruptedException {
        double[] ours = new double[PAIRS];
        double[] theirs = new double[PAIRS];
        double[] ratios = new double[PAIRS];
        long allocated = 0;
        long operations = 0;
        List<String> command = List.of(program.toString(), Integer.toString(batch), Long.toString(MILLIS));
        try (NopLoop loop = new NopLoop(batch)) {
            loop.measure(WARM_UP_NANOS);
            for (int pair = 0; pair < PAIRS; pair++) {
                theirs[pair] = Double.parseDouble(output(command).split(" ")[0]);
                long bytes = THREADS.getCurrentThreadAllocatedBytes();
                long done = loop.operations();
                ours[pair] = loop.measure(MILLIS * 1_000_000);
                operations += loop.operations() - done;
                allocated += THREADS.getCurrentThreadAllocatedBytes() - bytes;
                ratios[pair] = ours[pair] / theirs[pair];
            }
        }
        System.out.printf(
                "batch %2d: jrtap %.1f ns, liburing %.1f ns, ratio of medians %.3f, median of ratios %.3f; %d bytes in %d no-ops%n",
                batch,
                median(ours),
                median(theirs),
                median(ours) / median(theirs),
                median(ratios),
                allocated,
                operations);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static String output(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes()).trim();
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + " failed");
        }
        return output;
    }
}
