// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.project;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindgen.header.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The architectures of a directory of headers. */
@Tag("any-user")
class HeaderSetTest {

    @TempDir
    private Path root;

    private HeaderSet with(String... directories) throws IOException {
        for (String directory : directories) {
            Files.createDirectories(root.resolve(directory));
        }
        return HeaderSet.of("", root, null, List.of(), List.of());
    }

    @Test
    void hasThoseOfTheKernelsHeaders() throws IOException {
        assertThat(with("x86_64-linux-gnu/asm", "riscv64-linux-gnu/asm").targets())
                .containsExactlyInAnyOrder(Target.X86_64, Target.RISCV64);
    }

    /** As in Debian 13 after {@code apt install libc6-dev}. */
    @Test
    void hasThoseOfLibcIfItIsThere() throws IOException {
        assertThat(with("x86_64-linux-gnu/asm", "x86_64-linux-gnu/bits", "riscv64-linux-gnu/asm")
                        .targets())
                .containsExactly(Target.X86_64);
    }
}
