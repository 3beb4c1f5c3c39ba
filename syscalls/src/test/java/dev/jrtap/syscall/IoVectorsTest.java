// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.syscall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class IoVectorsTest {

    @Test
    void countsItsPieces() {
        IoVectors vectors = new IoVectors(2);
        assertThat(vectors.count()).isZero();
        assertThat(vectors.unsafeAdd(1000, 10).unsafeAdd(2000, 0).count()).isEqualTo(2);
        assertThat(vectors.capacity()).isEqualTo(2);
        assertThat(vectors.clear().count()).isZero();
    }

    @Test
    void refusesOneMoreThanThereIsRoomFor() {
        IoVectors vectors = new IoVectors(1).unsafeAdd(1000, 10);
        assertThatThrownBy(() -> vectors.unsafeAdd(2000, 10))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("clear");
        assertThat(vectors.count()).isEqualTo(1);
    }

    @Test
    void refusesWhatTheKernelWould() {
        assertThatThrownBy(() -> new IoVectors(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new IoVectors(IoVectors.MAX_CAPACITY + 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1..1024");
        IoVectors vectors = new IoVectors(1);
        assertThatThrownBy(() -> vectors.unsafeAdd(1000, -1)).isInstanceOf(IllegalArgumentException.class);
    }
}
