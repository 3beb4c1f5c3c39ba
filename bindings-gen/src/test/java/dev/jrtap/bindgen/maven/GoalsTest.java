// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindgen.Gcc;
import dev.jrtap.bindgen.cli.Main;
import dev.jrtap.bindgen.header.SearchPath;
import dev.jrtap.bindgen.header.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.maven.plugin.MojoFailureException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plugin's goals, as its descriptor has them. */
class GoalsTest {

    @TempDir
    private Path root;

    @BeforeEach
    void hasAModuleAndTwoKernelsHeaders() throws IOException {
        write("src/bindings/select/a.txt", "header linux/a.h\nclass A\nconstants A_*\n");
        write("src/bindings/settings.txt", "package org.example\narchitectures x86_64\n");
        write("old/linux/a.h", "#define A_KEPT 1\n#define A_GONE 2\n");
        write("old/linux/gone.h", "#define GONE 1\n");
        write("new/linux/a.h", "#define A_KEPT 1\n#define A_NEW 3\n");
        Files.createDirectories(root.resolve("sysroot/usr"));
        Files.createSymbolicLink(root.resolve("sysroot/usr/include"), root.resolve("new"));
    }

    @Test
    void goalsAreTheCommands() throws Exception {
        assertThat(Goal.names())
                .containsExactlyInAnyOrderElementsOf(Main.commands().keySet());
    }

    /** What a user types after a command is a property of the goal. */
    @Test
    void whatACommandTakesItsGoalTakes() throws Exception {
        Map<String, String> other = Map.of(
                "-I",
                "include",
                "-D",
                "define",
                "--keep-going",
                "keepGoing",
                "OLD",
                "old",
                "NEW",
                "new",
                "HEADER",
                "header");
        for (Map.Entry<String, Set<String>> command : Main.commands().entrySet()) {
            Set<String> wanted = command.getValue().stream()
                    .filter(name -> !name.equals("--help") && !name.equals("--version"))
                    .map(name -> "bindings." + other.getOrDefault(name, name.replaceFirst("^--", "")))
                    .collect(Collectors.toSet());

            assertThat(Goal.named(command.getKey()).parameters())
                    .as(command.getKey())
                    .containsAll(wanted);
        }
    }

    @Test
    void aParameterIsTheSameInEveryGoalThatHasIt() throws Exception {
        assertThat(Goal.types())
                .containsKey("headers")
                .allSatisfy((name, types) -> assertThat(types).hasSize(1));
    }

    @Test
    void readWritesTheModel() throws Exception {
        read().with("bindings.source", "some package").run();

        assertThat(model()).contains("some package").contains("\tA_NEW\tint\t3\t");
    }

    @Test
    void readTakesASysrootAndDirectoriesAndMacrosOfOnesOwn() throws Exception {
        write("src/bindings/select/a.txt", "header linux/a.h\nheader own.h\nclass A\nconstants A_*\n");
        write("own/own.h", "#define A_OWN SIZE\n");

        Goal.named("read")
                .with("bindings.project", root)
                .with("bindings.sysroot", root.resolve("sysroot"))
                .with("bindings.include", root.resolve("own"))
                .with("bindings.define", "SIZE=7")
                .with("bindings.arch", "aarch64")
                .run();

        assertThat(model()).contains("aarch64").doesNotContain("x86_64").contains("\tA_OWN\tint\t7\t");
    }

    @Test
    void readRefusesWhatCannotBeHadAndSaysHowToGoOnWithout() throws Exception {
        write("src/bindings/select/a.txt", "header linux/a.h\nclass A\nconstants A_NEW A_KEPD\n");

        assertThatThrownBy(() -> read().run())
                .isInstanceOf(MojoFailureException.class)
                .hasMessageContaining("refused: 1 of the selected names; nothing was written")
                .hasMessageContaining("-Dbindings.keepGoing");
        assertThat(root.resolve("src/bindings/model")).doesNotExist();

        assertThat(read().with("bindings.keepGoing", true).run())
                .singleElement()
                .asString()
                .contains("linux/a.h has no constant A_KEPD; nearest: A_KEPT");
        assertThat(model()).contains("A_NEW");
    }

    @Test
    void generateWritesWhatTheModelGivesAndCheckFindsItRight() throws Exception {
        read().run();

        assertThat(project("generate").run()).containsExactly("2 files generated");
        assertThat(project("check").run()).isEmpty();
        assertThat(java()).contains("A_NEW = 3");
    }

    @Test
    void generateFromHeadersDoesWithoutAModel() throws Exception {
        project("generate").with("bindings.headers", root.resolve("old")).run();

        assertThat(java()).contains("A_GONE = 2");
        assertThat(root.resolve("src/bindings/model")).doesNotExist();
    }

    @Test
    void generateWithoutAModelSaysWhatMakesOne() {
        assertThatThrownBy(() -> project("generate").run())
                .isInstanceOf(MojoFailureException.class)
                .hasMessageContaining("linux.tsv: no model can be read there: run `read` to make one from headers");
    }

    @Test
    void checkNamesAnEditedFile() throws Exception {
        read().run();
        project("generate").run();
        write("src/generated/java/org/example/A.java", "edited");

        assertThatThrownBy(() -> project("check").run())
                .isInstanceOf(MojoFailureException.class)
                .hasMessageContaining("A.java differs from what the model gives");
    }

    @Test
    void dumpPrintsASelection() throws Exception {
        assertThat(headers("dump").with("bindings.header", "linux/a.h").run())
                .singleElement()
                .asString()
                .contains("header    linux/a.h\n")
                .contains("constants A_KEPT A_NEW\n");
    }

