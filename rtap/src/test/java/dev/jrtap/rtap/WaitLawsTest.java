// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TunMode;
import dev.jrtap.tuntap.VnetHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a wait enters the kernel and when it sleeps, with a kernel that does as it is told; without a device. */
class WaitLawsTest {

    private static final long SECOND = 1_000_000_000L;
    private static final long LONG_NANOS = 100_000;
    private static final int WAITS = 5_000;

    private PacketPool pool;
    private FakeDriver driver;
    private RxQueue rx;
    private Burst burst;

    @BeforeEach
    void open() throws Exception {
        pool = PacketPool.create(Syscalls.libc(), 16, 256);
        burst = new Burst(pool, 8);
        driver = new FakeDriver();
        rx = RxQueue.over(driver, pool, TunMode.TAP, new RxCounts(new FrameCounts(true), () -> {}), 8, 100);
        driver.wakes = true;
    }

    @AfterEach
    void nothingIsMissing() {
        burst.release();
        rx.releaseAll();
        assertThat(pool.available()).isEqualTo(16);
        pool.close();
    }

    private void arrive() {
        int packet = driver.chains.take();
        VnetHeader.clear(pool.memory(), pool.header(packet));
        rx.completed(packet, VnetHeader.LENGTH + 60);
    }

    private void arriveLate() {
        long start = System.nanoTime();
        while (System.nanoTime() - start < LONG_NANOS) {
            Thread.onSpinWait();
        }
        arrive();
    }

    private void awaitAndReceive() {
        assertThat(rx.await(SECOND)).isTrue();
        assertThat(rx.receive(burst)).isEqualTo(1);
        burst.release();
    }

    /** What is claimed goes to the kernel with the call that sleeps: one entry a wake. */
    @Test
    void whereTheLastWaitSleptTheNextOneSleepsAtOnce() {
        driver.onSleep = this::arriveLate;
        awaitAndReceive();
        assertThat(driver.entries).isEqualTo(1);
        assertThat(driver.calm).isTrue();
        for (int i = 2; i < 10; i++) {
            awaitAndReceive();
            assertThat(driver.entries).isEqualTo(1);
            assertThat(driver.sleeps).hasSize(i);
        }
    }

    /** Nothing is read before the sleep, and once after it. */
    @Test
    void aDescriptorThatIsPolledIsReadWhenTheSleepIsOver() {
        driver.polled = true;
        driver.onSleep = this::arriveLate;
        awaitAndReceive();
        for (int i = 2; i < 10; i++) {
            int before = driver.replenished;
            driver.onSleep = () -> {
                assertThat(driver.replenished).isEqualTo(before);
                assertThat(driver.readable).isTrue();
                arriveLate();
            };
            awaitAndReceive();
            assertThat(driver.sleeps).hasSize(i);
        }
    }

    /** A packet for which there is no slot stays readable, and would end each sleep at once. */
    @Test
    void withoutASlotPacketsEndNoSleep() {
        driver.slotPosted = false;
        assertThat(rx.await(1)).isFalse();
        assertThat(driver.readable).isFalse();
    }

    /** Packets that are there already are worth a look: more may come at once, and nobody falls asleep for each. */
    @Test
    void whereNobodySleptTheNextWaitLooksFirst() {
        driver.onSleep = this::arrive;
        for (int i = 0; i < WAITS; i++) {
            awaitAndReceive();
        }
        // The machine may hold this thread up now and then, which looks as if it had slept.
        assertThat(driver.entries).isGreaterThan(WAITS / 2);
    }

    /** A look that finds something ends the calm. */
    @Test
    void whatIsReceivedWithoutAWaitEndsTheCalm() {
        driver.onSleep = this::arriveLate;
        awaitAndReceive();
        driver.onEnter = this::arrive;
        assertThat(rx.receive(burst)).isEqualTo(1);
        burst.release();
        driver.onEnter = () -> {};
        int entries = driver.entries;
        awaitAndReceive();
        assertThat(driver.entries).isEqualTo(entries + 1);
    }

    /** It looks in any case, for a packet that is there is none to be waited for. */
    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void aWaitOfNoTimeLooksAndDoesNotSleep(long timeout) {
        driver.onSleep = this::arriveLate;
        awaitAndReceive();
        int entries = driver.entries;
        int sleeps = driver.sleeps.size();
        assertThat(rx.await(timeout)).isFalse();
        driver.onEnter = this::arrive;
        assertThat(rx.await(timeout)).isTrue();
        assertThat(driver.entries).isEqualTo(entries + 2);
        assertThat(driver.sleeps).hasSize(sleeps);
    }

    @Test
    void aWaitWithoutEndSleepsOnAfterAWakeThatBringsNothing() {
        driver.onSleep = () -> {
            if (driver.sleeps.size() == 3) {
                arrive();
            }
        };
        assertThat(rx.await(Long.MAX_VALUE)).isTrue();
        assertThat(driver.sleeps).hasSize(3).allMatch(nanos -> nanos > Long.MAX_VALUE - SECOND);
    }

    /** A burst without room takes nothing, and the next wait still ends with the next packet. */
    @Test
    void anEmptyBurstLeavesSomethingToBeWantedFor() {
        assertThat(rx.receive(new Burst(pool, 0))).isZero();
        driver.onSleep = this::arrive;
        assertThat(rx.await(SECOND)).isTrue();
        assertThat(driver.wanted).isPositive();
    }
}
