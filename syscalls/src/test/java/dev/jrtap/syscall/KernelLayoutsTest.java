// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.syscall;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.Feature;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class KernelLayoutsTest {

    @Test
    void theRunningKernelHasTheLayoutsOfTheBindings() throws IOException {
        Feature.require(
                "btf", KernelLayouts.canCheck(), "the kernel does not describe its types: CONFIG_DEBUG_INFO_BTF");

        assertThat(KernelLayouts.differences()).isEmpty();
    }
}
