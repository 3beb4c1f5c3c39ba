// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindings.IoSqringOffsets;
import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringParams;
import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.bindings.KernelTimespec;
import dev.jrtap.fixtures.Stress;
import dev.jrtap.memory.Memory;
import dev.jrtap.ownership.Ownership;
import dev.jrtap.ownership.Teardown;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Syscalls;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Entries of 64 and of 128 bytes in one queue, without a kernel: the test reads them as one from Linux 6.19 on does.
 */
@Tag("any-kernel")
class SubmissionQueueTest {

    private static final int HEAD = 0;
    private static final int TAIL = 4;
    private static final int FLAGS = 8;
    private static final int DROPPED = 12;
    private static final long LARGE = 1L << 40;
    private static final int MEETINGS = Stress.times(300_000);
    private static final long MEETING_NANOS = 20_000_000_000L;
    private static final int SPINS = 1_000;
    private static final int OVER = Integer.MAX_VALUE;
    private static final int LINKS = IoUring.IOSQE_IO_LINK | IoUring.IOSQE_IO_HARDLINK;

    /**
     * What the kernel must find, in order: user data of operations, with {@link #LARGE} in that of those of 128 bytes.
     */
    private final Deque<Long> model = new ArrayDeque<>();

    private OwnRingMemory memory;
    private Memory words;
    private Memory entries;
    private SubmissionQueue queue;
    private int capacity;
    private int head;

    private void open(int size, SetupFlag... flags) throws ErrnoException {
        capacity = size;
        EnumSet<SetupFlag> granted = EnumSet.of(SetupFlag.NO_MMAP, SetupFlag.NO_SQARRAY);
        granted.addAll(EnumSet.of(flags[0], flags));
        var request = new RingSetup.Request(size, 2 * size, granted, EnumSet.noneOf(SetupFlag.class));
        memory = OwnRingMemory.allocate(Syscalls.libc(), request, granted);
        Memory params = Memory.allocate(IoUringParams.SIZEOF);
        params.putI32(IoUringParams.SQ_ENTRIES, size);
        params.putI32(IoUringParams.CQ_ENTRIES, 2 * size);
        params.putI32(IoUringParams.SQ_OFF + IoSqringOffsets.TAIL, TAIL);
        params.putI32(IoUringParams.SQ_OFF + IoSqringOffsets.FLAGS, FLAGS);
        params.putI32(IoUringParams.SQ_OFF + IoSqringOffsets.DROPPED, DROPPED);
        RingMaps maps = RingMaps.map(new RingSetup(null, params, granted, memory));
        words = maps.submissionRing();
        entries = maps.entries();
        queue = new SubmissionQueue(
                maps,
                new Ownership("queue", () -> {}, new Nothing()),
                new UnderWay(-1),
                new FileSlots(),
                new LentMemory());
        queue.begin(maps);
    }

    @AfterEach
    void unmap() {
        if (memory != null) {
            memory.close();
        }
    }

    private static final class Nothing implements Teardown {
        @Override
        public void begin() {}

        @Override
        public boolean await() {
            return true;
        }
    }

