// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindgen.BindgenException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProjectTest {

    @TempDir
    private Path root;

    @BeforeEach
    void hasOneHeaderForEachArchitecture() throws IOException {
        write("src/bindings/select/a.txt", "header asm/a.h\nclass A\nconstants A_*\n");
        write("include/x86_64-linux-gnu/asm/a.h", "#define A_SAME 1\n#define A_OWN 2\n");
        write("include/aarch64-linux-gnu/asm/a.h", "\n#define A_SAME 1\n#define A_OWN 2\n");
    }

    @Test
    void aFactMayStandElsewhereForAnotherArchitecture() {
        assertThat(read()).contains("constant\t*\tA_OWN\tint\t2\tasm/a.h\t2\n");
    }

    @Test
    void refusesAFactThatDiffersBetweenArchitecturesAndNamesIt() throws IOException {
        write("include/aarch64-linux-gnu/asm/a.h", "#define A_SAME 1\n#define A_OWN 3\n");

        assertThatThrownBy(this::read)
                .isInstanceOf(BindgenException.class)
                .hasMessageContaining("x86_64 alone has [constant * A_OWN int 2]")
                .hasMessageContaining("aarch64 alone has [constant * A_OWN int 3]");
    }

    @Test
    void refusesAFactThatOneArchitectureLacks() throws IOException {
        write("include/aarch64-linux-gnu/asm/a.h", "#define A_SAME 1\n");

        assertThatThrownBy(this::read)
                .isInstanceOf(BindgenException.class)
                .hasMessageContaining("x86_64 alone has [constant * A_OWN int 2], aarch64 alone has []");
    }

    @Test
    void sameHeadersGiveSameBytes() {
        assertThat(read()).isEqualTo(read());
    }

    @Test
    void writingDeletesWhatNothingGeneratesAnyMore() throws IOException {
        Project project = new Project(root);
        project.writeModel(read());
        write("src/generated/java/dev/jrtap/bindings/Stale.java", "");

        project.write(project.generate());

        assertThat(project.checkedIn()).containsOnlyKeys(project.generate().keySet());
    }

    private String read() {
        return new Project(root).read(root.resolve("include"), "test");
    }

    private void write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
