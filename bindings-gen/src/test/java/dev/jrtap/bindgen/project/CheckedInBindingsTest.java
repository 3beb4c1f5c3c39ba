// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.project;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class CheckedInBindingsTest {

    /** After a change of the generator: {@code mvn -q -pl bindings-gen compile exec:java}. */
    @Test
    void areExactlyWhatTheModelGives() {
        assertThat(new Project(Settings.of(Path.of("../syscalls"))).check(List.of()))
                .isEmpty();
    }
}
