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

    private static final int MOST_WARM_UPS = 3;

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

    /** One of the values of each run, by which the sides are compared. */
    record Column(String title, String unit, boolean isCost) {}

    /** A contender that can be measured. */
    record Side(String name, Measures measures) {

        Side(String name, Measure measure) {
            this(name, () -> new double[] {measure.run()});
        }
    }

    /** Runs once and returns the value. */
    @FunctionalInterface
    interface Measure {
        double run() throws Exception;
    }

    /** Runs once and returns a value for each column. */
    @FunctionalInterface
    interface Measures {
        double[] run() throws Exception;
    }

    /** Measures sides of one value each as {@link #run(int, List, List)} does. */
    static Comparison run(String title, String unit, boolean isCost, int rounds, List<Side> sides) throws Exception {
        return run(rounds, List.of(new Column(title, unit, isCost)), sides).get(0);
    }

    /**
     * Measures the sides alternately, after up to three warm-up runs of each: A B C in one round, C B A in the next.
     *
     * @return a comparison for each column
     */
    static List<Comparison> run(int rounds, List<Column> columns, List<Side> sides) throws Exception {
        for (int i = 0; i < Math.min(rounds, MOST_WARM_UPS); i++) {
            for (Side side : sides) {
                run(side);
            }
        }
        return runFresh(rounds, columns, sides);
    }

    /** Like {@link #run(int, List, List)}, without warm-up runs: for sides that are a new process in each run. */
    static List<Comparison> runFresh(int rounds, List<Column> columns, List<Side> sides) throws Exception {
        List<Comparison> comparisons = columns.stream()
                .map(column -> new Comparison(column.title(), column.unit(), column.isCost(), contenders(sides)))
                .toList();
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < sides.size(); i++) {
                int turn = round % 2 == 0 ? i : sides.size() - 1 - i;
                double[] values = run(sides.get(turn));
                for (int column = 0; column < values.length; column++) {
                    comparisons.get(column).contenders().get(turn).values().add(values[column]);
                }
            }
        }
        return comparisons;
    }

    private static List<Contender> contenders(List<Side> sides) {
        return sides.stream()
                .map(side -> new Contender(side.name(), new ArrayList<>()))
                .toList();
    }

    private static double[] run(Side side) throws Exception {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted before " + side.name());
        }
        return side.measures().run();
    }

    /** Returns how much better the first contender was than another, in each round: above 1, this library is ahead. */
    Spread ahead(Contender other) {
        List<Double> ours = contenders.get(0).values();
        return isCost ? Spread.ofRatios(other.values(), ours) : Spread.ofRatios(ours, other.values());
    }
}
