// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.EachOf;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;

/** Cases of the original driver's unit tests, by their names: statistics. */
@Timeout(60)
class OriginalStatisticsNetnsTest {

    /** Every name, in order. */
    private static final String NAMES = """
            rx_good_packets tx_good_packets rx_good_bytes tx_good_bytes
            rx_missed_errors rx_errors tx_errors rx_mbuf_allocation_errors
            rx_q0_packets rx_q0_bytes rx_q0_errors tx_q0_packets tx_q0_bytes
            rx_q0_size_64_packets rx_q0_size_65_to_127_packets rx_q0_size_128_to_255_packets
            rx_q0_size_256_to_511_packets rx_q0_size_512_to_1023_packets rx_q0_size_1024_to_1518_packets
            rx_q0_size_1519_to_max_packets rx_q0_unicast_packets rx_q0_multicast_packets rx_q0_broadcast_packets
            rx_q0_read_errors rx_q0_truncated_packets rx_q0_mbuf_alloc_failed rx_q0_lro_packets
            rx_q0_checksum_good_packets rx_q0_checksum_none_packets rx_q0_checksum_bad_packets
            rx_q0_malformed_packets rx_q0_rearms rx_q0_device_gone
            tx_q0_size_64_packets tx_q0_size_65_to_127_packets tx_q0_size_128_to_255_packets
            tx_q0_size_256_to_511_packets tx_q0_size_512_to_1023_packets tx_q0_size_1024_to_1518_packets
            tx_q0_size_1519_to_max_packets tx_q0_unicast_packets tx_q0_multicast_packets tx_q0_broadcast_packets
            tx_q0_write_errors tx_q0_tso_packets tx_q0_checksum_offload_packets tx_q0_multiseg_packets
            tx_q0_link_down_errors tx_q0_invalid_errors tx_q0_no_memory_errors tx_q0_gone_errors
            tx_q0_short_errors tx_q0_segment_limit_errors tx_q0_unsent_errors tx_q0_resegmented_packets tx_q0_ring_full
            ring_q0_kernel_entries ring_q0_overflows rx_filtered_packets tx_refused_packets iowq_workers""";

    private static final long BROADCAST = 0xffffffffffffL;
    private static final long MULTICAST = 0x01005e000001L;
    private static final long UNICAST = 0x020000000009L;

