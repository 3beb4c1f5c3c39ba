// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.Stress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A TCP stream of each direction at the same time, through TUN devices and a forwarder as a VPN is one: both arrive as
 * they were sent, in packets that the kernel has left uncut.
 */
@Timeout(300)
class StreamsBothWaysNetnsTest {

    private static final int MEBIBYTES = Math.min(256, Stress.times(64));

    /** Bytes that a packet as long as the MTU carries at most. */
    private static final int SEGMENT = 1460;

    @ParameterizedTest
    @EnumSource(
            value = ForwarderNetnsTest.Combination.class,
            names = {"TUN_ALL_OFFLOADS", "TUN_ALL_POLL", "TUN_ALL_MAPPED", "TUN_IPV6_ALL_OFFLOADS"})
    void arriveAsTheyWereSentAndUncut(ForwarderNetnsTest.Combination combination) throws Exception {
        ForwarderNetnsTest.requireTools();
        Path sums = Files.createTempDirectory("sums");
        Forwarder forwarder;
        long start = System.nanoTime();
        try (TwoHosts hosts = combination.connect()) {
            NetcatStream there = new NetcatStream(hosts, combination, 0, MEBIBYTES, sums);
            NetcatStream back = new NetcatStream(hosts, combination, 1, MEBIBYTES, sums);
            there.send();
            back.send();
            there.requireWhole();
            back.requireWhole();
            forwarder = hosts.forwarder();
        } finally {
            NetcatStream.delete(sums);
        }
        System.out.printf(
                "%s: %d MiB each way in %.1f s, %d packets forwarded, %d dropped%n",
                combination, MEBIBYTES, (System.nanoTime() - start) / 1e9, forwarder.forwarded(), forwarder.dropped());
        // Acknowledgments are among them.
        assertThat(forwarder.forwarded()).isLessThan(2L * MEBIBYTES * (1 << 20) / SEGMENT);
    }
}
