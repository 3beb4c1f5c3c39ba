// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import jnr.ffi.Pointer;
import org.junit.jupiter.api.Test;

/** Addresses as numbers, as pointers and as handles: the same place in memory, and NULL on each side. */
class PointersTest {

    private static final class Database extends Handle {

        Database(Pointer pointer) {
            super(pointer);
        }
    }

    private static final class Statement extends Handle {

        Statement(Pointer pointer) {
            super(pointer);
        }
    }

    @Test
    void aBuffersMemoryIsSeenThroughItsAddress() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(8);
        buffer.put(3, (byte) 42).position(2);

        Pointer pointer = Addresses.pointer(Addresses.of(buffer));

        assertThat(pointer.getByte(3)).isEqualTo((byte) 42);
        assertThat(Addresses.of(pointer)).isEqualTo(Addresses.of(buffer));
        assertThat(Addresses.buffer(pointer, 4).get(3)).isEqualTo((byte) 42);
        assertThat(Addresses.buffer(pointer, 4).capacity()).isEqualTo(4);
    }

    @Test
    void nullIsZero() {
        assertThat(Addresses.pointer(0)).isNull();
        assertThat(Addresses.of((Pointer) null)).isZero();
        assertThat(Handle.pointer(null)).isNull();
    }

    @Test
    void aBufferOfTheHeapHasNoAddress() {
        assertThatThrownBy(() -> Addresses.of(ByteBuffer.allocate(8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not direct");
    }

    @Test
    void handlesAreEqualIfTheyAreOfOneTypeAndPointToOnePlace() {
        Database one = new Database(Addresses.pointer(4096));

        assertThat(one)
                .isEqualTo(new Database(Addresses.pointer(4096)))
                .hasSameHashCodeAs(new Database(Addresses.pointer(4096)))
                .isNotEqualTo(new Database(Addresses.pointer(8192)))
                .isNotEqualTo(new Statement(Addresses.pointer(4096)))
                .isNotEqualTo(null)
                .hasToString("Database(0x1000)");
        assertThat(Handle.pointer(one)).isSameAs(one.pointer());
    }
}
