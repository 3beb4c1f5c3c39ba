// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.tuntap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.memory.Memory;
import java.util.Arrays;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Golden bytes on a background of 0xa5, and the bounds of what a header may say of a frame. */
class VnetHeaderTest {

    private static final int AT = 4;

    private final Memory memory = Memory.allocate(AT + VnetHeader.LENGTH + 4);
    private final VnetHeader header = new VnetHeader().wrap(memory, AT);

    @BeforeEach
    void fill() {
        byte[] background = new byte[memory.size()];
        Arrays.fill(background, (byte) 0xa5);
        memory.putBytes(0, background, 0, background.length);
    }

    private byte[] bytes() {
        byte[] bytes = new byte[memory.size()];
        memory.getBytes(0, bytes, 0, bytes.length);
        return bytes;
    }

    @Test
    void isWrittenWhereItIsAndNowhereElse() {
        header.clear()
                .checksum(34, 16)
                .segmentation(VnetHeader.GSO_TCPV4, 1448, 66)
                .ecn();
        Memory expected = Memory.allocate(memory.size());
        expected.putI32(0, 0xa5a5a5a5);
        expected.putI8(AT, 1);
        expected.putI8(AT + 1, 0x81);
        expected.putI16(AT + 2, 66);
        expected.putI16(AT + 4, 1448);
        expected.putI16(AT + 6, 34);
        expected.putI16(AT + 8, 16);
        expected.putI32(AT + 10, 0xa5a5a5a5);
        byte[] golden = new byte[memory.size()];
        expected.getBytes(0, golden, 0, golden.length);
        assertThat(bytes()).isEqualTo(golden);
        assertThat(VnetHeader.isClear(memory, AT)).isFalse();
        assertThat(header.isEcn()).isTrue();
        assertThat(header.gsoType()).isEqualTo(VnetHeader.GSO_TCPV4);
        assertThat(VnetHeader.isClear(memory, header.clear() == header ? AT : 0))
                .isTrue();
    }

    @Test
    void positionsMoveWithTheFrameAndNothingElse() {
        header.clear().shift(4);
        assertThat(VnetHeader.isClear(memory, AT)).isTrue();
        header.checksum(34, 16).shift(4);
        assertThat(header.checksumStart()).isEqualTo(38);
        assertThat(header.checksumOffset()).isEqualTo(16);
        assertThat(header.headerLength()).isZero();
        header.segmentation(VnetHeader.GSO_TCPV4, 1448, 66).shift(-14);
        assertThat(header.checksumStart()).isEqualTo(24);
        assertThat(header.headerLength()).isEqualTo(52);
        assertThat(header.gsoSize()).isEqualTo(1448);
    }

    /** The two bytes of the checksum end at 52: so long must a frame be. */
    @Test
    void aChecksumLiesInsideTheFrame() {
        header.clear().checksum(34, 16);
        assertThat(header.fits(51)).isFalse();
        assertThat(header.fits(52)).isTrue();
        header.checksumDone();
        assertThat(header.fits(0)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {VnetHeader.GSO_TCPV4, VnetHeader.GSO_TCPV6, VnetHeader.GSO_UDP})
    void headersLieInsideTheFrame(int type) {
        header.clear().segmentation(type, 1, 66);
        assertThat(header.fits(65)).isFalse();
        assertThat(header.fits(66)).isTrue();
        header.segmentation(type, 0, 66);
        assertThat(header.fits(66)).isFalse();
    }

    @Test
    void everyOtherTypeIsRefused() {
        for (int type = 0; type < 0x80; type++) {
            header.clear().segmentation(type, 1, 0);
            boolean known = type == VnetHeader.GSO_NONE
                    || type == VnetHeader.GSO_TCPV4
                    || type == VnetHeader.GSO_TCPV6
                    || type == VnetHeader.GSO_UDP;
            assertThat(header.fits(100)).as("type %d", type).isEqualTo(known);
        }
    }

    /** Cut to 16 bits, 65 570 would be 34. */
    @Test
    void whatDoesNotFitIntoItsFieldIsRefused() {
        header.clear().checksum(0xffff, 0xffff).segmentation(VnetHeader.GSO_UDP, 0xffff, 0xffff);
        byte[] before = bytes();
        refused(() -> header.checksum(65_570, 16), "start must be in 0..65535: 65570");
        refused(() -> header.checksum(34, -1), "offsetThere must be in 0..65535: -1");
        refused(() -> header.segmentation(0x80, 1, 1), "type must be in 0..127: 128");
        refused(() -> header.segmentation(VnetHeader.GSO_UDP, 65_536, 1), "size must be in 0..65535: 65536");
        refused(() -> header.segmentation(VnetHeader.GSO_UDP, 1, -2), "headerLength must be in 0..65535: -2");
        refused(() -> header.shift(1), "checksumStart must be in 0..65535: 65536");
        assertThat(bytes()).isEqualTo(before);
        header.checksumDone();
        refused(() -> header.shift(1), "headerLength must be in 0..65535: 65536");
    }

    private static void refused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    @Test
    void anAccessOutsideTheMemoryIsRefused() {
        for (int at : new int[] {-1, memory.size() - VnetHeader.LENGTH + 1}) {
            VnetHeader outside = new VnetHeader().wrap(memory, at);
            assertThatThrownBy(outside::clear).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }
}