    @Test
    void dumpWithoutAHeaderPrintsOneForEachAndSaysWhichCannotBeRead() throws Exception {
        write("new/linux/not.h", "#include <nowhere.h>\n");
        write("new/x86_64-linux-gnu/asm/own.h", "#include <linux/a.h>\n#define OWN 4\n");

        assertThat(headers("dump").run())
                .hasSize(3)
                .contains(
                        "\nheader    linux/a.h\nclass     A\nconstants A_KEPT A_NEW\n",
                        "\nheader    asm/own.h\nclass     Own\nconstants OWN\n")
                .anyMatch(text -> text.contains("# not to be read on its own: linux/not.h: ")
                        && text.contains("nowhere.h is not found"));
    }

    @Test
    void dumpOfAFileIsOfWhatStandsInIt() throws Exception {
        write("mine/mine.h", "#include <linux/a.h>\n#define MINE 5\n");

        assertThat(headers("dump")
                        .with("bindings.header", root.resolve("mine/mine.h"))
                        .run())
                .singleElement()
                .asString()
                .endsWith("class     Mine\nconstants MINE\n");
    }

    @Test
    void dumpOfAHeaderThatIsNotThereSaysWhereItWasSearched() {
        assertThatThrownBy(() ->
                        headers("dump").with("bindings.header", "linux/b.h").run())
                .isInstanceOf(MojoFailureException.class)
                .hasMessageContaining("linux/b.h is not found; searched: ")
                .hasMessageContaining(root.resolve("new").toString());
    }

    @Test
    void verifyProvesWithGcc() throws Exception {
        Gcc.require(Target.X86_64, SearchPath.of(root.resolve("new")));

        assertThat(headers("verify").with("bindings.all", true).run())
                .anyMatch(line -> line.matches("integer macros: value, type +2 +2 +0 +0 +0 +0"))
                .endsWith("2 facts compared: nothing differs");
    }

    @Test
    void verifySaysWhatCanBeAskedFor() {
        assertThatThrownBy(() -> headers("verify").run())
                .isInstanceOf(MojoFailureException.class)
                .hasMessageContaining("name some, or give --all or --sample N")
                .hasMessageContaining("-Dbindings.header=NAME,NAME");
    }

    @Test
    void verifyNamesWhatIsRefusedAndFailsAmongAllHeaders() throws Exception {
        Gcc.require(Target.X86_64, SearchPath.of(root.resolve("new")));
        write(
                "new/linux/vector.h",
                "typedef int four __attribute__((vector_size(16)));\nstruct v { four x; };\nstruct w { int x; };\n");

        assertThat(headers("verify").with("bindings.header", "linux/vector.h").run())
                .anyMatch(line -> line.startsWith("linux/vector.h: refused: linux/vector.h:2:1: v: "));
        assertThatThrownBy(() -> headers("verify").with("bindings.all", true).run())
                .isInstanceOf(MojoFailureException.class)
                .hasMessage("there are differences, or nothing was compared: see the lines above");
    }

    @Test
    void verifyFailsWithoutAnythingToCompare() throws Exception {
        Gcc.require(Target.X86_64, SearchPath.of(root.resolve("new")));
        write("new/linux/empty.h", "#define EMPTY_H\n");

        assertThatThrownBy(() -> headers("verify")
                        .with("bindings.header", "linux/empty.h")
                        .run())
                .isInstanceOf(MojoFailureException.class)
                .hasMessageContaining("the lines above");
    }

    @Test
    void verifyAsksTheCompilerThatIsNamed() {
        assertThatThrownBy(() -> headers("verify")
                        .with("bindings.header", "linux/a.h")
                        .with("bindings.cc", "/no/such/gcc")
                        .run())
                .isInstanceOf(MojoFailureException.class)
                .hasMessageStartingWith("/no/such/gcc is not a gcc for x86_64");
    }

    @Test
    void verifyOfTypesThatAKernelDoesNotDescribeSaysHowItWould() {
        assertThatThrownBy(() -> headers("verify")
                        .with("bindings.all", true)
                        .with("bindings.btf", root.resolve("none"))
                        .run())
                .isInstanceOf(MojoFailureException.class)
                .hasMessageContaining("CONFIG_DEBUG_INFO_BTF");
    }

    @Test
    void diffListsWhatIsNewAndGoneInAllHeaders() throws Exception {
        assertThat(diff("old", "new"))
                .containsExactly("linux/a.h", "  + A_NEW = 3", "  - A_GONE = 2", "linux/gone.h (gone)", "  - GONE = 1");
    }

    @Test
    void diffOfOneDirectoryWithItselfSaysWhatToName() {
        assertThatThrownBy(() -> diff("old", "old"))
                .isInstanceOf(MojoFailureException.class)
                .hasMessageContaining("name the older headers first, then the newer");
    }

    private List<String> diff(String older, String newer) throws Exception {
        return Goal.named("diff")
                .with("bindings.old", root.resolve(older))
                .with("bindings.new", root.resolve(newer))
                .run();
    }

    private Goal read() throws Exception {
        return project("read").with("bindings.headers", root.resolve("new"));
    }

    private Goal project(String name) throws Exception {
        return Goal.named(name).with("bindings.project", root);
    }

    private Goal headers(String name) throws Exception {
        return Goal.named(name).with("bindings.headers", root.resolve("new"));
    }

    private String model() throws IOException {
        return Files.readString(root.resolve("src/bindings/model/linux.tsv"));
    }

    private String java() throws IOException {
        return Files.readString(root.resolve("src/generated/java/org/example/A.java"));
    }

    private void write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
