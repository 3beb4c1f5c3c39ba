// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpPrefixTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "192.0.2.1/24",
                "0.0.0.0/0",
                "255.255.255.255/32",
                "2001:db8::1/64",
                "::/0",
                "::1/128",
                "fe80::/10",
                "1:2:3:4:5:6:7:8/128",
                "1::/16",
                "2001:db8:0:1:1:1:1:1/64"
            })
    void readsWhatItWrites(String text) {
        assertThat(IpPrefix.parse(text).format()).isEqualTo(text);
        assertThat(IpPrefix.parse(text).toString()).isEqualTo(text);
    }

    /** RFC 5952, 4.2: the longest run of zeros is left out, the first of equals, and never a single one. */
    @ParameterizedTest
    @CsvSource({
        "1:0:0:2:0:0:0:3, 1:0:0:2::3",
        "1:0:0:2:3:0:0:4, 1::2:3:0:0:4",
        "1:0:2:3:4:5:6:7, 1:0:2:3:4:5:6:7",
        "0:0:0:0:0:0:0:0, ::",
        "0:0:0:0:0:0:0:1, ::1",
        "1:0:0:0:0:0:0:0, 1::",
        "2001:0DB8:0000:0000:0000:0000:0000:000A, 2001:db8::a"
    })
    void writesIpv6AsPeopleDo(String text, String written) {
        assertThat(IpAddress.format(IpAddress.parse(text))).isEqualTo(written);
    }

    @Test
    void theNetworkHasNoBitsAfterThePrefix() {
        assertThat(IpPrefix.parse("192.0.2.255/24").network()).isEqualTo(IpPrefix.parse("192.0.2.0/24"));
        assertThat(IpPrefix.parse("192.0.2.255/31").network()).isEqualTo(IpPrefix.parse("192.0.2.254/31"));
        assertThat(IpPrefix.parse("192.0.2.255/32").network()).isEqualTo(IpPrefix.parse("192.0.2.255/32"));
        assertThat(IpPrefix.parse("255.0.2.255/0").network()).isEqualTo(IpPrefix.parse("0.0.0.0/0"));
        assertThat(IpPrefix.parse("2001:db8::7:1/61").network()).isEqualTo(IpPrefix.parse("2001:db8::/61"));
    }

    @Test
    void containsWhatHasItsBits() {
        IpPrefix prefix = IpPrefix.parse("192.0.2.129/25");
        assertThat(prefix.contains(IpAddress.parse("192.0.2.128"))).isTrue();
        assertThat(prefix.contains(IpAddress.parse("192.0.2.255"))).isTrue();
        assertThat(prefix.contains(IpAddress.parse("192.0.2.127"))).isFalse();
        assertThat(prefix.contains(IpAddress.parse("::1"))).isFalse();
        assertThat(IpPrefix.parse("::/0").contains(IpAddress.parse("2001:db8::1")))
                .isTrue();
        assertThat(IpPrefix.parse("::/0").contains(IpAddress.parse("192.0.2.1")))
                .isFalse();
    }

    @Test
    void everyAddressIsReadAsItWasWritten() throws Exception {
        Random random = new Random(5952);
        for (int i = 0; i < 10_000; i++) {
            byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
            for (int at = 0; at < bytes.length; at += 2) {
                bytes[at] = random.nextBoolean() ? 0 : (byte) random.nextInt();
                bytes[at + 1] = random.nextBoolean() ? 0 : (byte) random.nextInt();
            }
            bytes[0] |= 1;
            InetAddress address = InetAddress.getByAddress(bytes);
            assertThat(IpAddress.parse(IpAddress.format(address))).isEqualTo(address);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.1",
                "2001:db8::1",
                "",
                "/",
                "/24",
                "10.0.0.1/",
                "10.0.0.1/33",
                "10.0.0.1/-1",
                "10.0.0.1/+8",
                "::1/129",
                "1.2.3.4/08",
                "1.2.3.4/8 ",
                " 1.2.3.4/8",
                "1.2.3.4/8/8",
                "1.2.3.4/9999999999",
                "1.2.3/8",
                "0/0",
                "010.0.0.1/8",
                "256.0.0.1/8",
                "1.2.3.4.5/8",
                "localhost/8",
                "fe80::1%lo/64",
                ":::/8",
                "1::2::3/8",
                "::ffff:1.2.3.4/128",
                "12345::/16"
            })
    void refusesAnythingElse(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> IpPrefix.parse(text));
    }

    @Test
    void aHostIsAllOfItsBits() {
        assertThat(IpPrefix.host(IpAddress.parse("192.0.2.1"))).isEqualTo(IpPrefix.parse("192.0.2.1/32"));
        assertThat(IpPrefix.host(IpAddress.parse("2001:db8::1"))).isEqualTo(IpPrefix.parse("2001:db8::1/128"));
    }
}
