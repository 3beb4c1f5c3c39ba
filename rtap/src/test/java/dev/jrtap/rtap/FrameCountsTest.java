// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.memory.Memory;
import java.io.IOException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameCountsTest {

    @ParameterizedTest
    @CsvSource({
        "14, SIZE_64",
        "64, SIZE_64",
        "65, SIZE_65_TO_127",
        "127, SIZE_65_TO_127",
        "128, SIZE_128_TO_255",
        "255, SIZE_128_TO_255",
        "256, SIZE_256_TO_511",
        "511, SIZE_256_TO_511",
        "512, SIZE_512_TO_1023",
        "1023, SIZE_512_TO_1023",
        "1024, SIZE_1024_TO_1518",
        "1518, SIZE_1024_TO_1518",
        "1519, SIZE_1519_TO_MAX",
        "65549, SIZE_1519_TO_MAX"
    })
    void everySizeHasItsClass(int length, FrameCounter expected) {
        assertThat(FrameCounts.size(length)).isEqualTo(expected.ordinal());
    }

    @ParameterizedTest
    @CsvSource({
        "020000000000, UNICAST",
        "feffffffffff, UNICAST",
        "010000000000, MULTICAST",
        "333333333333, MULTICAST",
        "fffffffffffe, MULTICAST",
        "ffffffff0000, MULTICAST",
        "fffffffeffff, MULTICAST",
        "ffffffffffff, BROADCAST"
    })
    void everyReceiverHasItsClass(String address, FrameCounter expected) {
        // The first of several parts, at the end of a pool.
        Memory frame = Memory.allocate(6);
        frame.putBytes(0, HexFormat.of().parseHex(address), 0, 6);
        FrameCounts counts = new FrameCounts(true);
        counts.count(frame, 0, 60);
        counts.settle();
        assertThat(counts.get(expected)).isEqualTo(1);
        assertThat(counts.frames()).isEqualTo(1);
        assertThat(counts.get(FrameCounter.BYTES)).isEqualTo(60);
    }

    @Test
    void framesOfEveryKindAreThereOnceSettled() {
        FrameCounts counts = new FrameCounts(true);
        Memory unicast = Memory.allocate(64);
        Memory multicast = Memory.allocate(64);
        multicast.putI8(0, 1);
        for (int length : new int[] {60, 60, 61, 1000, 60}) {
            counts.count(unicast, 0, length);
            counts.count(multicast, 0, length);
        }
        assertThat(counts.get(FrameCounter.MULTICAST))
                .as("the last one, not settled")
                .isEqualTo(4);
        counts.settle();
        counts.settle();
        assertThat(counts.get(FrameCounter.UNICAST)).isEqualTo(5);
        assertThat(counts.get(FrameCounter.MULTICAST)).isEqualTo(5);
        assertThat(counts.get(FrameCounter.SIZE_64)).isEqualTo(8);
        assertThat(counts.get(FrameCounter.SIZE_512_TO_1023)).isEqualTo(2);
        assertThat(counts.get(FrameCounter.BYTES)).isEqualTo(2 * 1241);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void manyAreCountedAsOneByOne(boolean ethernet) throws IOException {
        int[] lengths = {60, 60, 60, 65, 65, 64, 64, 1000, 1518, 60, 60};
        String addresses = "uumuuummbbu";
        int[] heads = new int[lengths.length];
        FrameCounts single = new FrameCounts(ethernet);
        FrameCounts many = new FrameCounts(ethernet);
        try (PacketPool pool = PacketPool.create(16, 2048)) {
            for (int i = 0; i < heads.length; i++) {
                heads[i] = pool.take();
                int at = pool.offset(heads[i]);
                char address = addresses.charAt(i);
                pool.memory().putI64(at, address == 'b' ? -1 : address == 'm' ? 1 : 0);
                single.count(pool.memory(), at, lengths[i]);
            }
            many.count(pool, heads, lengths, heads.length);
            single.settle();
            many.settle();
            for (FrameCounter counter : FrameCounter.values()) {
                assertThat(many.get(counter)).as(counter.name()).isEqualTo(single.get(counter));
            }
            assertThat(many.frames()).isEqualTo(heads.length);
            many.count(pool, heads, lengths, 0);
            many.settle();
            assertThat(many.frames()).isEqualTo(heads.length);
            for (int head : heads) {
                pool.release(head);
            }
        }
    }

    @Test
    void countsFromTheLastReset() {
        FrameCounts counts = new FrameCounts(false);
        Memory packet = Memory.allocate(64);
        counts.count(packet, 0, 40);
        counts.settle();
        counts.reset();
        counts.count(packet, 0, 50);
        counts.settle();
        assertThat(counts.frames()).isEqualTo(1);
        assertThat(counts.get(FrameCounter.BYTES)).isEqualTo(50);
        assertThat(counts.get(FrameCounter.UNICAST)).isZero();
    }
}
