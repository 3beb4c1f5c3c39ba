// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.address.IpPrefix;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The kernel's address beside the one that a command answers for. */
@Tag("any-kernel")
@Tag("any-user")
class Ipv4ArgumentsTest {

    @ParameterizedTest
    @CsvSource({
        "10.42.0.2/24, 10.42.0.1/24",
        "10.42.0.1/24, 10.42.0.2/24",
        "192.0.2.9/29, 192.0.2.10/29",
        // A subnet of two addresses has no broadcast address (RFC 3021).
        "192.0.2.0/31, 192.0.2.1/31",
        "192.0.2.1/31, 192.0.2.0/31"
    })
    void isTheFirstOtherOfTheSubnet(String host, String kernel) throws Exception {
        assertThat(Ipv4Arguments.kernelBeside(IpPrefix.parse(host), null)).isEqualTo(IpPrefix.parse(kernel));
    }
}
