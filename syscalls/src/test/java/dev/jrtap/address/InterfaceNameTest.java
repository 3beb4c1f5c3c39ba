// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InterfaceNameTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "fifteenchars123", "rtap%d", "%d", "%dx", "äöü", "a,b=c*?", "${x}", "-x", "<b>", "lo"})
    void takesWhatTheKernelTakes(String name) {
        assertThat(InterfaceName.parse(name).format()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sixteenchars1234",
                "äöüäöüäö",
                ".",
                "..",
                "all",
                "default",
                "a/b",
                "a:b",
                "a b",
                "tab\t",
                "x\ny",
                "\u000b",
                "ok\0hidden",
                "\0",
                "à",
                "a%",
                "%s",
                "%d%d",
                "a%n",
                "%%d"
            })
    void refusesWhatNoInterfaceIsNamed(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> InterfaceName.parse(name));
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 600, 100_000})
    void saysHowLongANameIsAndNotAllOfIt(int length) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> InterfaceName.parse("x".repeat(length)))
                .withMessage("an interface name must have 1..15 bytes, and \"xxxxxxxxxxxxxxx…\" has " + length);
    }
}
