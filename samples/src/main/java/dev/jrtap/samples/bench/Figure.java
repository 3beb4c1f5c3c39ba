// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

/**
 * A measurement that both sides make.
 *
 * @param direction the work on packets
 * @param burst the number of packets at a time
 * @param bytes the bytes of each frame
 */
record Figure(Direction direction, int burst, int bytes) {

    /** Work on packets. */
    enum Direction {
        TX("write", "plain", "fixed"),
        RX("read", "oneshot", "multishot"),
        ECHO("read", "oneshot", "multishot");

        private final String[] strategies;

        Direction(String... strategies) {
            this.strategies = strategies;
        }

        /** Returns the peer's strategies; the first makes a system call for each packet. */
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
