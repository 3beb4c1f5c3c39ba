// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CheckedInBindingsTest {

    private final Project syscalls = new Project(Path.of("../syscalls"));

    /** After a change of the selection or the generator: {@code mvn -q -pl bindings-gen compile exec:java}. */
    @Test
    void areExactlyWhatTheModelGives() throws IOException {
        assertThat(Differences.between(syscalls.generate(), syscalls.checkedIn()))
                .isEmpty();
    }
}
