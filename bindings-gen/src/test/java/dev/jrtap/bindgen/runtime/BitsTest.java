// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BitsTest {

    @ParameterizedTest
    @CsvSource({
        "0, 1, 1",
        "3, 5, 21",
        "7, 1, 1",
        "4, 12, 2748",
        "1, 31, 2147483647",
        "7, 40, 1099511627775",
        "0, 64, -1",
        "5, 64, 81985529216486895"
    })
    void keepsWhatItStoresAndItsNeighbours(int first, int width, long value) {
        ByteBuffer buffer = ByteBuffer.allocate(12);
        for (int i = 0; i < buffer.capacity(); i++) {
            buffer.put(i, (byte) 0xa5);
        }
        long mask = width == 64 ? -1 : (1L << width) - 1;

        Bits.set(buffer, 1, first, width, value);

        assertThat(Bits.get(buffer, 1, first, width)).isEqualTo(value & mask);
        assertThat(buffer.get(0)).isEqualTo((byte) 0xa5);
        assertThat(Bits.get(buffer, 1, 0, Math.max(1, first)) & (1L << first) - 1)
                .isEqualTo(0xa5 & (1L << first) - 1);
        int end = 8 + first + width;
        for (int bit = end; bit < buffer.capacity() * 8; bit++) {
            assertThat(buffer.get(bit / 8) >> bit % 8 & 1).isEqualTo(0xa5 >> bit % 8 & 1);
        }
    }

    @ParameterizedTest
    @CsvSource({"5, -1", "5, -16", "5, 15", "12, -2048", "64, -9"})
    void readsASignedFieldWithItsSign(int width, long value) {
        ByteBuffer buffer = ByteBuffer.allocate(12);

        Bits.set(buffer, 0, 3, width, value);

        assertThat(Bits.getSigned(buffer, 0, 3, width)).isEqualTo(value);
    }
}
