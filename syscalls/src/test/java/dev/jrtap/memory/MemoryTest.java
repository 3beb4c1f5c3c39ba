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
        assertThatThrownBy(() -> Memory.allocate(Integer.MAX_VALUE - 4095, 4096))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void networkOrderPutsTheHighByteFirst() {
        memory.putI16Be(0, 0x1234);
        memory.putI32Be(4, 0x01020304);
        memory.putI64Be(8, 0x0102030405060708L);

        assertThat(memory.getU8(0)).isEqualTo(0x12);
        assertThat(memory.getU8(4)).isEqualTo(1);
        assertThat(memory.getU8(15)).isEqualTo(8);
        assertThat(memory.getU16Be(0)).isEqualTo(0x1234);
        assertThat(memory.getI32Be(4)).isEqualTo(0x01020304);
        assertThat(memory.getI64Be(8)).isEqualTo(0x0102030405060708L);
    }

    @Test
    void smallUnsignedNumbersStayPositive() {
        memory.putI8(0, 0xff);
        memory.putI16(2, 0xffff);

        assertThat(memory.getU8(0)).isEqualTo(255);
        assertThat(memory.getU16(2)).isEqualTo(65535);
    }

    @Test
    void isAtItsAddress() {
        memory.putI64(8, 42);

        assertThat(Memory.wrap(memory.address() + 8, 8).getI64(0)).isEqualTo(42);
        assertThat(memory.slice(8, 8).getI64(0)).isEqualTo(42);
        assertThat(memory.address() % Long.BYTES).isZero();
    }

    @Test
    void comparesAndSets() {
        Memory memory = Memory.allocate(16);
        memory.putI64(8, 7);
        assertThat(memory.compareAndSetI64(8, 6, 1)).isFalse();
        assertThat(memory.getI64(8)).isEqualTo(7);
        assertThat(memory.compareAndSetI64(8, 7, 1)).isTrue();
        assertThat(memory.getI64(8)).isEqualTo(1);
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
    void refusesAccessOutside() {
        assertThatThrownBy(() -> memory.getI32(29)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> memory.putI64(-1, 0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> memory.zero(30, 3)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void refusesAccessOnceInvalidated() {
        Memory view = Memory.wrap(memory.address(), 8);
        view.invalidate();

        assertThatThrownBy(() -> view.getI8(0)).isInstanceOf(IllegalStateException.class);
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
        assertThatThrownBy(() -> Memory.ofString("a\0b")).isInstanceOf(IllegalArgumentException.class);
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
    }

    @Test
    void wrapsOnlyWhatAProcessCanHave() {
        for (long address : new long[] {0, -1, Long.MIN_VALUE, Long.MAX_VALUE - 2}) {
            assertThatThrownBy(() -> Memory.wrap(address, 4)).isInstanceOf(IllegalArgumentException.class);
        }
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
        for (String text : new String[] {"", "a", "/etc/hostname", "ü", "aü", "\u007f\u0080", "a\ud83d\ude00b"}) {
            byte[] expected = (text + '\0').getBytes(StandardCharsets.UTF_8);
            byte[] found = new byte[expected.length];
            assertThat(memory.putString(3, text)).as(text).isEqualTo(3 + expected.length);
            memory.getBytes(3, found, 0, found.length);
            assertThat(found).as(text).isEqualTo(expected);
        }
        assertThatThrownBy(() -> memory.putString(0, "a\0b")).isInstanceOf(IllegalArgumentException.class);
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