    /** 4. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void getStats(TapProfile profile) throws IOException {
        try (TapLink port = new TapLink(profile)) {
            port.wire.inject(Frames.experimental(60));
            port.receive();
            port.send(Frames.experimental(100));
            assertThat(port.rtap.statistics().total())
                    .extracting(
                            QueueStatistics::rxPackets,
                            QueueStatistics::rxBytes,
                            QueueStatistics::rxErrors,
                            QueueStatistics::txPackets,
                            QueueStatistics::txBytes,
                            QueueStatistics::txErrors)
                    .containsExactly(1L, 60L, 0L, 1L, 100L, 0L);
            port.rtap.resetStatistics();
            assertThat(port.rtap.statistics().total()).isEqualTo(QueueStatistics.ZERO);
            assertThat(port.rtap.statistics().missed()).isZero();
        }
    }

    /** 5. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void statsReset(TapProfile profile) throws IOException {
        try (TapLink port = new TapLink(profile)) {
            for (int round = 1; round <= 3; round++) {
                for (int i = 0; i < round; i++) {
                    port.send(Frames.experimental(60));
                }
                assertThat(port.rtap.statistics().total().txPackets()).isEqualTo(round);
                port.rtap.resetStatistics();
                assertThat(port.rtap.statistics().total()).isEqualTo(QueueStatistics.ZERO);
            }
        }
    }

    /** 6. The original looks at the wrong counter, and only warns when it is zero. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void statsImissed(TapProfile profile) throws IOException {
        try (TapLink port = new TapLink(profile.syscalls(), profile.config().withRingSize(64))) {
            port.rtap.control().setTxQueueLength(64);
            port.queue.rx().await(0);
            port.rtap.resetStatistics();
            int sent = 1000;
            for (int i = 0; i < sent; i++) {
                port.wire.tryInject(Frames.experimental(60));
            }
            int room = 0;
            while (port.queue.rx().await(100_000_000L)) {
                room += port.queue.rx().receive(port.burst);
                port.burst.release();
            }
            RtapStatistics statistics = port.rtap.statistics();
            assertThat(statistics.total().rxPackets()).isPositive().isEqualTo(room);
            assertThat(statistics.missed()).isPositive().isEqualTo(sent - room);
            // What the kernel drops of the packets that were sent is no business of the receiver.
            for (int i = 0; i < 10; i++) {
                port.send(Frames.experimental(60, UNICAST));
            }
            assertThat(port.rtap.statistics().missed()).isEqualTo(sent - room);

            port.rtap.resetStatistics();
            assertThat(port.rtap.statistics().total().rxPackets()).isZero();
            assertThat(port.rtap.statistics().missed()).isZero();
        }
    }

    /** 23. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void xstatsGetNames(TapProfile profile) throws IOException {
        try (TapLink port = new TapLink(profile)) {
            assertThat(port.rtap.extendedStatistics().keySet()).containsExactly(NAMES.split("\\s+"));
        }
    }

    /** 24. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void xstatsGetValues(TapProfile profile) throws IOException {
        try (TapLink port = new TapLink(profile)) {
            List<String> names = List.copyOf(port.rtap.extendedStatistics().keySet());
            port.send(Frames.experimental(60));
            Map<String, Long> values = port.rtap.extendedStatistics();
            assertThat(values.keySet()).containsExactlyElementsOf(names);
            assertThat(values).containsEntry("tx_good_packets", 1L).containsEntry("tx_q0_packets", 1L);
            assertThat(values.get("ring_q0_kernel_entries")).isPositive();
        }
    }

    /** 25. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void xstatsReset(TapProfile profile) throws IOException {
        try (TapLink port = new TapLink(profile)) {
            port.send(Frames.experimental(60));
            port.wire.inject(Frames.experimental(60));
            port.receive();
            port.rtap.resetStatistics();
            Map<String, Long> values = port.rtap.extendedStatistics();
            values.remove("iowq_workers");
            assertThat(values.values()).allMatch(value -> value == 0);
        }
    }

    /** 26. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void xstatsPacketSizes(TapProfile profile) throws IOException {
        try (TapLink port = new TapLink(profile)) {
            for (int length : new int[] {60, 100, 200, 500}) {
                port.send(Frames.experimental(length));
                port.wire.inject(Frames.experimental(length));
                port.receive();
            }
            for (String prefix : List.of("rx_q0_", "tx_q0_")) {
                assertThat(port.rtap.extendedStatistics())
                        .containsEntry(prefix + "size_64_packets", 1L)
                        .containsEntry(prefix + "size_65_to_127_packets", 1L)
                        .containsEntry(prefix + "size_128_to_255_packets", 1L)
                        .containsEntry(prefix + "size_256_to_511_packets", 1L)
                        .containsEntry(prefix + "size_512_to_1023_packets", 0L)
                        .containsEntry(prefix + "size_1024_to_1518_packets", 0L)
                        .containsEntry(prefix + "size_1519_to_max_packets", 0L);
            }
        }
    }

    /** 27. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void xstatsPacketTypes(TapProfile profile) throws IOException {
        try (TapLink port = new TapLink(profile)) {
            for (long destination : new long[] {BROADCAST, MULTICAST, UNICAST}) {
                port.send(Frames.experimental(60, destination));
                port.wire.inject(Frames.experimental(60, destination));
                port.receive();
            }
            for (String prefix : List.of("rx_q0_", "tx_q0_")) {
                assertThat(port.rtap.extendedStatistics())
                        .containsEntry(prefix + "broadcast_packets", 1L)
                        .containsEntry(prefix + "multicast_packets", 1L)
                        .containsEntry(prefix + "unicast_packets", 1L);
            }
        }
    }

    /** 28. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void xstatsMultiqueue(TapProfile profile) throws IOException {
        try (TapLink port = new TapLink(
                profile.syscalls(), profile.config().withRingSize(16).withQueues(2))) {
            port.send(port.pairs.get(1), Frames.experimental(60));
            assertThat(port.rtap.extendedStatistics())
                    .containsKeys("rx_q0_size_64_packets", "rx_q1_size_64_packets", "tx_q0_size_64_packets")
                    .containsEntry("tx_q0_unicast_packets", 0L)
                    .containsEntry("tx_q1_unicast_packets", 1L)
                    .doesNotContainKey("rx_q2_size_64_packets");
        }
    }
}
