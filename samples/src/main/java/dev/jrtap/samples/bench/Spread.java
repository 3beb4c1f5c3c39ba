// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import java.util.List;
import java.util.stream.IntStream;

/**
 * A summary of many runs: the median and its interval.
 *
 * @param median the median of the runs
 * @param low the low end of the interval that contains the true median with at least 95 % confidence; of fewer than six
 *     runs, the least value
 * @param high the high end of that interval; of fewer than six runs, the greatest value
 */
record Spread(double median, double low, double high) {

    static Spread of(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int rank = lowerRank(sorted.length);
        return new Spread(Medians.of(sorted), sorted[rank], sorted[sorted.length - 1 - rank]);
    }

    /** Returns the spread of the ratios between runs of the same round. */
    static Spread ofRatios(List<Double> values, List<Double> others) {
        return of(IntStream.range(0, values.size())
                .mapToObj(i -> values.get(i) / others.get(i))
                .toList());
    }

    /**
     * Returns the number of values outside the interval at either end, by the binomial distribution: each value lies
     * below the true median with probability 1/2.
     */
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
