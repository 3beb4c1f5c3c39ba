// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Text in an array of char, between bytes that are not its own. */
class CharsTest {

    private static final int AT = 2;
    private static final int LENGTH = 5;

    private final ByteBuffer buffer = ByteBuffer.allocate(AT + LENGTH + 2);

    CharsTest() {
        Arrays.fill(buffer.array(), (byte) 'x');
    }

    @Test
    void isLoadedUpToItsZeroOrToTheArraysEnd() {
        assertThat(Chars.get(buffer, AT, LENGTH)).isEqualTo("xxxxx");

        buffer.put(AT + 3, (byte) 0);

        assertThat(Chars.get(buffer, AT, LENGTH)).isEqualTo("xxx");
        assertThat(Chars.get(buffer, AT, 0)).isEmpty();
    }

    @Test
    void isStoredWithZeroesToTheArraysEndAndNotBeyond() {
        Chars.set(buffer, AT, LENGTH, "é");

        assertThat(buffer.array()).containsExactly('x', 'x', 0xc3, 0xa9, 0, 0, 0, 'x', 'x');
        assertThat(Chars.get(buffer, AT, LENGTH)).isEqualTo("é");
    }

    @Test
    void whatDoesNotFitWithItsZeroIsNotStored() {
        assertThatThrownBy(() -> Chars.set(buffer, AT, LENGTH, "12345"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("text of 5 bytes and a zero in an array of 5");

        assertThat(buffer.array()).containsOnly('x');
    }
}
