// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import java.util.Arrays;
import java.util.Locale;

/**
 * Measures the kit against the kernel's own stack, and prints one table. It is no test, because its figures are those
 * of the machine: {@code .ci/accuracy [SECONDS]} runs it, on a machine that does nothing else. Exit status 1 if a
 * figure is out of its bounds.
 */
final class Accuracy {

    private static final double DEFAULT_SECONDS = 5;
    private static boolean isMissed;

    private Accuracy() {}

    /** @param arguments seconds of each stream; 0.5 is enough to see that everything works */
    public static void main(String[] arguments) throws Exception {
        double seconds = arguments.length > 0 ? Double.parseDouble(arguments[0]) : DEFAULT_SECONDS;
        System.out.printf("%-44s %-22s %-34s%n", "what", "wanted", "measured");
        AccuracyOfDelay.measure(seconds);
        AccuracyOfChance.measure(seconds);
        AccuracyOfBandwidth.measure(seconds);
        AccuracyOfWire.measure(seconds);
        System.exit(isMissed ? 1 : 0);
    }

    /** Prints a row, whose figure has to be kept. */
    static void row(boolean isKept, String what, String wanted, String measured, Object... figures) {
        isMissed |= !isKept;
        print(isKept ? "" : "MISSED", what, wanted, measured, figures);
    }

    /** Prints a row that is not judged: a figure of the machine, or one that it disturbs. */
    static void unjudged(String what, String wanted, String measured, Object... figures) {
        print("not judged", what, wanted, measured, figures);
    }

    private static void print(String verdict, String what, String wanted, String measured, Object... figures) {
        String figure = String.format(Locale.ROOT, measured, figures);
        System.out.println(String.format("%-44s %-22s %-34s %s", what, wanted, figure, verdict)
                .stripTrailing());
    }

    /** The value that {@code part} of the sorted values do not exceed. */
    static double quantile(long[] sorted, double part) {
        return sorted[(int) Math.min(sorted.length - 1, (long) (sorted.length * part))];
    }

    static long[] sorted(long[] values) {
        long[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted;
    }
}
