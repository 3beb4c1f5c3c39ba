// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.address.MacAddress;
import dev.jrtap.memory.Memory;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EthernetFrameTest {

    private static final String GOLDEN = "ffffffffffff 020000000001 86dd 01020304";

    private final EthernetFrame frame = new EthernetFrame();

    @Test
    void readsTheGoldenFrame() {
        Memory golden = Golden.bytes(GOLDEN);
        frame.wrap(golden, 0, golden.size());

        assertThat(frame.isComplete()).isTrue();
        assertThat(frame.destination()).isEqualTo(MacAddress.BROADCAST);
        assertThat(frame.source()).isEqualTo(0x020000000001L);
        assertThat(frame.type()).isEqualTo(EthernetFrame.IPV6);
        assertThat(frame.payloadOffset()).isEqualTo(14);
        assertThat(frame.payloadLength()).isEqualTo(4);
        assertThat(frame).hasToString("02:00:00:00:00:01 > ff:ff:ff:ff:ff:ff type 0x86dd, 18 bytes");
    }

    @Test
    void writesTheGoldenFrame() {
        Memory painted = Golden.paintedBefore(GOLDEN, EthernetFrame.HEADER_LENGTH);
        frame.wrap(painted, 0, painted.size())
                .destination(0x020000000001L)
                .source(MacAddress.BROADCAST)
                .type(EthernetFrame.IPV6)
                .swapAddresses();

        assertThat(Golden.hex(painted)).isEqualTo(Golden.hex(GOLDEN));
    }

    @Test
    void refusesEveryTruncation() {
        Memory golden = Golden.bytes(GOLDEN);
        for (int length = 0; length < EthernetFrame.HEADER_LENGTH; length++) {
            assertThat(frame.wrap(golden, 0, length).isComplete()).isFalse();
        }
    }

    @Test
    void roundTripsRandomFields() {
        Random random = new Random(1);
        frame.wrap(Golden.painted(20), 3, 14);
        for (int round = 0; round < Golden.ROUNDS; round++) {
            long source = random.nextLong() >>> 16;
            long destination = random.nextLong() >>> 16;
            int type = random.nextInt(0x10000);
            frame.source(source).destination(destination).type(type);
            assertThat(frame.source()).isEqualTo(source);
            assertThat(frame.destination()).isEqualTo(destination);
            assertThat(frame.type()).isEqualTo(type);
        }
    }
}
