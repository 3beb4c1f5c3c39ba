// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Comparator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The name of an accessor tells its width, its sign, its byte order and its memory order; each is held to its name. */
class MemoryAccessorsTest {

    private static final Pattern NAME = Pattern.compile("(get|put)([IU])(8|16|32|64)(|Be|Acquire|Release|Opaque)");
    private static final int SIZE = 24;
    private static final byte PAINT = (byte) 0xa5;
    private static final long[] VALUES = {0, 1, -1, 0x0123_4567_89ab_cdefL, 0xfedc_ba98_7654_3210L, 0x80_8080_8080L};

    private final Memory memory = Memory.allocate(SIZE);
    private final ByteBuffer bytes = memory.asByteBuffer();

    private record Accessor(Method method, MatchResult name) {

        boolean isReader() {
            return name.group(1).equals("get");
        }

        int width() {
            return Integer.parseInt(name.group(3)) / Byte.SIZE;
        }

        boolean hasMemoryOrder() {
            return !name.group(4).matches("|Be");
        }

        /** From one position that it takes to the next. */
        int step() {
            return hasMemoryOrder() ? width() : 1;
        }

        byte[] bytesOf(long value) {
            boolean isHighFirst = name.group(4).equals("Be") || ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN;
            byte[] expected = new byte[width()];
            for (int i = 0; i < expected.length; i++) {
                int place = isHighFirst ? expected.length - 1 - i : i;
                expected[i] = (byte) (value >> place * Byte.SIZE);
            }
            return expected;
        }

        long numberOf(long value) {
            int unused = Long.SIZE - Byte.SIZE * width();
            boolean isSigned = name.group(2).equals("I");
            return isSigned ? value << unused >> unused : value << unused >>> unused;
        }

        long read(Memory memory, int at) throws Throwable {
            return ((Number) call(memory, at)).longValue();
        }

        void write(Memory memory, int at, long value) throws Throwable {
            if (method.getParameterTypes()[1] == long.class) {
                call(memory, at, value);
            } else {
                call(memory, at, (int) value);
            }
        }

        void use(Memory memory, int at) throws Throwable {
            if (isReader()) {
                read(memory, at);
            } else {
                write(memory, at, -1);
            }
        }

        private Object call(Memory memory, Object... arguments) throws Throwable {
            try {
                return method.invoke(memory, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }

        @Override
        public String toString() {
            return method.getName();
        }
    }

    private static Stream<Accessor> accessors() {
        return Arrays.stream(Memory.class.getMethods())
                .sorted(Comparator.comparing(Method::getName))
                .flatMap(method -> {
                    Matcher name = NAME.matcher(method.getName());
                    return name.matches() ? Stream.of(new Accessor(method, name.toMatchResult())) : Stream.empty();
                });
    }

    private static Stream<Accessor> eachWritesItsBytesAndNoOther() {
        return accessors().filter(accessor -> !accessor.isReader());
    }

    private static Stream<Accessor> eachReadsItsBytesAndNoOther() {
        return accessors().filter(Accessor::isReader);
    }

    private static Stream<Accessor> memoryOrderNeedsAMultipleOfTheWidth() {
        return accessors().filter(Accessor::hasMemoryOrder);
    }

    @ParameterizedTest
    @MethodSource
    void eachWritesItsBytesAndNoOther(Accessor writer) throws Throwable {
        for (int at = 0; at <= SIZE - writer.width(); at += writer.step()) {
            for (long value : VALUES) {
                byte[] expected = paint();
                System.arraycopy(writer.bytesOf(value), 0, expected, at, writer.width());
                writer.write(memory, at, value);
                assertThat(seen()).as("0x%x at %d", value, at).isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @MethodSource
    void eachReadsItsBytesAndNoOther(Accessor reader) throws Throwable {
        for (int at = 0; at <= SIZE - reader.width(); at += reader.step()) {
            for (long value : VALUES) {
                paint();
                bytes.put(at, reader.bytesOf(value));
                assertThat(reader.read(memory, at)).as("0x%x at %d", value, at).isEqualTo(reader.numberOf(value));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("accessors")
    void noneReachesOutside(Accessor accessor) {
        byte[] before = paint();
        for (int at : new int[] {Integer.MIN_VALUE, -1, SIZE - accessor.width() + 1, SIZE, Integer.MAX_VALUE}) {
            assertThatThrownBy(() -> accessor.use(memory, at))
                    .as("at %d", at)
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
        assertThat(seen()).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource
    void memoryOrderNeedsAMultipleOfTheWidth(Accessor accessor) {
        byte[] before = paint();
        for (int at = 1; at < accessor.width(); at++) {
            int odd = at;
            assertThatThrownBy(() -> accessor.use(memory, odd))
                    .as("at %d", at)
                    .isInstanceOf(IllegalStateException.class);
        }
        assertThat(seen()).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("accessors")
    void noneReachesMemoryThatIsUnmapped(Accessor accessor) {
        byte[] before = paint();
        Memory view = Memory.wrap(memory.address(), SIZE);
        view.invalidate();
        assertThatThrownBy(() -> accessor.use(view, 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageEndingWith("has been unmapped: its owner is closed");
        assertThat(seen()).isEqualTo(before);
    }

    private byte[] paint() {
        byte[] painted = new byte[SIZE];
        Arrays.fill(painted, PAINT);
        bytes.put(0, painted);
        return painted;
    }

    private byte[] seen() {
        byte[] seen = new byte[SIZE];
        bytes.get(0, seen);
        return seen;
    }
}
