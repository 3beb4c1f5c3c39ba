// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.memory.Memory;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InternetChecksumTest {

    private final Random random = new Random(11);

    /** RFC 1071, section 3: the bytes 00 01 f2 03 f4 f5 f6 f7 sum to ddf2. */
    @Test
    void sumsTheExampleOfTheRfc() {
        assertThat(InternetChecksum.sum(Golden.bytes("0001f203f4f5f6f7"), 0, 8)).isEqualTo(0xddf2);
    }

    /** RFC 1624, section 4: a checksum of dd2f, where 5555 becomes 3285, becomes 0000. */
    @Test
    void replacesAsTheExampleOfTheRfc() {
        assertThat(InternetChecksum.replace16(0xdd2f, 0x5555, 0x3285)).isZero();
    }

    @Test
    void sumsAsTheDefinitionSays() {
        for (int round = 0; round < Golden.ROUNDS; round++) {
            Memory memory = random(random.nextInt(200));
            int offset = random.nextInt(memory.size() + 1);
            int length = random.nextInt(memory.size() - offset + 1);
            assertThat(InternetChecksum.sum(memory, offset, length)).isEqualTo(defined(memory, offset, length));
        }
    }

    @Test
    void sumsOfPiecesAddUp() {
        for (int round = 0; round < Golden.ROUNDS; round++) {
            Memory memory = random(200);
            int cut = random.nextInt(201);
            int rest = InternetChecksum.sum(memory, cut, 200 - cut);
            int sum = InternetChecksum.add(
                    InternetChecksum.sum(memory, 0, cut), cut % 2 == 0 ? rest : InternetChecksum.swap(rest));
            assertThat(sum % 0xffff).isEqualTo(defined(memory, 0, 200) % 0xffff);
        }
    }

    @Test
    void replacesAsRecomputingDoes() {
        for (int round = 0; round < Golden.ROUNDS; round++) {
            Memory memory = random(64);
            int at = 2 * random.nextInt(31);
            int checksum = InternetChecksum.of(memory, 0, 64);
            int before = memory.getI32Be(at);
            memory.putI32Be(at, random.nextInt());
            int replaced = InternetChecksum.replace32(checksum, before, memory.getI32Be(at));
            assertThat(replaced % 0xffff).isEqualTo(InternetChecksum.of(memory, 0, 64) % 0xffff);
        }
    }

    private Memory random(int size) {
        Memory memory = Memory.allocate(size);
        for (int at = 0; at < size; at++) {
            // Many ones: carries are where it goes wrong.
            memory.putI8(at, random.nextInt(3) == 0 ? 0xff : random.nextInt());
        }
        return memory;
    }

    private static int defined(Memory memory, int offset, int length) {
        long sum = 0;
        for (int at = 0; at < length; at++) {
            sum += (long) memory.getU8(offset + at) << (at % 2 == 0 ? 8 : 0);
        }
        while (sum > 0xffff) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (int) sum;
    }
}
