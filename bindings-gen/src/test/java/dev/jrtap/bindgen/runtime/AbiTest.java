// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindgen.header.Target;
import org.junit.jupiter.api.Test;

/** Of numbers for several architectures, the machine's own is chosen, or none. */
class AbiTest {

    @Test
    void theMachinesOwnNumberIsChosen() {
        assertThat(Abi.select(0, 1, 2)).isEqualTo(Target.machine().ordinal());
        assertThat(Abi.select(0L, 1L, 2L)).isEqualTo(Target.machine().ordinal());
    }

    @Test
    void bindingsForNoArchitectureAreForNone() {
        String here = System.getProperty("os.arch");
        assertThatThrownBy(() -> Abi.select(new int[0]))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("these bindings: not on " + here);
        assertThatThrownBy(() -> Abi.select(new long[0])).isInstanceOf(UnsupportedOperationException.class);
        assertThat(Abi.missing("NAME")).hasMessage("NAME: not on " + here);
    }
}
