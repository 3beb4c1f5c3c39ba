// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Compares the cost of a no-op through this library, measured by JMH, and through liburing in C, alternately in one
 * run; prints medians and their ratio. The C program is compiled at the start, which needs gcc and liburing-dev.
 */
public final class NopComparison {

    private static final int PAIRS = 7;
    private static final int WARM_UP_SECONDS = 3;
    private static final int MEASURED_SECONDS = 2;
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    private NopComparison() {}

    /** Takes the path of nop.c. */
    public static void main(String[] args) throws IOException, InterruptedException, RunnerException {
        if (args.length != 1 || !Files.isRegularFile(Path.of(args[0]))) {
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

    private static void compare(Path program, int batch) throws IOException, InterruptedException, RunnerException {
        double[] ours = new double[PAIRS];
        double[] theirs = new double[PAIRS];
        double[] ratios = new double[PAIRS];
        double allocated = 0;
        List<String> command =
                List.of(program.toString(), Integer.toString(batch), Integer.toString(MEASURED_SECONDS * 1000));
        for (int pair = 0; pair < PAIRS; pair++) {
            theirs[pair] = Double.parseDouble(output(command).split(" ")[0]);
            RunResult result = benchmark(batch);
            ours[pair] = result.getPrimaryResult().getScore() / batch;
            allocated = Math.max(
                    allocated, result.getSecondaryResults().get(ALLOCATED).getScore());
            ratios[pair] = ours[pair] / theirs[pair];
        }
        System.out.printf(
                "batch %2d: jrtap %.1f ns, liburing %.1f ns, ratio of medians %.3f, median of ratios %.3f; at most %.2f B/round%n",
                batch, median(ours), median(theirs), median(ours) / median(theirs), median(ratios), allocated);
    }

    private static RunResult benchmark(int batch) throws RunnerException {
        return new Runner(new OptionsBuilder()
                        .include(NopBenchmark.class.getName())
                        .param("batch", Integer.toString(batch))
                        .forks(1)
                        .warmupIterations(WARM_UP_SECONDS)
                        .warmupTime(TimeValue.seconds(1))
                        .measurementIterations(MEASURED_SECONDS)
                        .measurementTime(TimeValue.seconds(1))
                        .addProfiler(GCProfiler.class)
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .runSingle();
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
