// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import java.util.Arrays;

/** What is left of many runs. */
final class Medians {

    private Medians() {}

    static double of(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** Of what each run of one side is of the run of the other side beside it. */
    static double ofRatios(double[] values, double[] others) {
        double[] ratios = new double[values.length];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = values[i] / others[i];
        }
        return of(ratios);
    }
}
