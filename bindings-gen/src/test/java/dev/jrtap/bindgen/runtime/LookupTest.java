// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LookupTest {

    private final Lookup lookup = new Lookup(new String[] {"NONE", "A", "B", "TOP"}, 0, 1, 2, 0x80000000L);

    @Test
    void namesValues() {
        assertThat(lookup.name(2)).isEqualTo("B");
        assertThat(lookup.name(3)).isEqualTo("3");
    }

    @Test
    void namesBitsAndKeepsWhatHasNoName() {
        assertThat(lookup.flags(0x80000003L)).isEqualTo("A|B|TOP");
        assertThat(lookup.flags(0x11)).isEqualTo("A|0x10");
        assertThat(lookup.flags(0x10)).isEqualTo("0x10");
        assertThat(lookup.flags(0)).isEqualTo("0");
    }
}
