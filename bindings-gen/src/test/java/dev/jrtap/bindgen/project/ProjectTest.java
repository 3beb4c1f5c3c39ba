// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.project;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindgen.header.SearchPath;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.model.Model;
import dev.jrtap.bindgen.model.ModelText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProjectTest {

    @TempDir
    private Path root;

    @BeforeEach
    void hasOneHeaderForEachArchitecture() throws IOException {
        write("src/bindings/select/a.txt", "header asm/a.h\nclass A\nconstants A_*\n");
        write("src/bindings/settings.txt", "package org.example\narchitectures x86_64 aarch64\n");
        write("new/x86_64-linux-gnu/asm/a.h", "#define A_SAME 1\n#define A_OWN 2\n#define A_NEW 3\n");
        write("new/aarch64-linux-gnu/asm/a.h", "\n#define A_SAME 1\n#define A_OWN 4\n#define A_NEW 3\n");
        write("old/x86_64-linux-gnu/asm/a.h", "#define A_SAME 1\n#define A_OWN 2\n");
    }

    @Test
    void aFactThatStandsElsewhereForAnotherArchitectureIsOne() {
        assertThat(text()).contains("constant\t*\t1.0\tA_SAME\tint\t1\t-\tasm/a.h\t1\n");
    }

    @Test
    void aFactThatDiffersBetweenArchitecturesIsTwo() {
        assertThat(text())
                .contains("constant\tx86_64\t1.0\tA_OWN\tint\t2\t-\tasm/a.h\t2\n")
                .contains("constant\taarch64\t1.0\tA_OWN\tint\t4\t-\tasm/a.h\t3\n");
    }

    @Test
    void whatTheOlderHeadersLackIsFirstSeenInTheNewer() {
        assertThat(text()).contains("constant\t*\t2.0\tA_NEW\tint\t3");
    }

    @Test
    void whatChangedIsMarked() throws IOException {
        write("old/x86_64-linux-gnu/asm/a.h", "#define A_SAME 0\n#define A_OWN 2\n");

        assertThat(text()).contains("constant\t*\t1.0~\tA_SAME\tint\t1");
    }

    @Test
    void whatLibcSaysIsOfNoKernel() throws IOException {
        write("src/bindings/select/b.txt", "define WANTED 7\nheader b.h\nclass B\nconstants B_OWN B_DEFINED\n");
        write("libc/b.h", "#include <bits/b.h>\n#define B_DEFINED WANTED\n");
        write("libc/x86_64-linux-gnu/bits/b.h", "#define B_OWN 1\n");
        write("libc/aarch64-linux-gnu/bits/b.h", "#define B_OWN 2\n");
        write("old/b.h", "#define B_OWN 3\n#define B_DEFINED 4\n");
        Path libc = root.resolve("libc");
        List<HeaderSet> sets = Stream.of("new", "old")
                .map(name -> new HeaderSet(name, new SearchPath(root.resolve(name), libc, List.of(), Map.of())))
                .toList();

        assertThat(ModelText.write(project().read(sets, "test", new ArrayList<>())))
                .contains("constant\t*\told\tA_SAME\tint\t1\t-\tasm/a.h\t1\n")
                .contains("constant\t*\t-\tB_DEFINED\tint\t7\t-\tb.h\t2\n")
                .contains("constant\tx86_64\t-\tB_OWN\tint\t1\t-\tbits/b.h\t1\n")
                .contains("constant\taarch64\t-\tB_OWN\tint\t2\t-\tbits/b.h\t1\n");
    }

    @Test
    void sameHeadersGiveSameBytes() {
        assertThat(text()).isEqualTo(text());
    }

    @Test
    void writingDeletesWhatNothingGeneratesAnyMore() throws IOException {
        write("src/generated/java/org/example/Stale.java", "");
        Project project = project();
        Model model = read(new ArrayList<>());

        project.write(project.generate(model));

        assertThat(project.checkedIn())
                .containsOnlyKeys(project.generate(model).keySet())
                .containsKey("org/example/A.java");
    }

    @Test
    void checkNamesAnEditedFileAndAModelThatIsOld() throws IOException {
        Project project = project();
        Model model = read(new ArrayList<>());
        project.write(model);
        project.write(project.generate(model));
        assertThat(project.check(sets())).isEmpty();

        write("src/generated/java/org/example/A.java", "edited");
        write("new/x86_64-linux-gnu/asm/a.h", "#define A_SAME 5\n#define A_OWN 2\n#define A_NEW 3\n");

        assertThat(project.check(sets()))
                .hasSize(2)
                .anyMatch(line -> line.contains("A.java differs from what the model gives"))
                .anyMatch(line -> line.contains("linux.tsv differs from what the headers give"));
    }

    @Test
    void aNameThatIsNotThereIsReportedWithTheNearest() throws IOException {
        write("src/bindings/select/a.txt", "header asm/a.h\nclass A\nconstants A_SANE\n");
        List<String> problems = new ArrayList<>();

        read(problems);

        assertThat(problems).singleElement().asString().contains("asm/a.h has no constant A_SANE; nearest: A_SAME");
    }

    @Test
    void aStructThatAnotherNeedsAndNobodySelectsIsReported() throws IOException {
        for (String architecture : List.of("x86_64", "aarch64")) {
            write(
                    "new/" + architecture + "-linux-gnu/asm/a.h",
                    "struct in { int x; };\nstruct out {\n struct in in;\n};\n");
        }
        write("src/bindings/select/a.txt", "header asm/a.h\nclass A\nstructs out\nstyle structs\n");
        List<String> problems = new ArrayList<>();

        read(problems);

        assertThat(problems)
                .singleElement()
                .asString()
                .contains("asm/a.h:3: out.in is a struct in, which is not selected: add `structs in`");
    }

    private String text() {
        return ModelText.write(read(new ArrayList<>()));
    }

    private Model read(List<String> problems) {
        return project().read(sets(), "test", problems);
    }

    private Project project() {
        return new Project(new Settings(
                root.resolve("src/bindings/select"),
                root.resolve("src/bindings/model/linux.tsv"),
                root.resolve("src/generated/java"),
                "org.example",
                List.of(Target.X86_64, Target.AARCH64),
                ""));
    }

    private List<HeaderSet> sets() {
        return List.of(
                new HeaderSet("2.0", SearchPath.of(root.resolve("new"))),
                new HeaderSet("1.0", SearchPath.of(root.resolve("old"))));
    }

    private void write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
