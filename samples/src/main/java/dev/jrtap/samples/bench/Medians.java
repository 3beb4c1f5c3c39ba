// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import java.util.Arrays;

/** Computes medians of runs. */
final class Medians {

    private Medians() {}

    static double of(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** Returns the median of the ratios between a run of one side and the neighboring run of the other. */
    static double ofRatios(double[] values, double[] others) {
        double[] ratios = new double[values.length];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = values[i] / others[i];
        }
        return of(ratios);
    }
}
