// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.memory.Memory;
import java.util.Random;
import org.junit.jupiter.api.Test;

class VlanTagTest {

    private static final String GOLDEN = "b064 0800 01020304";

    private final VlanTag tag = new VlanTag();

    @Test
    void readsTheGoldenTag() {
        Memory golden = Golden.bytes(GOLDEN);
        tag.wrap(golden, 0, golden.size());

        assertThat(tag.isComplete()).isTrue();
        assertThat(tag.priority()).isEqualTo(5);
        assertThat(tag.isDropEligible()).isTrue();
        assertThat(tag.id()).isEqualTo(100);
        assertThat(tag.type()).isEqualTo(EthernetFrame.IPV4);
        assertThat(tag.payloadOffset()).isEqualTo(4);
        assertThat(tag.payloadLength()).isEqualTo(4);
        assertThat(tag).hasToString("vlan 100 priority 5 type 0x800");
    }

    @Test
    void writesTheGoldenTag() {
        Memory painted = Golden.paintedBefore(GOLDEN, VlanTag.LENGTH);
        tag.wrap(painted, 0, painted.size())
                .priority(5)
                .dropEligible(true)
                .id(100)
                .type(EthernetFrame.IPV4);

        assertThat(Golden.hex(painted)).isEqualTo(Golden.hex(GOLDEN));
    }

    @Test
    void refusesEveryTruncation() {
        Memory golden = Golden.bytes(GOLDEN);
        for (int length = 0; length < VlanTag.LENGTH; length++) {
            assertThat(tag.wrap(golden, 0, length).isComplete()).isFalse();
        }
    }

    @Test
    void roundTripsRandomFields() {
        Random random = new Random(2);
        tag.wrap(Golden.painted(9), 1, 8);
        for (int round = 0; round < Golden.ROUNDS; round++) {
            int priority = random.nextInt(8);
            boolean eligible = random.nextBoolean();
            int id = random.nextInt(4096);
            int type = random.nextInt(0x10000);
            tag.id(id).type(type).priority(priority).dropEligible(eligible);
            assertThat(tag.priority()).isEqualTo(priority);
            assertThat(tag.isDropEligible()).isEqualTo(eligible);
            assertThat(tag.id()).isEqualTo(id);
            assertThat(tag.type()).isEqualTo(type);
        }
    }
}
