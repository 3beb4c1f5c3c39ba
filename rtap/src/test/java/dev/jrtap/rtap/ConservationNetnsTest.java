// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.fixtures.Stress;
import dev.jrtap.tuntap.TunMode;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Packets are conserved, in order, and counted, whatever is called and whichever thread closes when: random calls of
 * one thread for each queue, and of control threads beside them, on numbered packets in both directions.
 *
 * <p>{@code -Djrtap.stress=100} makes it a hundred times as long, and {@code -Djrtap.seed=N} repeats the choices of a
 * run, though not how its threads met.
 */
@Tag("any-user")
@Timeout(7200)
class ConservationNetnsTest {

    private static final int STEPS = 150_000;
    private static final int MILLIS = 600;

    static Stream<Arguments> devices() {
        return Arrays.stream(TapProfile.values())
                .flatMap(profile -> Arrays.stream(TunMode.values()).map(mode -> Arguments.of(profile, mode)));
    }

    @ParameterizedTest
    @MethodSource("devices")
    void everyPacketIsReceivedOnceInOrderOrCounted(TapProfile profile, TunMode mode) throws Exception {
        profile.syscalls();
        long seed = Long.getLong("jrtap.seed", System.nanoTime());
        System.out.println("conservation on " + profile + " " + mode + ": seed " + seed);
        Random random = new Random(seed);
        long steps = 0;
        long packets = 0;
        long raced = 0;
        long lost = 0;
        int episodes = 0;
        for (int most = Stress.times(STEPS); steps < most; episodes++) {
            boolean races = episodes % 3 == 2;
            long nanos = (50 + random.nextInt(MILLIS)) * 1_000_000L;
            Episode episode = new Episode(profile, mode, random.nextLong(), races);
            lost += episode.run(nanos);
            steps += episode.ledger.steps.sum();
            packets += episode.ledger.given.get() + episode.ledger.accepted.sum();
            raced += races ? episode.ledger.given.get() : 0;
        }
        System.out.println(episodes + " episodes, " + steps + " steps, " + packets + " packets; of " + raced
                + " that raced with queues taken out of service, the kernel dropped " + lost + " uncounted");
    }
}
