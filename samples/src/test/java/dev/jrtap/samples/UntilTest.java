// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

@Tag("any-kernel")
class UntilTest {

    private static final double SECONDS = 0.05;

    /** Opening a device may take longer than {@code --seconds} on a busy machine. */
    @Test
    void whatIsMadeReadyBeforeDoesNotCount() throws Exception {
        try (Until until =
                CommandLine.populateCommand(new Until(), "--seconds=" + SECONDS).begin()) {
            while (until.elapsed() < SECONDS) {
                Thread.onSpinWait();
            }
            long start = System.nanoTime();
            assertThat(until.nextSecond()).isFalse();
            assertThat((System.nanoTime() - start) / 1e9).isGreaterThanOrEqualTo(SECONDS);
        }
    }
}
