// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TunMode;
import dev.jrtap.tuntap.TunOffload;
import dev.jrtap.tuntap.VnetHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the queues count and keep, with a kernel that does as it is told; without a device. */
class QueueLawsTest {

    private static final int DEPTH = 8;
    private static final int SLOTS = 64;
    private static final int SLOT_SIZE = 256;

    private PacketPool pool;
    private FakeDriver driver;
    private TxCounts txCounts;
    private RxCounts rxCounts;
    private Burst burst;

    @BeforeEach
    void open() throws Exception {
        pool = PacketPool.create(Syscalls.libc(), SLOTS, SLOT_SIZE);
        burst = new Burst(pool, SLOTS);
        driver = new FakeDriver();
        txCounts = new TxCounts(new FrameCounts(true));
        rxCounts = new RxCounts(new FrameCounts(true), () -> {});
    }

    @AfterEach
    void nothingIsMissing() {
        burst.release();
        // What has been sent is counted and released with the next look at the ring.
        driver.reap();
        assertThat(pool.available()).isEqualTo(SLOTS);
        pool.close();
    }

    private TxQueue tx(RtapConfig config) {
        return TxQueue.over(driver, pool, TunMode.TAP, txCounts, config.withRingSize(DEPTH));
    }

    private RxQueue rx(int longest) throws Exception {
        return RxQueue.over(driver, pool, TunMode.TAP, rxCounts, DEPTH, longest);
    }

    private void add(int packets) {
        for (int i = 0; i < packets; i++) {
            assertThat(burst.add()).isTrue();
            burst.length(burst.size() - 1, 60);
        }
    }

