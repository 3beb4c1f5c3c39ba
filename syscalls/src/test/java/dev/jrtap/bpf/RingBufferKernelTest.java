// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

import static dev.jrtap.bpf.Register.*;
import static dev.jrtap.bpf.Size.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindings.Bpf;
import dev.jrtap.bindings.SkBuff;
import dev.jrtap.fixtures.Ebpf;
import dev.jrtap.fixtures.Garbage;
import dev.jrtap.fixtures.Sleeper;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Syscalls;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Records of a program that reports the length of each packet, which it is run with. */
@Timeout(60)
class RingBufferKernelTest {

    private static final Syscalls SYS = Syscalls.libc();
    private static final int BYTES = 1 << 16;
    private static final int RECORD = 16;
    private static final int WITH_HEADER = 24;
    private static final int DISCARDED = 999;

    private RingBuffer ring;
    private Program program;
    private TestRun run;

    @BeforeEach
    void begin() throws ErrnoException {
        Ebpf.require();
        ring = RingBuffer.create(SYS, "ring", BYTES);
        program = Program.load(SYS, ProgramType.SCHED_CLS, reporter());
        run = new TestRun(program);
    }

    @AfterEach
    void end() {
        if (ring != null) {
            program.close();
            ring.close();
        }
    }

    /** Returns 1 if there is no room. */
    private Code reporter() {
        return new Assembler("reporter")
                .mov(R6, R1)
                .ldMap(R1, ring)
                .mov(R2, RECORD)
                .mov(R3, 0)
                .call(Helper.RINGBUF_RESERVE)
                .jeq(R0, 0, "full")
                .ldx(W, R2, R6, SkBuff.LEN)
                .stx(W, R0, 0, R2)
                .st(W, R0, 4, 4)
                .st(DW, R0, 8, -8)
                .mov(R1, R0)
                .jeq(R2, DISCARDED, "discard")
                .mov(R2, 0)
                .call(Helper.RINGBUF_SUBMIT)
                .mov(R0, 0)
                .exit()
                .label("discard")
                .mov(R2, Bpf.BPF_RB_FORCE_WAKEUP)
                .call(Helper.RINGBUF_DISCARD)
                .mov(R0, 0)
                .exit()
                .label("full")
                .mov(R0, 1)
                .exit()
                .assemble();
    }

    private void report(int... lengths) throws ErrnoException {
        for (int length : lengths) {
            assertThat(run.run(Memory.allocate(length))).isZero();
        }
    }

    private List<Integer> drain(int limit) {
        List<Integer> lengths = new ArrayList<>();
        int count = ring.drain(
                record -> {
                    assertThat(record.length()).isEqualTo(RECORD);
                    assertThat(record.getI32(4)).isEqualTo(4);
                    assertThat(record.getI64(8)).isEqualTo(-8);
                    lengths.add(record.getI32(0));
                },
                limit);
        assertThat(count).isEqualTo(lengths.size());
        return lengths;
    }

    @Test
    void recordsComeInOrder() throws ErrnoException {
        assertThat(drain(10)).isEmpty();
        report(100, 101, 102);
        assertThat(drain(2)).containsExactly(100, 101);
        report(103);
        assertThat(drain(10)).containsExactly(102, 103);
        assertThat(drain(10)).isEmpty();
    }

    @Test
    void discardedRecordsAreLeftOut() throws ErrnoException {
        report(100, DISCARDED, 101, DISCARDED);
        assertThat(drain(10)).containsExactly(100, 101);
    }

    /** Even where a record wraps around the end: the size of a record does not divide that of the buffer. */
    @Test
    void roomIsGivenBack() throws ErrnoException {
        int room = 0;
        while (run.run(Memory.allocate(64)) == 0) {
            room++;
        }
        assertThat(room).isEqualTo(BYTES / WITH_HEADER);
        for (int round = 0; round < 3 * room; round++) {
            assertThat(drain(1)).hasSize(1);
            report(100 + round % 100);
        }
        assertThat(drain(BYTES)).hasSize(room);
    }

