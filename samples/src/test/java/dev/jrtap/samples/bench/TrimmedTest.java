// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("any-kernel")
@Tag("any-user")
class TrimmedTest {

    @Test
    void aFifthAtEitherEndDoesNotCount() {
        assertThat(Trimmed.mean(-1000, 3, 1, 2, 1e9)).isEqualTo(2);
        assertThat(Trimmed.mean(4, 2)).isEqualTo(3);
    }

    /** A disturbance of both in the same turn is none of their ratio. */
    @Test
    void turnsAreDrawnTogether() {
        double[] values = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
        double[] halves = Arrays.stream(values).map(value -> value / 2).toArray();

        assertThat(Trimmed.ratio(values, halves)).isEqualTo(" 2.00 ( 2.00.. 2.00)");
    }

    @Test
    void whatVariesHasAnInterval() {
        double[] values = {1, 2, 1, 2, 1, 2, 1, 2, 1, 2};
        double[] ones = new double[values.length];
        Arrays.fill(ones, 1);

        assertThat(Trimmed.ratio(values, ones)).matches(" 1\\.50 \\( 1\\.[0-4]\\d\\.\\. [12]\\.\\d\\d\\)");
    }
}
