// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Garbage;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class MemoryTest {

    private final Memory memory = Memory.allocate(32);

    @Test
    void isAlignedAsAskedFor() {
        for (int alignment = 1; alignment <= 1 << 16; alignment *= 2) {
            for (int size : new int[] {0, 1, 511, 4096, 4097}) {
                Memory memory = Memory.allocate(size, alignment);
                assertThat(memory.address() % alignment).isZero();
                assertThat(memory.size()).isEqualTo(size);
                if (size > 0) {
                    memory.putI8(size - 1, 1);
                }
                assertThat(memory.asByteBuffer().capacity()).isEqualTo(size);
            }
        }
        for (int wrong : new int[] {0, -1, 3, Integer.MIN_VALUE}) {
            assertThatThrownBy(() -> Memory.allocate(8, wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("alignment must be a power of two: " + wrong);
        }
        for (int wrong : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE - 4095, Integer.MAX_VALUE}) {
            assertThatThrownBy(() -> Memory.allocate(wrong, 4096))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a span has 0..2147479551 bytes: " + wrong);
        }
    }

    @Test
    void isAtItsAddress() {
        memory.putI64(8, 42);

        assertThat(Memory.wrap(memory.address() + 8, 8).getI64(0)).isEqualTo(42);
        assertThat(memory.slice(8, 8).getI64(0)).isEqualTo(42);
        assertThat(memory.address() % Long.BYTES).isZero();
        for (int at = 0; at <= memory.size(); at++) {
            int rest = memory.size() - at;
            assertThat(memory.address(at, rest)).isEqualTo(memory.address() + at);
            assertThat(memory.slice(at, rest).address()).isEqualTo(memory.address() + at);
            assertThat(memory.borrow(at, rest).address()).isEqualTo(memory.address() + at);
        }
        assertThat(memory).hasToString("Memory(0x%x, 32 bytes)", memory.address());
    }

    @Test
    void comparesAndSets() {
        Memory memory = Memory.allocate(16);
        memory.putI64(8, 7);
        assertThat(memory.compareAndSetI64(8, 6, 1)).isFalse();
        assertThat(memory.getI64(8)).isEqualTo(7);
        assertThat(memory.compareAndSetI64(8, 7, 1)).isTrue();
        assertThat(memory.getI64(8)).isEqualTo(1);
        assertThatThrownBy(() -> memory.compareAndSetI64(4, 0, 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> memory.compareAndSetI64(16, 0, 1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void clearsExactlyTheBytesAsked() {
        Memory painted = Memory.allocate(256);
        for (int length = 0; length <= 200; length++) {
            int at = length % 9;
            for (int i = 0; i < painted.size(); i++) {
                painted.putI8(i, 0xa5);
            }
            painted.zero(at, length);

            for (int i = 0; i < painted.size(); i++) {
                boolean isCleared = i >= at && i < at + length;
                assertThat(painted.getU8(i)).as("byte %d of %d", i, length).isEqualTo(isCleared ? 0 : 0xa5);
            }
        }
    }

    @Test
    void onlyWhatOwnsNothingCanBeInvalidated() {
        assertThatThrownBy(memory::invalidate)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("owns its bytes");
    }

    @Test
    void endsWithAllItsSlices() {
        Memory owner = Memory.allocate(64);
        Memory memory = Memory.wrap(owner.address(), 64);
        List<Memory> views = new ArrayList<>(List.of(memory, memory.slice(8, 32)));
        views.add(views.get(1).slice(4, 8));
        memory.invalidate();

        for (Memory view : views) {
            for (ThrowingCallable access : List.<ThrowingCallable>of(
                    () -> view.getI8(0),
                    () -> view.putI64(0, 1),
                    () -> view.getI32Acquire(0),
                    () -> view.zero(0, 1),
                    () -> view.copy(0, Memory.allocate(8), 0, 1),
                    () -> Memory.allocate(8).copy(0, view, 0, 1),
                    () -> view.slice(0, 1),
                    () -> view.getString(0, 1),
                    () -> view.address(0, 1),
                    view::address)) {
                assertThatThrownBy(access)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("its owner is closed");
            }
            assertThat(view.size()).isZero();
        }
    }

    @Test
    void keepsNoSliceReachable() {
        Memory memory = Memory.allocate(64);
        ReferenceQueue<Memory> collected = new ReferenceQueue<>();
        WeakReference<Memory> slice = new WeakReference<>(memory.slice(0, 8), collected);
        while (collected.poll() == null) {
            System.gc();
        }
        assertThat(slice.get()).isNull();
        memory.keepAlive();
    }

    @Test
    void holdsCStrings() {
        Memory text = Memory.ofString("rtap%d");

        assertThat(text.size()).isEqualTo(7);
        assertThat(text.getString(0, 7)).isEqualTo("rtap%d");
        assertThat(text.getString(2, 2)).as("cut by the limit").isEqualTo("ap");
        for (String wrong : new String[] {"a\0b", "\0b", "a\0"}) {
            assertThatThrownBy(() -> Memory.ofString(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a zero byte inside a C string");
        }
    }

    @Test
    void viewsDirectBuffersFromPositionToLimit() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(32);
        buffer.put(5, (byte) 1).put(9, (byte) 2).position(5).limit(10);
        Memory view = Memory.of(buffer);
        assertThat(view.size()).isEqualTo(5);
        assertThat(view.getU8(0)).isEqualTo(1);
        assertThat(view.slice(4, 1).getU8(0)).isEqualTo(2);
        view.putI8(1, 3);
        assertThat(buffer.get(6)).isEqualTo((byte) 3);
        assertThat(Memory.of(buffer.position(10)).size()).as("nothing is left").isZero();
        assertThatThrownBy(() -> Memory.of(ByteBuffer.allocate(8))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Memory.of(buffer.asReadOnlyBuffer())).isInstanceOf(IllegalArgumentException.class);
    }

    /** The arena is named by reflection: JDK 17 has none. */
    @Test
    void refusesASegmentWhoseArenaIsClosed() throws ReflectiveOperationException {
        Feature.require("arenas", Runtime.version().feature() >= 22, "JDK 22 or newer is needed");
        Class<?> type = Class.forName("java.lang.foreign.Arena");
        Object arena = type.getMethod("ofConfined").invoke(null);
        Object segment = type.getMethod("allocate", long.class).invoke(arena, 16L);
        ByteBuffer buffer = (ByteBuffer) Class.forName("java.lang.foreign.MemorySegment")
                .getMethod("asByteBuffer")
                .invoke(segment);
        Memory view = Memory.of(buffer);
        Memory part = view.slice(8, 4);
        assertThat(view.address(8, 4)).isEqualTo(part.address());
        type.getMethod("close").invoke(arena);
        for (ThrowingCallable late : List.<ThrowingCallable>of(
                () -> Memory.of(buffer),
                view::address,
                () -> view.address(0, 8),
                () -> view.getI8(0),
                part::address,
                () -> part.address(0, 4))) {
            assertThatThrownBy(late).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void namesTheSpanThatIsOutside() {
        for (ThrowingCallable outside : List.<ThrowingCallable>of(
                () -> memory.slice(28, 8),
                () -> memory.address(28, 8),
                () -> memory.zero(28, 8),
                () -> memory.getString(28, 8),
                () -> memory.getBytes(28, new byte[8], 0, 8),
                () -> memory.putBytes(28, new byte[8], 0, 8),
                () -> memory.copy(28, Memory.allocate(8), 0, 8),
                () -> Memory.allocate(64).copy(0, memory, 28, 8))) {
            assertThatThrownBy(outside)
                    .isInstanceOf(IndexOutOfBoundsException.class)
                    .hasMessage("8 bytes at 28 of 32");
        }
        for (int[] wrong : new int[][] {{-1, 4}, {4, -1}, {33, 0}, {0, 33}, {32, 1}, {1, Integer.MAX_VALUE}}) {
            assertThatThrownBy(() -> memory.address(wrong[0], wrong[1]))
                    .isInstanceOf(IndexOutOfBoundsException.class)
                    .hasMessage(wrong[1] + " bytes at " + wrong[0] + " of 32");
        }
    }

    @Test
    void nothingIsInsideEverywhere() {
        for (int at : new int[] {0, 31, 32}) {
            memory.zero(at, 0);
            memory.putBytes(at, new byte[0], 0, 0);
            memory.getBytes(at, new byte[0], 0, 0);
            memory.copy(at, memory, 32 - at, 0);
            assertThat(memory.slice(at, 0).size()).isZero();
            assertThat(memory.getString(at, 0)).isEmpty();
        }
    }

    @Test
    void copiesAsIfThereWereTwoMemories() {
        // One byte more at each end, which stays as it is.
        byte[] before = new byte[34];
        for (int i = 1; i <= 32; i++) {
            before[i] = (byte) i;
        }
        for (int to = 0; to <= 24; to++) {
            for (int from = 0; from <= 24; from++) {
                memory.putBytes(0, before, 1, 32);
                memory.copy(to, memory, from, 8);
                byte[] expected = before.clone();
                System.arraycopy(before, 1 + from, expected, 1 + to, 8);
                byte[] found = new byte[34];
                memory.getBytes(0, found, 1, 32);
                assertThat(found).as("%d to %d", from, to).isEqualTo(expected);
            }
        }
    }

    @Test
    void wrapsOnlyWhatAProcessCanHave() {
        for (long address : new long[] {0, -1, Long.MIN_VALUE, Long.MAX_VALUE - 2}) {
            assertThatThrownBy(() -> Memory.wrap(address, 4))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("no memory of a process at address 0x" + Long.toHexString(address) + ", size 4");
        }
        assertThatThrownBy(() -> Memory.wrap(4096, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThat(Memory.wrap(1, 0).size()).isZero();
        assertThat(Memory.wrap(Long.MAX_VALUE - 4, 4).address()).isEqualTo(Long.MAX_VALUE - 4);
    }

    @Test
    void isABufferWhoseBytesItOwns() {
        Memory memory = Memory.allocate(16);
        memory.putI32(4, 0x01020304);
        ByteBuffer buffer = memory.slice(4, 8).asByteBuffer();
        assertThat(buffer.remaining()).isEqualTo(8);
        assertThat(buffer.getInt()).isEqualTo(0x01020304);
        Memory borrowed = Memory.wrap(memory.address(), 16);
        assertThatThrownBy(borrowed::asByteBuffer).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(borrowed.slice(0, 8)::asByteBuffer).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void putsTextOfEachKind() {
        Memory memory = Memory.allocate(64);
        byte[] painted = new byte[64];
        Arrays.fill(painted, (byte) 0xa5);
        for (String text : new String[] {"", "a", "/etc/hostname", "ü", "aü", "\u007f\u0080", "a\ud83d\ude00b"}) {
            byte[] expected = (text + '\0').getBytes(StandardCharsets.UTF_8);
            byte[] found = new byte[expected.length];
            memory.putBytes(0, painted, 0, painted.length);
            assertThat(memory.putString(3, text)).as(text).isEqualTo(3 + expected.length);
            memory.getBytes(3, found, 0, found.length);
            assertThat(found).as(text).isEqualTo(expected);
            assertThat(memory.getU8(3 + expected.length)).as("after " + text).isEqualTo(0xa5);
            assertThat(Memory.stringRoom(text)).as(text).isGreaterThanOrEqualTo(expected.length);
        }
        assertThat(Memory.stringRoom("\u20ac\uffff"))
                .as("three bytes each, and a zero")
                .isEqualTo(7);
        assertThatThrownBy(() -> memory.putString(0, "a\0b")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> memory.putString(0, "\0")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> memory.putString(63, "a")).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(Garbage.of(() -> memory.putString(0, "/etc/hostname"))).isZero();
    }

    @Test
    void aViewThatIsBorrowedEndsAloneOrWithTheWhole() {
        Memory whole = Memory.allocate(32);
        Memory view = whole.borrow(8, 8);
        view.putI64(0, 4711);
        view.invalidate();
        assertThatThrownBy(() -> view.getI64(0)).isInstanceOf(IllegalStateException.class);
        assertThat(whole.getI64(8)).isEqualTo(4711);
        Memory others = Memory.wrap(whole.address(), 32);
        Memory second = others.borrow(8, 8);
        others.invalidate();
        assertThatThrownBy(() -> second.getI64(0)).isInstanceOf(IllegalStateException.class);
        whole.keepAlive();
    }
}