    @Test
    void aHandlerThatThrowsHasTakenItsRecord() throws ErrnoException {
        report(100, 101);
        assertThatThrownBy(() -> ring.drain(
                        record -> {
                            throw new IllegalStateException("no");
                        },
                        10))
                .hasMessage("no");
        assertThat(drain(10)).containsExactly(101);
    }

    @Test
    void aHandlerMayNeitherDrainNorClose() throws ErrnoException {
        report(100, 101);
        for (Runnable misuse : List.<Runnable>of(ring::close, () -> ring.drain(any -> {}, 1))) {
            assertThatThrownBy(() -> ring.drain(any -> misuse.run(), 1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("map ring (RINGBUF) is being drained: a handler may neither drain nor close it");
        }
    }

    @Test
    void withoutAHandlerNothingIsTaken() throws ErrnoException {
        report(100);
        assertThatThrownBy(() -> ring.drain(null, 1)).isInstanceOf(NullPointerException.class);
        assertThat(drain(10)).containsExactly(100);
    }

    /** Unmapped under the reader, the next record would end the JVM. */
    @Test
    void aCloseByAnotherThreadWaitsForTheDrain() throws Exception {
        report(100, 101);
        Thread closer = new Thread(ring::close);
        List<Integer> seen = new ArrayList<>();
        ring.drain(
                record -> {
                    if (seen.isEmpty()) {
                        closer.start();
                        while (closer.getState() != Thread.State.BLOCKED && closer.isAlive()) {
                            Thread.onSpinWait();
                        }
                    }
                    seen.add(record.getU8(0));
                },
                10);
        closer.join();
        assertThat(seen).containsExactly(100, 101);
        assertThatThrownBy(() -> drain(1)).hasMessage("map ring (RINGBUF) is closed");
    }

    @Test
    void aRecordIsReadInsideItsBounds() throws ErrnoException {
        report(100);
        Memory copy = Memory.allocate(RECORD);
        ring.drain(
                record -> {
                    record.copy(0, copy, 0, RECORD);
                    assertThat(record.getU8(0)).isEqualTo(100);
                    assertThat(record.getU16(0)).isEqualTo(100);
                    assertThatThrownBy(() -> record.getI32(13)).isInstanceOf(IndexOutOfBoundsException.class);
                    assertThatThrownBy(() -> record.getU8(-1)).isInstanceOf(IndexOutOfBoundsException.class);
                    assertThatThrownBy(() -> record.copy(1, copy, 0, RECORD))
                            .isInstanceOf(IndexOutOfBoundsException.class);
                },
                1);
        assertThat(copy.getI64(8)).isEqualTo(-8);
    }

    @Test
    void drainingMakesNoGarbage() {
        Memory packet = Memory.allocate(100);
        long[] sum = new long[1];
        RecordHandler add = record -> sum[0] += record.getI32(0);
        assertThat(Garbage.of(() -> {
                    try {
                        run.run(packet);
                        ring.await(0);
                    } catch (ErrnoException e) {
                        throw new AssertionError(e);
                    }
                    ring.drain(add, 10);
                }))
                .isZero();
        assertThat(sum[0]).isPositive();
    }

    @Test
    void waitingEndsWithARecord() throws Exception {
        assertThat(ring.await(0)).isFalse();
        List<Boolean> found = new ArrayList<>();
        Thread reader = Sleeper.start(() -> awaitForEver(found));
        assertThatThrownBy(() -> ring.await(0)).hasMessage("map ring (RINGBUF) is awaited by another thread");
        report(100);
        reader.join();
        assertThat(found).containsExactly(true);
        assertThat(drain(10)).containsExactly(100);
    }

    private void awaitForEver(List<Boolean> found) {
        try {
            found.add(ring.await(Long.MAX_VALUE));
        } catch (ErrnoException e) {
            throw new AssertionError(e);
        }
    }

    /** The number of the descriptor may be another file's at once: nobody sleeps on it any more. */
    @Test
    void aCloseByAnotherThreadEndsTheWait() throws Exception {
        List<Boolean> found = new ArrayList<>();
        Thread reader = Sleeper.start(() -> awaitForEver(found));
        ring.close();
        reader.join();
        assertThat(found).containsExactly(false);
        assertThatThrownBy(() -> ring.await(0)).hasMessage("map ring (RINGBUF) is closed");
    }
}