    /**
     * Takes up to {@code most} places, as the kernel does: a large entry is whole, does not wrap, and begins nowhere
     * else.
     */
    private void take(int most) {
        int tail = words.getI32(TAIL);
        for (int places = most; places > 0 && head != tail; places--) {
            int at = (head & capacity - 1) * IoUringSqe.SIZEOF;
            int opcode = entries.getU8(at + IoUringSqe.OPCODE);
            long userData = entries.getI64(at + IoUringSqe.USER_DATA);
            head++;
            if (userData == ReservedData.FILLER) {
                assertThat(opcode).isEqualTo(IoUring.IORING_OP_NOP);
                assertThat(head & capacity - 1)
                        .as("a filler fills the last place")
                        .isZero();
                continue;
            }
            assertThat(userData).isEqualTo(model.remove());
            if ((userData & LARGE) == 0) {
                assertThat(opcode).isEqualTo(IoUring.IORING_OP_NOP);
                assertThat(entries.getI64(at + IoUringSqe.BUF_INDEX))
                        .as("left of others")
                        .isZero();
                assertThat(entries.getI64(at + IoUringSqe.CMD)).isZero();
                assertThat(entries.getI64(at + IoUringSqe.CMD + Long.BYTES)).isZero();
                continue;
            }
            assertThat(opcode).isEqualTo(IoUring.IORING_OP_URING_CMD128);
            assertThat(head & capacity - 1).as("a large entry does not wrap").isNotZero();
            assertThat(head).as("and is shown whole").isNotEqualTo(tail);
            assertThat(entries.getI64(at + IoUringSqe.CMD)).isEqualTo(userData);
            assertThat(entries.getI64(at + IoUringSqe.SIZEOF)).isZero();
            head++;
        }
        words.putI32Release(HEAD, head);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4, 8, 64})
    void mixesSmallAndLargeEntries(int size) throws ErrnoException {
        open(size, SetupFlag.SQE_MIXED);
        Random random = new Random(size);
        Memory argument = Memory.allocate(8);
        for (long next = 0; next < 20_000; next++) {
            if (random.nextInt(4) == 0) {
                submit();
            }
            if (random.nextBoolean()) {
                boolean full = queue.pending() == size;
                Operations entry = queue.claim();
                assertThat(entry == null).isEqualTo(full);
                if (entry != null) {
                    entry.nop().userData(next);
                    model.add(next);
                }
            } else {
                argument.putI64(0, next | LARGE);
                claimLarge(random.nextBoolean()).uringCmd128(-1, 0, argument).userData(next | LARGE);
                model.add(next | LARGE);
            }
        }
        submit();
        assertThat(model).isEmpty();
    }

    private void submit() {
        queue.publish();
        take(Integer.MAX_VALUE);
    }

    /** Submits and tries again, as the method says; in a queue of two what fills its end is submitted alone. */
    private Operations claimLarge(boolean early) {
        if (early) {
            submit();
        }
        for (int tries = 0; tries < 3; tries++) {
            int space = queue.space();
            Operations entry = queue.claim128();
            if (entry != null) {
                return entry;
            }
            assertThat(space).as("there was room").isLessThan(3);
            submit();
        }
        throw new AssertionError("no room in an empty queue");
    }

    @ParameterizedTest
    @ValueSource(ints = {IoUring.IOSQE_IO_LINK, IoUring.IOSQE_IO_HARDLINK, 0})
    void aChainGoesOnOverTheEnd(int link) throws ErrnoException {
        open(4, SetupFlag.SQE_MIXED);
        queue.claim().nop();
        queue.claim().nop();
        queue.publish();
        model.add(0L);
        model.add(0L);
        take(2);
        Sqe last = queue.claim().nop();
        if (link == IoUring.IOSQE_IO_LINK) {
            last.link();
        } else if (link != 0) {
            last.hardLink();
        }
        queue.claim128().nop128();
        int filler = 3 * IoUringSqe.SIZEOF;
        assertThat(entries.getI64(filler + IoUringSqe.USER_DATA)).isEqualTo(ReservedData.FILLER);
        assertThat(entries.getU8(filler + IoUringSqe.FLAGS) & LINKS).isEqualTo(link);
    }

    /** Whatever the kernel leaves begins the next submit, with what it points to. */
    @ParameterizedTest
    @ValueSource(ints = {2, 4, 8, 64})
    void beginsAtTheFirstEntryWhereItRewinds(int size) throws ErrnoException {
        open(size, SetupFlag.SQ_REWIND);
        Random random = new Random(size);
        for (long next = 1; next < 20_000; next++) {
            Operations entry = queue.claim();
            assertThat(entry == null).isEqualTo(model.size() == size);
            if (entry != null) {
                entry.timeout(next, 0).userData(next);
                model.add(next);
            }
            if (entry == null || random.nextInt(4) == 0) {
                queue.publish();
                takeFirst(random.nextInt(model.size() + 1));
            }
            assertThat(queue.pending()).isEqualTo(model.size());
        }
        queue.publish();
        takeFirst(model.size());
        assertThat(words.getI32(TAIL)).as("what a resize would copy").isZero();
    }

    private void takeFirst(int count) {
        for (int i = 0; i < count; i++) {
            int at = i * IoUringSqe.SIZEOF;
            long expected = model.remove();
            assertThat(entries.getI64(at + IoUringSqe.USER_DATA)).isEqualTo(expected);
            Memory time = Memory.wrap(entries.getI64(at + IoUringSqe.ADDR), KernelTimespec.SIZEOF);
            assertThat(time.getI64(KernelTimespec.TV_NSEC)).isEqualTo(expected);
        }
        queue.taken(count);
    }

    @Test
    void aLargeOperationTakesALargeEntry() throws ErrnoException {
        open(4, SetupFlag.SQE_MIXED);
        Memory argument = Memory.allocate(80);
        assertThatThrownBy(() -> queue.claim().nop128())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("claim128()");
        assertThatThrownBy(() -> queue.claim().uringCmd128(-1, 0, argument)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> queue.claim().uringCmdLarge(-1, 0, argument))
                .isInstanceOf(IllegalStateException.class);
        queue.publish();
        for (int i = 0; i < 3; i++) {
            model.add(0L);
        }
        take(3);
        assertThat(entries.getI64(3 * IoUringSqe.SIZEOF)).as("behind them").isZero();
    }

    /** Neither what the ring counts by, nor the next entry. */
    @ParameterizedTest
    @ValueSource(ints = {-64, -1, 0, 1, 4, 6, 32, 36, 39, 127, 128, Integer.MAX_VALUE - 7, Integer.MAX_VALUE})
    void someFieldsAreNotSetByTheirPlace(int field) throws ErrnoException {
        open(4, SetupFlag.SQE128);
        Sqe sqe = queue.claim().nop();
        assertThatThrownBy(() -> sqe.put64(field, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> sqe.put32(field, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> sqe.put16(field, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    /**
     * The owner stores the tail and looks at the flag; the polling thread stores the flag and looks at the tail. If
     * both see what was before, the entry waits without end. x86 shows that within some thousand rounds where a fence
     * is missing.
     */
    @Test
    @Timeout(60)
    void oneOfTwoSeesTheOther() throws Exception {
        open(64, SetupFlag.SQPOLL);
        AtomicInteger owner = new AtomicInteger();
        AtomicInteger poller = new AtomicInteger();
        boolean[] sleeps = new boolean[1];
        Thread polling = new Thread(() -> {
            for (int round = 1; meet(poller, owner, 2 * round) != OVER; round++) {
                words.putI32Release(FLAGS, IoUring.IORING_SQ_NEED_WAKEUP);
                VarHandle.fullFence();
                sleeps[0] = words.getI32Acquire(TAIL) != round;
                meet(poller, owner, 2 * round + 1);
            }
        });
        polling.start();
        int missed = 0;
        // Where others have the processors, the two meet rarely: then fewer rounds.
        long end = System.nanoTime() + MEETING_NANOS;
        for (int round = 1; round <= MEETINGS && System.nanoTime() - end < 0; round++) {
            queue.claim().nop();
            meet(owner, poller, 2 * round);
            queue.publish();
            boolean wakes = queue.needsWakeup();
            meet(owner, poller, 2 * round + 1);
            missed += sleeps[0] && !wakes ? 1 : 0;
            words.putI32Release(FLAGS, 0);
            words.putI32Release(HEAD, round);
        }
        owner.set(OVER);
        polling.join();
        assertThat(missed).isZero();
    }

    /** Returns the point of the other, who is at least as far. */
    private static int meet(AtomicInteger self, AtomicInteger other, int point) {
        self.set(point);
        int spins = 0;
        int theirs = other.get();
        while (theirs < point) {
            if (spins++ < SPINS) {
                Thread.onSpinWait();
            } else {
                // The other may need this processor.
                Thread.yield();
            }
            theirs = other.get();
        }
        return theirs;
    }
}
