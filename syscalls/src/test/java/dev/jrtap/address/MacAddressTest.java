// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MacAddressTest {

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 0x020000000001L, 0x0123456789abL, MacAddress.BROADCAST})
    void readsWhatItWrites(long value) {
        MacAddress address = new MacAddress(value);
        assertThat(MacAddress.parse(address.format())).isEqualTo(address);
        assertThat(MacAddress.parse(address.format().toUpperCase())).isEqualTo(address);
        assertThat(address.format()).isEqualTo(MacAddress.format(value)).hasSize(17);
    }

    @Test
    void theFirstByteIsTheHighest() {
        assertThat(MacAddress.parse("02:00:0a:2a:00:03").value()).isEqualTo(0x02000a2a0003L);
        assertThat(new MacAddress(0x02000a2a0003L).bytes()).containsExactly(2, 0, 10, 42, 0, 3);
    }

    @ParameterizedTest
    @ValueSource(longs = {0x1_0000_0000_0000L, 0x1_0200_0000_0001L, -1, Long.MIN_VALUE, Long.MAX_VALUE})
    void hasFortyEightBits(long value) {
        assertThatIllegalArgumentException().isThrownBy(() -> new MacAddress(value));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "02",
                "02:00:00:00:00",
                "02:00:00:00:00:01:02",
                "2:0:0:0:0:1",
                "02-00-00-00-00-01",
                "0g:00:00:00:00:01"
            })
    void refusesAnythingElse(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MacAddress.parse(text))
                .withMessageContaining("02:00:00:00:00:01");
    }

    @Test
    void aStationIsNoGroup() {
        assertThat(new MacAddress(0x020000000001L).isStation()).isTrue();
        assertThat(new MacAddress(0x010000000001L).isStation()).isFalse();
        assertThat(new MacAddress(MacAddress.BROADCAST).isStation()).isFalse();
        assertThat(new MacAddress(0).isStation()).isFalse();
    }
}
