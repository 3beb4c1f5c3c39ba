// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Many runs in three numbers.
 *
 * @param median of the runs
 * @param low end of the interval that holds the true median with at least 95 %; of fewer than six runs, the least
 * @param high end of that interval
 */
record Spread(double median, double low, double high) {

    static Spread of(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int rank = lowerRank(sorted.length);
        return new Spread(Medians.of(sorted), sorted[rank], sorted[sorted.length - 1 - rank]);
    }

    /** The ratios between runs of the same round. */
    static Spread ofRatios(List<Double> values, List<Double> others) {
        return of(IntStream.range(0, values.size())
                .mapToObj(i -> values.get(i) / others.get(i))
                .toList());
    }

    /** How many values at either end lie outside: fewer lie below the median than heads come up in so many throws. */
    private static int lowerRank(int count) {
        double chance = Math.pow(0.5, count);
        double below = chance;
        int rank = 0;
        while (2 * (below + chance * (count - rank) / (rank + 1)) <= 0.05) {
            chance *= (double) (count - rank) / (rank + 1);
            below += chance;
            rank++;
        }
        return rank;
    }
}
