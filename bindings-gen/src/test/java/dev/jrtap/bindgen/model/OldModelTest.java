// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindgen.Compiled;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.project.Project;
import dev.jrtap.bindgen.project.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model that was written before there were libraries, callbacks and bases of numbers is read, and gives Java. */
@Tag("any-user")
class OldModelTest {

    private static final Path MODEL = Path.of("src/test/resources/models/before-libraries.tsv");

    @TempDir
    private Path directory;

    @Test
    void isReadWithAllThatItHas() throws Exception {
        Model model = ModelReader.read("old", Files.readAllLines(MODEL));

        assertThat(model.constants()
                        .get("__NR_bind")
                        .on("riscv64")
                        .orElseThrow()
                        .value())
                .isEqualTo(200);
        assertThat(model.constants().get("LO_FLAGS_READ_ONLY").first().radix()).isEqualTo(10);
        assertThat(model.texts().get("LOOP_NAME").first().value()).isEqualTo("a \"loop\"\t\\");
        assertThat(model.structs().get("loop_info64").first().fields()).hasSize(4);
        assertThat(model.functions().get("bind").first().symbol()).isEqualTo("bind");
        assertThat(model.firstSeen()).containsEntry("LOOP_MAX", "6.12~");
        assertThat(model.callbacks()).isEmpty();
    }

    @Test
    void givesJava() throws Exception {
        Path selection = Files.writeString(directory.resolve("loop.txt"), """
                header linux/loop.h sys/socket.h
                class Loop
                constants LO_* LOOP_* __NR_bind
                macros LOOP_BIT
                structs loop_info64
                functions bind
                style accessors structs
                """);
        Project project = new Project(
                new Settings(selection, MODEL, directory, "old", List.of(Target.values()), "run the test."));

        Compiled compiled = Compiled.of(directory, project.generate(project.model()));

        assertThat(compiled.constant("old.Loop", "LO_FLAGS_READ_ONLY")).isEqualTo(1);
        assertThat(compiled.constant("old.LoopInfo64", "SIZEOF")).isEqualTo(24);
        assertThat(compiled.call("old.Loop", "LOOP_BIT", 3L)).isEqualTo(8L);
        assertThat(compiled.call("old.Loop", "LOOP_MAX")).isEqualTo(-1);
    }
}