    @ParameterizedTest
    @CsvSource({"70, 1, ", "69, 0, SHORT", "10, 0, SHORT", "0, 0, SHORT", "71, 0, SHORT"})
    void onlyAWholeWriteIsSent(int result, long packets, TxCounter reason) {
        TxQueue tx = tx(RtapConfig.named("x"));
        add(1);
        assertThat(tx.send(burst)).isEqualTo(1);
        tx.sent(driver.written.get(0), result);
        driver.reap();
        assertThat(tx.packets()).isEqualTo(packets);
        assertThat(tx.errors()).isEqualTo(1 - packets);
        if (reason != null) {
            assertThat(tx.count(reason)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"ENOBUFS, NO_MEMORY", "ENOMEM, NO_MEMORY", "EIO, LINK_DOWN", "EINVAL, INVALID", "EBADFD, GONE"})
    void everyRefusalHasItsReason(String errno, TxCounter reason) throws Exception {
        TxQueue tx = tx(RtapConfig.named("x"));
        add(1);
        tx.send(burst);
        tx.sent(driver.written.get(0), -Errno.class.getField(errno).getInt(null));
        assertThat(tx.errors()).isEqualTo(1);
        assertThat(tx.packets()).isZero();
        for (TxCounter counter : TxCounter.values()) {
            boolean counted = counter == reason || counter == TxCounter.ERRORS;
            assertThat(tx.count(counter)).as(counter.label()).isEqualTo(counted ? 1 : 0);
        }
        assertThat(tx.isGone()).isEqualTo(reason == TxCounter.GONE);
    }

    /** Twice: that the device is gone is told once. */
    @ParameterizedTest
    @CsvSource({"EAGAIN, , 0", "ECANCELED, , 0", "ENOBUFS, NO_BUFFER, 2", "EBADFD, GONE, 1", "EIO, ERRORS, 2"})
    void everyFailedReadHasItsReason(String errno, RxCounter reason, int count) throws Exception {
        RxQueue rx = rx(100);
        for (int i = 0; i < 2; i++) {
            assertThat(rx.completed(
                            PacketPool.NONE, -Errno.class.getField(errno).getInt(null)))
                    .isFalse();
        }
        for (RxCounter counter : RxCounter.values()) {
            assertThat(rx.count(counter)).as(counter.label()).isEqualTo(counter == reason ? count : 0);
        }
        assertThat(rx.isGone()).isEqualTo(reason == RxCounter.GONE);
    }

    /** What stays is in order from 0 on, and a place that was empty is none. */
    @Test
    void whatIsNotAcceptedMovesUpWithoutGaps() {
        TxQueue tx = tx(RtapConfig.named("x"));
        add(DEPTH + 4);
        Burst other = new Burst(pool, 2);
        other.take(burst, 1);
        other.take(burst, DEPTH + 2);
        int first = burst.head(DEPTH + 1);
        int last = burst.head(DEPTH + 3);
        assertThat(tx.send(burst)).isEqualTo(DEPTH);
        assertThat(burst.size()).isEqualTo(2);
        assertThat(burst.head(0)).isEqualTo(first);
        assertThat(burst.head(1)).isEqualTo(last);
        other.release();
        tx.releaseAll();
    }

    /** A chain needs all its segments: a chain that cannot be allocated holds none. */
    @Test
    void aChainThatIsTooLongForThePoolTakesNothing() {
        PacketsInFlight inFlight = new PacketsInFlight(pool);
        Chains chains = new Chains(inFlight, 1000);
        int whole = SLOTS / chains.segments();
        for (int i = 0; i < whole; i++) {
            assertThat(chains.take()).isNotEqualTo(PacketPool.NONE);
        }
        assertThat(SLOTS % chains.segments()).isPositive();
        assertThat(chains.take()).isEqualTo(PacketPool.NONE);
        assertThat(pool.available()).isEqualTo(SLOTS % chains.segments());
        assertThat(inFlight.count(chains::isWritten)).isZero();
        inFlight.releaseAll();
    }

    /** Nothing more fits, so nobody would enter the kernel, and nothing would ever fit again. */
    @Test
    void aFullRingIsFlushedEvenIfFlushesAreDeferred() {
        TxQueue tx = tx(RtapConfig.named("x").withDeferredFlush());
        add(DEPTH + 2);
        assertThat(tx.send(burst)).isEqualTo(DEPTH);
        assertThat(driver.entries).isZero();
        assertThat(tx.send(burst)).isZero();
        assertThat(driver.entries).isEqualTo(1);
        assertThat(burst.size()).isEqualTo(2);
        assertThat(tx.count(TxCounter.RING_FULL)).isEqualTo(2);
        driver.written.forEach(packet -> tx.sent(packet, 70));
        assertThat(tx.send(burst)).isEqualTo(2);
        tx.sent(driver.written.get(DEPTH), 70);
        tx.sent(driver.written.get(DEPTH + 1), 70);
        driver.reap();
        assertThat(tx.packets()).isEqualTo(DEPTH + 2);
    }

    /** As where the reader of a descriptor with a small send buffer is slow: their writes stay under way. */
    @Test
    void piecesForWhichThereIsNoRoomWait() {
        int pieces = 2 * DEPTH + 3;
        TxQueue tx = tx(RtapConfig.named("x").withSoftwareSegmentation(TunOffload.USO));
        Burst alone = new Burst(pool, pieces);
        for (int i = 0; i < pieces; i++) {
            Frames.add(alone, Frames.of(Frames.Kind.UDP4, i, i * 20, new byte[20], 0), SLOT_SIZE);
        }
        assertThat(new Coalescer(TunMode.TAP).coalesce(alone, burst)).isEqualTo(pieces);
        assertThat(tx.send(burst)).isEqualTo(1);
        for (int written = 0; written < pieces; ) {
            int next = Math.min(pieces, written + DEPTH);
            driver.reap();
            assertThat(driver.written).hasSize(next);
            for (; written < next; written++) {
                int packet = driver.written.get(written);
                tx.sent(packet, VnetHeader.LENGTH + pool.packetLength(packet));
            }
        }
        driver.reap();
        assertThat(tx.packets()).isEqualTo(pieces);
    }

    @Test
    void whatIsUnderWayAtTheEndReturnsToThePool() {
        TxQueue tx = tx(RtapConfig.named("x"));
        add(3);
        tx.send(burst);
        tx.sent(driver.written.get(0), 70);
        tx.releaseAll();
        assertThat(pool.available()).isEqualTo(SLOTS);
        assertThat(tx.packets()).isEqualTo(1);
        assertThat(tx.errors()).isEqualTo(2);
        assertThat(tx.count(TxCounter.UNSENT)).isEqualTo(2);
    }

    /** Completions that nobody has seen are discarded with a ring; what the kernel has written tells of them. */
    @Test
    void whatHasComeAndIsNotReceivedIsCountedAtTheEnd() throws Exception {
        RxQueue rx = rx(1000);
        arrive(rx, driver.chains, 0, 60);
        int seen = arrive(rx, driver.chains, 0, 900);
        assertThat(pool.segmentCount(seen)).isGreaterThan(1);
        driver.chains.take();
        VnetHeader.clear(pool.memory(), pool.header(driver.chains.take()));
        assertThat(rx.releaseAll()).isEqualTo(3);
        assertThat(rx.packets()).isZero();
        assertThat(pool.available()).isEqualTo(SLOTS);
    }

    @Test
    void aPacketIsCountedWhenItIsReceived() throws Exception {
        RxQueue rx = rx(100);
        arrive(rx, driver.chains, 0, 60);
        assertThat(rx.packets()).isZero();
        rx.receive(burst);
        assertThat(rx.packets()).isEqualTo(1);
        assertThat(rx.bytes()).isEqualTo(60);
        assertThat(rx.releaseAll()).isZero();
    }

    private int arrive(RxQueue rx, Chains chains, int mark, int length) {
        int packet = chains.take();
        VnetHeader.clear(pool.memory(), pool.header(packet));
        pool.memory().putI32(pool.offset(packet), mark);
        if (!rx.completed(packet, VnetHeader.LENGTH + length)) {
            chains.release(packet);
        }
        return packet;
    }

    /** As many as can be on their way: a depth that waits, and a depth that is lent. */
    @Test
    void twiceTheDepthArrivesInOrder() throws Exception {
        RxQueue rx = rx(100);
        Chains chains = new Chains(new PacketsInFlight(pool), 100);
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < 2 * DEPTH; i++) {
                arrive(rx, chains, i, 60);
            }
            Burst one = new Burst(pool, 1);
            for (int i = 0; i < 2 * DEPTH; i++) {
                assertThat(rx.receive(one)).isEqualTo(1);
                assertThat(one.memory().getI32(one.offset(0))).isEqualTo(i);
                one.release();
            }
        }
    }

    @Test
    void anEmptyPoolIsLookedAtEveryMillisecond() throws Exception {
        RxQueue rx = rx(100);
        driver.slotPosted = false;
        driver.onSleep = () -> driver.slotPosted = driver.sleeps.size() == 3;
        assertThat(rx.await(20_000_000_000L)).isFalse();
        assertThat(driver.sleeps).hasSize(4);
        assertThat(driver.sleeps.subList(0, 3)).containsOnly(1_000_000L);
        assertThat(driver.sleeps.get(3)).isGreaterThan(1_000_000L);
    }

    @ParameterizedTest
    @CsvSource({"100", "191", "192", "300", "1000"})
    void everyLengthFillsItsChain(int longest) throws Exception {
        RxQueue rx = rx(longest);
        PacketsInFlight inFlight = new PacketsInFlight(pool);
        Chains chains = new Chains(inFlight, longest);
        int first = SLOT_SIZE - 64;
        int most = chains.capacity() - VnetHeader.LENGTH;
        assertThat(most - 1).isGreaterThanOrEqualTo(longest);
        Burst one = new Burst(pool, 1);
        for (int length = 14; length < most; length++) {
            arrive(rx, chains, 0, length);
            assertThat(rx.receive(one)).as("frame of %d bytes", length).isEqualTo(1);
            assertThat(one.length(0)).isEqualTo(length);
            int segments = length <= first ? 1 : 1 + (length - first + SLOT_SIZE - 1) / SLOT_SIZE;
            assertThat(one.segments(0)).as("frame of %d bytes", length).isEqualTo(segments);
            one.release();
        }
        // The last byte is used: the frame was longer.
        arrive(rx, chains, 0, most);
        assertThat(rx.ready()).isZero();
        assertThat(rx.truncated()).isEqualTo(1);
        arrive(rx, chains, 0, 13);
        assertThat(rx.errors()).isEqualTo(1);
    }
}
