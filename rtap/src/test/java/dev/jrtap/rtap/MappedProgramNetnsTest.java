// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bpf.MappedArrayMap;
import dev.jrtap.bpf.TestRun;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Syscalls;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The program of a queue by itself: the kernel runs it with packets of ours, without a device. */
@Timeout(120)
class MappedProgramNetnsTest {

    private static final int SLOT = 256;
    private static final int SLOTS = 4;
    private static final int FIRST = SLOT - SegmentTable.HEADROOM;
    private static final int LONGEST = FIRST + 2 * SLOT;

    private MappedArrayMap pool;
    private MappedQueue queue;
    private MappedRing ring;

    @BeforeEach
    void open() throws Exception {
        Syscalls sys = TapProfile.PLAIN_MAPPED.syscalls();
        pool = MappedArrayMap.create(sys, "slots", SLOT, SLOTS);
        queue = MappedQueue.open(sys, pool, SLOTS, LONGEST, null);
        ring = queue.ring();
    }

    @AfterEach
    void close() {
        if (queue != null) {
            queue.close();
            pool.close();
        }
    }

    /** Runs the program with bytes that it has to do with, and which differ; returns its verdict. */
    private int run(byte[] bytes) throws Exception {
        Memory frame = Memory.allocate(TestRun.SHORTEST + bytes.length);
        frame.putBytes(TestRun.SHORTEST, bytes, 0, bytes.length);
        return new TestRun(queue.program()).run(frame);
    }

    private static byte[] bytes(int length, int from) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (from + 31 * i + (i >> 8));
        }
        return bytes;
    }

    /** Returns the bytes of a packet in these slots. */
    private byte[] written(int[] slots, int length) {
        byte[] all = new byte[slots.length * SLOT];
        for (int i = 0; i < slots.length; i++) {
            pool.memory().getBytes(slots[i] * SLOT, all, i * SLOT, SLOT);
        }
        return Arrays.copyOfRange(all, SegmentTable.HEADROOM, SegmentTable.HEADROOM + length);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, FIRST - 1, FIRST, FIRST + 1, FIRST + SLOT, FIRST + SLOT + 1, LONGEST})
    void aPacketHasOneDescriptorAndTheSlotsThatItNeeds(int length) throws Exception {
        for (int slot = 0; slot < SLOTS; slot++) {
            ring.lend(slot);
        }
        ring.give();
        for (int round = 0; round < 10; round++) {
            byte[] bytes = bytes(length, round);
            assertThat(run(bytes)).isZero();
            int[] slots = new int[ring.ready()];
            assertThat(slots).hasSize((SegmentTable.HEADROOM + length + SLOT - 1) / SLOT);
            assertThat(ring.take(slots, slots.length)).isEqualTo(length);
            assertThat(written(slots, length)).isEqualTo(bytes);
            assertThat(ring.ready()).isZero();
            for (int slot : slots) {
                ring.lend(slot);
            }
            ring.give();
        }
        assertThat(ring.accounted()).isEqualTo(10);
    }

    /** Nobody waits for a packet, nor for its slots, because one of them is none. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void aPacketThatCannotBeWrittenIsPublishedAsBroken(int wrong) throws Exception {
        for (int slot = 0; slot < SLOTS; slot++) {
            ring.lend(slot == wrong ? SLOTS : slot);
        }
        ring.give();
        assertThat(run(bytes(LONGEST, 0))).isZero();
        assertThat(ring.ready()).isEqualTo(3);
        assertThat(ring.take(new int[3], 3)).isEqualTo(LONGEST | MappedLayout.BROKEN);
        assertThat(run(bytes(FIRST, 0))).isZero();
        assertThat(ring.ready()).isEqualTo(1);
        assertThat(ring.take(new int[1], 1)).isEqualTo(FIRST);
    }

    @Test
    void aPacketThatDoesNotFitPasses() throws Exception {
        assertThat(run(bytes(LONGEST + 1, 0))).isEqualTo(-1);
        assertThat(ring.takePassed()).isTrue();
        assertThat(run(bytes(LONGEST, 0))).as("it fits, and finds no slot").isZero();
        assertThat(ring.takePassed()).isFalse();
        ring.close();
        assertThat(run(bytes(LONGEST, 0))).as("closed").isEqualTo(-1);
    }
}
