// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.memory.Memory;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When counting proves that nothing is under way, and when it must not. */
class UnderWayTest {

    @Test
    void countsWhatIsSubmittedAndFinished() {
        AtomicLong taken = new AtomicLong();
        UnderWay underWay = new UnderWay(-1);
        underWay.ofQueue(taken::get);
        assertThat(underWay.isCertainlyNone(true)).isTrue();
        underWay.submitted(2);
        taken.set(1);
        assertThat(underWay.isCertainlyNone(true)).isFalse();
        assertThat(underWay.count()).isEqualTo(1);
        underWay.notLast(1);
        taken.set(2);
        assertThat(underWay.isCertainlyNone(true)).isFalse();
        assertThat(underWay.count()).isEqualTo(1);
        taken.set(3);
        assertThat(underWay.isCertainlyNone(true)).isTrue();
        underWay.estimate();
        assertThat(underWay.isCertainlyNone(true)).isFalse();
    }

    /** A message is a completion of nothing, so that one operation more seems to be over. */
    @ParameterizedTest
    @ValueSource(ints = {60_000, 65_535, 65_536, Integer.MAX_VALUE})
    void provesNothingForANumberThatMessagesWereSentTo(int number) {
        UnderWay underWay = new UnderWay(number);
        MessagedNumbers.add(number);
        assertThat(underWay.isCertainlyNone(true)).isFalse();
        assertThat(new UnderWay(number).isEstimated()).isTrue();
        assertThat(new UnderWay(59_999).isEstimated()).isFalse();
    }

    /** Claimed for one ring, and submitted when another has its number. */
    @Test
    void aMessageMayReachTheNextRingOfItsNumber() throws IOException {
        try (Ring sender = RingProfile.PLAIN.open(8)) {
            Ring target = RingProfile.PLAIN.open(8);
            int number = target.fd().number();
            sender.submission().claim().msgRing(target, 5, 77);
            target.close();
            assertThat(new UnderWay(number).isEstimated()).isTrue();
        }
        try (Ring sender = RingProfile.PLAIN.open(8)) {
            Memory beside = Memory.allocate(8);
            sender.submission().claim().unsafe().operation(40, 61_000, beside.address(), 0, 0);
            assertThat(new UnderWay(61_000).isEstimated()).isTrue();
        }
    }
}
