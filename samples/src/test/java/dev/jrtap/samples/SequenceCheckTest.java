// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Loss, reordering and duplicates, against a model that remembers every number. */
@Tag("any-kernel")
@Tag("any-user")
class SequenceCheckTest {

    private static final int FEW = 20_000;

    @Test
    void nothingIsLostBeforeSomethingCame() {
        assertThat(new SequenceCheck().lost()).isZero();
    }

    @Test
    void aFlowThatIsJoinedLaterHasLostNothingBefore() {
        SequenceCheck check = new SequenceCheck();
        check.arrived(1_000_000_000_000L);
        check.arrived(1_000_000_000_002L);

        assertThat(check.lost()).isEqualTo(1);
        assertThat(check.received()).isEqualTo(2);
    }

    /** Each packet is lost, or comes, or comes twice, up to {@code distance} places away from its own. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 63, 64, 65, 1000})
    void countsAsTheModel(int distance) {
        List<Long> arrivals = arrivals(new Random(distance), distance);
        SequenceCheck check = new SequenceCheck();
        Set<Long> seen = new HashSet<>();
        long highest = -1;
        long reordered = 0;
        long duplicates = 0;
        for (long each : arrivals) {
            check.arrived(each);
            if (!seen.add(each)) {
                duplicates++;
            } else if (each < highest) {
                reordered++;
            }
            highest = Math.max(highest, each);
        }
        long lowest = seen.stream().mapToLong(Long::longValue).min().orElseThrow();

        assertThat(check.received()).isEqualTo(seen.size());
        assertThat(check.duplicates()).isEqualTo(duplicates);
        assertThat(check.reordered()).isEqualTo(reordered);
        assertThat(check.lost()).isEqualTo(highest - lowest + 1 - seen.size());
    }

    private static List<Long> arrivals(Random random, int distance) {
        List<Long> arrivals = new ArrayList<>();
        for (long each = 0; each < FEW; each++) {
            int copies = random.nextInt(20) == 0 ? 0 : random.nextInt(20) == 0 ? 2 : 1;
            for (int copy = 0; copy < copies; copy++) {
                int back = Math.min(arrivals.size(), random.nextInt(10) == 0 ? random.nextInt(distance + 1) : 0);
                arrivals.add(arrivals.size() - back, each);
            }
        }
        return arrivals;
    }
}
