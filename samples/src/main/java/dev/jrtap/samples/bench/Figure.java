// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

/**
 * One thing to be measured on both sides.
 *
 * @param direction what is done
 * @param burst packets at a time
 * @param bytes of each frame
 */
record Figure(Direction direction, int burst, int bytes) {

    /** What is done with packets. */
    enum Direction {
        TX("write", "plain", "fixed"),
        RX("read", "oneshot", "multishot"),
        ECHO("read", "oneshot", "multishot");

        private final String[] strategies;

        Direction(String... strategies) {
            this.strategies = strategies;
        }

        /** The ways of the peer; the first is a system call for each packet. */
        String[] strategies() {
            return strategies.clone();
        }

        String argument() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    @Override
    public String toString() {
        return String.format("%-4s %4d B, burst %2d", direction.argument(), bytes, burst);
    }
}
