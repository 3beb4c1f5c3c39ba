// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.select;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamesTest {

    @ParameterizedTest
    @CsvSource({
        "A_B,       A_B,          true",
        "A_B,       A_BC,         false",
        "A_B,       XA_B,         false",
        "A_*,       A_,           true",
        "A_*,       A_B,          true",
        "A_*,       XA_B,         false",
        "*_A,       B_A,          true",
        "*_A,       B_A_A,        true",
        "*_A,       B_AX,         false",
        "*,         anything,     true",
        "A_*_Z,     A_Z,          false",
        "A_*_Z,     A__Z,         true",
        "A_*_Z*Y,   A_1_Z_Z2Y,    true",
        "A_*_Z*Y,   A_1_Z_Z2X,    false",
        "*A*A,      A,            false",
        "A$*,       A$B,          true",
        "A.*,       AXB,          false",
    })
    void aStarIsAnythingAndEverythingElseItself(String pattern, String name, boolean matches) {
        assertThat(new Names(List.of("other", pattern)).match(name)).isEqualTo(matches);
    }

    @Test
    void tellsNamesFromPatterns() {
        Names names = new Names(List.of("b", "a*", "a1"));

        assertThat(names.patterns()).containsExactly("b", "a*", "a1");
        assertThat(names.exact()).containsExactly("b", "a1");
        assertThat(names.globs()).containsExactly("a*");
        assertThat(names.hasExactly("a1")).isTrue();
        assertThat(names.hasExactly("a2")).isFalse();
        assertThat(names.hasExactly("a*")).isFalse();
        assertThat(names.match("a2")).isTrue();
    }
}
