// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.jrtap.fixtures.Garbage;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Syscalls;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Packets that wait for their time, without a device. */
class PacketScheduleTest {

    private static final int SLOTS = 64;

    private PacketPool pool;
    private Burst in;
    private Burst out;
    private PacketSchedule schedule;

    @BeforeEach
    void open() throws ErrnoException {
        pool = PacketPool.create(Syscalls.libc(), SLOTS, 256);
        in = new Burst(pool, SLOTS);
        out = new Burst(pool, SLOTS);
        schedule = new PacketSchedule(pool, SLOTS);
    }

    @AfterEach
    void nothingIsMissing() {
        in.release();
        out.release();
        schedule.release();
        pool.close();
    }

    private record Waiting(long due, int tag) {}

    /** Against a list that is sorted: adds and takes in a random mix, many equal times, times that wrap around. */
    @Test
    void packetsComeInTheOrderOfTheirTimesAndOfAdding() {
        Random random = new Random(3);
        for (long base : new long[] {0, -1000, Long.MAX_VALUE - 5}) {
            List<Waiting> model = new ArrayList<>();
            for (int step = 0, tag = 0; step < 20_000; step++) {
                if (random.nextInt(100) < 52 && model.size() < SLOTS) {
                    long due = base + random.nextInt(12);
                    in.add();
                    in.memory().putI32(in.offset(0), tag);
                    assertThat(schedule.add(in, 0, due, tag)).isTrue();
                    in.release();
                    model.add(new Waiting(due, tag++));
                    // Stable, so equal times keep their order.
                    model.sort(Comparator.comparingLong(each -> each.due() - base));
                } else if (!model.isEmpty()) {
                    Waiting expected = model.remove(0);
                    assertThat(schedule.nextDue()).isEqualTo(expected.due());
                    assertThat(schedule.isDue(expected.due() - 1)).isFalse();
                    assertThat(schedule.isDue(expected.due())).isTrue();
                    assertThat(schedule.tag()).isEqualTo(expected.tag());
                    schedule.take(out);
                    assertThat(out.memory().getI32(out.offset(0))).isEqualTo(expected.tag());
                    out.release();
                }
                assertThat(schedule.size()).isEqualTo(model.size());
            }
            schedule.release();
            assertThat(pool.available()).isEqualTo(SLOTS);
        }
    }

    @Test
    void aFullScheduleLeavesThePacketWhereItIs() {
        PacketSchedule small = new PacketSchedule(pool, 1);
        in.add();
        in.add();
        assertThat(small.add(in, 0, 5, 0)).isTrue();
        assertThat(small.add(in, 1, 5, 0)).isFalse();
        assertThat(in.length(1)).isZero();
        assertThatIllegalStateException().isThrownBy(() -> in.length(0)).withMessageContaining("not in hand");
        small.release();
        assertThatIllegalStateException().isThrownBy(() -> small.take(out)).withMessage("no packet waits");
        assertThat(small.nextDue()).isEqualTo(Long.MAX_VALUE);
        assertThat(small.isDue(Long.MAX_VALUE)).isFalse();
    }

    @Test
    void refusesWhatItCannotHold() throws ErrnoException {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PacketSchedule(pool, 0))
                .withMessage("capacity must be 1 packet or more: 0");
        Burst one = new Burst(pool, 1);
        one.add();
        in.add();
        schedule.add(in, 0, 5, 0);
        assertThatIllegalStateException().isThrownBy(() -> schedule.take(one)).withMessage("the burst is full");
        one.release();
        try (PacketPool other = PacketPool.create(Syscalls.libc(), 8, 256)) {
            Burst burst = new Burst(other, 1);
            assertThatIllegalStateException()
                    .isThrownBy(() -> schedule.take(burst))
                    .withMessage("the burst has another pool");
            burst.add();
            assertThatIllegalStateException()
                    .isThrownBy(() -> schedule.add(burst, 0, 5, 0))
                    .withMessage("the burst has another pool");
            burst.release();
        }
        assertThat(schedule.size()).isEqualTo(1);
    }

    @Test
    void makesNoGarbage() {
        assertThat(Garbage.of(() -> {
                    for (int i = 0; i < SLOTS; i++) {
                        in.add();
                        schedule.add(in, i, i * 7919L % 64, i);
                    }
                    in.release();
                    while (schedule.size() > 0) {
                        schedule.take(out);
                    }
                    out.release();
                }))
                .isZero();
    }

    @Test
    void aCopyHasBytesSegmentsAndWorkOfItsOwn() {
        in.add();
        in.add();
        in.length(0, 3);
        in.memory().putI8(in.offset(0), 7);
        in.vnet(0).checksum(14, 2);
        in.length(1, 5);
        in.memory().putI8(in.offset(1) + 4, 9);
        in.chain(0, in, 1);

        assertThat(out.copy(in, 0)).isTrue();
        in.memory().zero(in.offset(0), 3);
        in.release();

        assertThat(pool.available()).isEqualTo(SLOTS - 2);
        assertThat(out.segments(0)).isEqualTo(2);
        assertThat(out.length(0)).isEqualTo(8);
        assertThat(out.memory().getI8(out.offset(0))).isEqualTo((byte) 7);
        assertThat(out.vnet(0).checksumStart()).isEqualTo(14);
        Segments segments = new Segments().of(out, 0);
        segments.next();
        segments.next();
        assertThat(out.memory().getI8(segments.offset() + 4)).isEqualTo((byte) 9);
    }

    @Test
    void nothingIsCopiedWithoutSlotsForAll() {
        for (int i = 0; i < SLOTS - 1; i++) {
            in.add();
        }
        in.chain(0, in, 1);
        assertThat(out.copy(in, 0)).isFalse();
        assertThat(out.size()).isZero();
        assertThat(pool.available()).isEqualTo(1);
    }
}
