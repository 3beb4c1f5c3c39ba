// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * The results of several contenders at one task, in the same run and alternately.
 *
 * @param title the task
 * @param unit the unit of the values
 * @param isCost whether less is better
 * @param contenders the contenders, this library first
 */
record Comparison(String title, String unit, boolean isCost, List<Contender> contenders) {

    private static final int WARM_UPS = 3;

    /**
     * A contender that has been measured.
     *
     * @param name its name
     * @param values the values of its runs, one per round
     */
    record Contender(String name, List<Double> values) {

        Spread spread() {
            return Spread.of(values);
        }
    }

    /** A contender that can be measured. */
    record Side(String name, Measure measure) {}

    /** Runs once and returns the value. */
    @FunctionalInterface
    interface Measure {
        double run() throws Exception;
    }

    /** Measures the sides alternately, after warm-up runs of each: A B C in one round, C B A in the next. */
    static Comparison run(String title, String unit, boolean isCost, int rounds, List<Side> sides) throws Exception {
        List<Contender> contenders = sides.stream()
                .map(side -> new Contender(side.name(), new ArrayList<>()))
                .toList();
        for (int i = 0; i < WARM_UPS; i++) {
            for (Side side : sides) {
                run(side);
            }
        }
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < sides.size(); i++) {
                int turn = round % 2 == 0 ? i : sides.size() - 1 - i;
                contenders.get(turn).values().add(run(sides.get(turn)));
            }
        }
        return new Comparison(title, unit, isCost, contenders);
    }

    private static double run(Side side) throws Exception {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted before " + side.name());
        }
        return side.measure().run();
    }

    /** Returns how much better the first contender was than another, in each round: above 1, this library is ahead. */
    Spread ahead(Contender other) {
        List<Double> ours = contenders.get(0).values();
        return isCost ? Spread.ofRatios(other.values(), ours) : Spread.ofRatios(ours, other.values());
    }
}
