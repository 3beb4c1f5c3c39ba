// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.IoCqringOffsets;
import dev.jrtap.bindings.IoUringCqe;
import dev.jrtap.bindings.IoUringParams;
import dev.jrtap.memory.Memory;
import dev.jrtap.ownership.Ownership;
import dev.jrtap.ownership.Teardown;
import dev.jrtap.syscall.Syscalls;
import java.lang.reflect.Field;
import java.util.EnumSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A completion queue after more completions than its words count, without a kernel. */
@Tag("any-kernel")
class CompletionPositionTest {

    private static final int ENTRIES = 8;
    private static final int HEAD = 0;
    private static final int TAIL = 4;
    private static final int OVERFLOW = 8;
    private static final int FLAGS = 12;
    private static final int CQES = 64;

    private static final class Nothing implements Teardown {
        @Override
        public void begin() {}

        @Override
        public boolean await() {
            return true;
        }
    }

    private static final class NoOwn implements OwnCompletions {
        @Override
        public void onCompletion(long userData) {}

        @Override
        public boolean areExpected() {
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, (1L << 31) - 5, (1L << 32) - 5, (1L << 33) + 3})
    void countsAndHandsOverAtAnyPosition(long first) throws Exception {
        EnumSet<SetupFlag> granted = EnumSet.of(SetupFlag.NO_MMAP, SetupFlag.NO_SQARRAY);
        var request = new RingSetup.Request(ENTRIES / 2, ENTRIES, granted, EnumSet.noneOf(SetupFlag.class));
        Memory params = Memory.allocate(IoUringParams.SIZEOF);
        params.putI32(IoUringParams.SQ_ENTRIES, ENTRIES / 2);
        params.putI32(IoUringParams.CQ_ENTRIES, ENTRIES);
        params.putI32(IoUringParams.CQ_OFF + IoCqringOffsets.HEAD, HEAD);
        params.putI32(IoUringParams.CQ_OFF + IoCqringOffsets.TAIL, TAIL);
        params.putI32(IoUringParams.CQ_OFF + IoCqringOffsets.OVERFLOW, OVERFLOW);
        params.putI32(IoUringParams.CQ_OFF + IoCqringOffsets.FLAGS, FLAGS);
        params.putI32(IoUringParams.CQ_OFF + IoCqringOffsets.CQES, CQES);
        try (OwnRingMemory memory = OwnRingMemory.allocate(Syscalls.libc(), request, granted)) {
            RingMaps maps = RingMaps.map(new RingSetup(null, params, granted, memory));
            CompletionQueue queue = new CompletionQueue(
                    new Ownership("queue", () -> {}, new Nothing()),
                    new UnderWay(-1),
                    new LentMemory(),
                    new Undrained());
            queue.ownTo(new NoOwn());
            queue.begin(maps);
            begin(queue, first);
            Memory words = maps.completionRing();
            words.putI32(HEAD, (int) first);
            words.putI32(TAIL, (int) first);
            for (long position = first; position < first + 3 * ENTRIES; position++) {
                assertThat(queue.has(1)).isFalse();
                int at = CQES + ((int) position & ENTRIES - 1) * IoUringCqe.SIZEOF;
                words.putI64(at + IoUringCqe.USER_DATA, position);
                words.putI32Release(TAIL, (int) position + 1);
                assertThat(queue.has(1)).as("position %d", position).isTrue();
                assertThat(queue.has(2)).isFalse();
                assertThat(queue.ready()).isEqualTo(1);
                assertThat(queue.next()).isTrue();
                assertThat(queue.userData()).isEqualTo(position);
                assertThat(queue.next()).isFalse();
                assertThat(words.getI32(HEAD)).isEqualTo((int) position + 1);
            }
        }
    }

    private static void begin(CompletionQueue queue, long first) throws ReflectiveOperationException {
        for (String name : new String[] {"head", "released"}) {
            Field field = CompletionQueue.class.getDeclaredField(name);
            field.setAccessible(true);
            field.setLong(queue, first);
        }
        Field seen = CompletionQueue.class.getDeclaredField("seenTail");
        seen.setAccessible(true);
        seen.setInt(queue, (int) first);
    }
}
