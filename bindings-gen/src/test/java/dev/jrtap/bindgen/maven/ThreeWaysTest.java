// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.Compiled;
import dev.jrtap.bindgen.Gcc;
import dev.jrtap.bindgen.cli.Main;
import dev.jrtap.bindgen.header.SearchPath;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.project.Dump;
import dev.jrtap.bindgen.project.HeaderSet;
import dev.jrtap.bindgen.project.PkgConfig;
import dev.jrtap.bindgen.project.Project;
import dev.jrtap.bindgen.project.Settings;
import dev.jrtap.bindgen.project.Start;
import dev.jrtap.bindgen.project.VersionDiff;
import dev.jrtap.bindgen.verify.HeaderProof;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is an option of a command is a parameter of a goal, and an argument of a call; all three do the same. */
class ThreeWaysTest {

    private static final String PC = "prefix=/usr\nincludedir=${prefix}/include\n\nName: p\nRequires: base >= 1.0\n"
            + "Cflags: -I${includedir}/p -DTHROUGH_PKG\nLibs: -L${prefix}/lib -lp\n";

    @TempDir
    private Path root;

    private Path headers;

    @BeforeEach
    void hasAPackageOfHeaders() throws IOException {
        headers = root.resolve("usr/include");
        write("usr/include/p/p.h", "#include <p/part.h>\n#include <other.h>\n");
        write(
                "usr/include/p/part.h",
                "#define PART 1\nstruct part { int a; };\nint part(struct part *p);\nint variadic(int n, ...);\n");
        write("usr/include/other.h", "#define OTHER 2\n#ifdef THROUGH_PKG\n#define DEFINED 3\n#endif\n");
        write("usr/lib/x86_64-linux-gnu/pkgconfig/p.pc", PC);
        write("usr/share/pkgconfig/base.pc", "Name: base\nCflags: -DBASE=7\n");
    }

    @Test
    void reachable() throws Exception {
        String expected = "header    p/p.h\nclass     P\nconstants PART\nstructs   part\nfunctions part\n";

        assertThat(command("dump", "--headers", headers.toString(), "--reachable", "p", "p/p.h"))
                .startsWith(expected);
        assertThat(String.join(
                        "\n",
                        goal("dump")
                                .with("bindings.header", "p/p.h")
                                .with("bindings.reachable", "p")
                                .run()))
                .contains(expected);
        StringBuilder text = new StringBuilder();
        Dump.of(Target.X86_64, set(List.of()), List.of("p/p.h"), headers.resolve("p"), text::append);
        assertThat(text).startsWith(expected);
    }

    @Test
    void aHeaderThatOnlyIncludesSaysSo() throws IOException {
        assertThat(command("dump", "--headers", headers.toString(), "p/p.h"))
                .contains("# p/p.h holds nothing itself.", "--reachable DIR", "#   p/part.h: 3", "#   other.h: 1");
        assertThatThrownBy(() -> Dump.of(Target.X86_64, set(List.of()), List.of("p/p.h"), Path.of("no"), text -> {}))
                .isInstanceOf(BindgenException.class)
                .hasMessageStartingWith("no: there is no such directory");
    }

    @Test
    void pkg() throws Exception {
        String expected =
                "define    BASE 7\ndefine    THROUGH_PKG 1\nheader    other.h\nclass     Other\nconstants DEFINED OTHER\n";

        assertThat(command("dump", "--headers", headers.toString(), "--pkg", "p", "other.h"))
                .isEqualTo(expected);
        assertThat(String.join(
                        "\n",
                        goal("dump")
                                .with("bindings.header", "other.h")
                                .with("bindings.pkg", "p")
                                .run()))
                .contains(expected);
        StringBuilder text = new StringBuilder();
        Dump.of(Target.X86_64, set(List.of("p")), List.of("other.h"), text::append);
        assertThat(text.toString()).isEqualTo(expected);
        assertThat(PkgConfig.of(List.of("p"), headers).libraries()).containsExactly("p");
        assertThatThrownBy(() -> PkgConfig.of(List.of("absent"), headers))
                .isInstanceOf(BindgenException.class)
                .hasMessageContaining("no absent.pc in ")
                .hasMessageContaining("PKG_CONFIG_PATH");
    }

    @Test
    void start() throws Exception {
        Path byCommand = Files.createDirectory(root.resolve("command"));
        Path byGoal = Files.createDirectory(root.resolve("goal"));
        Path byCall = Files.createDirectory(root.resolve("call"));

        String printed = command(
                "start",
                "p/part.h",
                "--headers",
                headers.toString(),
                "--project",
                byCommand.toString(),
                "--package",
                "org.p");
        goal("start")
                .with("bindings.project", byGoal.toFile())
                .with("bindings.header", "p/part.h")
                .with("bindings.package", "org.p")
                .run();
        new Start(Settings.of(byCall).withPackage("org.p"), set(List.of()), line -> {})
                .run(List.of("p/part.h"), null, null);

        Map<String, String> files = files(byCommand);
        assertThat(files).isEqualTo(files(byGoal)).isEqualTo(files(byCall));
        assertThat(files.get("src/bindings/select/part.txt"))
                .startsWith(
                        "header    p/part.h\nclass     Part\nstyle     accessors\nconstants PART\nstructs   part\nfunctions part\n")
                .contains("# refused: p/part.h:4:5: variadic");
        assertThat(printed)
                .contains("refused: 1 of the names that the header has, each", "edit the selection, and run");
        files.keySet().removeIf(path -> !path.endsWith(".java"));
        Map<String, String> sources = new TreeMap<>();
        files.forEach((path, text) -> sources.put(path.replaceFirst("^src/generated/java/", ""), text));
        assertThat(Compiled.of(root.resolve("compiled"), sources).constant("org.p.Part", "PART"))
                .isEqualTo(1);
    }

    @Test
    void startDoesNotOverwriteAnEditedSelectionAndLeavesNothingWhenItFails() throws IOException {
        Path project = Files.createDirectory(root.resolve("project"));
        Start start = new Start(Settings.of(project).withPackage("org.p"), set(List.of()), line -> {});
        assertThatThrownBy(() -> start.run(List.of("p/part.h"), "no_such_library", null))
                .isInstanceOf(BindgenException.class);
        assertThat(files(project)).isEmpty();

        start.run(List.of("p/part.h"), null, null);

        assertThatThrownBy(() -> start.run(List.of("p/part.h"), null, null))
                .isInstanceOf(BindgenException.class)
                .hasMessageContaining("is there already: edit it");
        assertThatThrownBy(() -> start.run(List.of(), null, null)).isInstanceOf(BindgenException.class);
    }

    @Test
    void cc() throws Exception {
        String gcc = Gcc.require(Target.X86_64, SearchPath.of(headers)).toString();

        assertThat(command("verify", "--headers", headers.toString(), "--cc", gcc, "p/part.h"))
                .contains("x86_64, " + gcc + ": 1 headers compared", "nothing differs");
        assertThat(goal("verify")
                        .with("bindings.header", "p/part.h")
                        .with("bindings.cc", gcc)
                        .run())
                .anyMatch(line -> line.startsWith("x86_64, " + gcc + ": 1 headers"));
        List<String> lines = new ArrayList<>();
        assertThat(new HeaderProof(SearchPath.of(headers), gcc, lines::add)
                        .run(List.of("x86_64"), List.of("p/part.h"), false, 0, null))
                .isTrue();
        assertThat(lines).anyMatch(line -> line.startsWith("x86_64, " + gcc));
    }

    @Test
    void java() throws Exception {
        String gcc = Gcc.require(Target.machine(), SearchPath.of(headers)).toString();
        String row = "Java: constants +1 +1 .*";

        assertThat(command("verify", "--headers", headers.toString(), "--cc", gcc, "--java", "p/part.h")
                        .lines())
                .anyMatch(line -> line.matches(row));
        assertThat(goal("verify")
                        .with("bindings.header", "p/part.h")
                        .with("bindings.cc", gcc)
                        .with("bindings.java", true)
                        .run())
                .anyMatch(line -> line.matches(row));
        List<String> lines = new ArrayList<>();
        assertThat(new HeaderProof(SearchPath.of(headers), gcc, lines::add)
                        .run(List.of(Target.machine().id()), List.of("p/part.h"), false, 0, null, true))
                .isTrue();
        assertThat(lines).anyMatch(line -> line.matches(row));
    }

    /** A project's whole way: read, generate and check, and what check says when somebody has edited. */
    @Test
    void readGenerateAndCheck() throws Exception {
        Map<String, Map<String, String>> written = new TreeMap<>();
        for (String way : List.of("command", "goal", "call")) {
            Path project = root.resolve(way);
            writeProject(way);
            switch (way) {
                case "command" -> {
                    command(
                            "read",
                            "--project",
                            project.toString(),
                            "--headers",
                            headers.toString(),
                            "--source",
                            "p 1");
                    command("generate", "--project", project.toString());
                    command("check", "--project", project.toString(), "--headers", headers.toString());
                }
                case "goal" -> {
                    goal("read")
                            .with("bindings.project", project.toFile())
                            .with("bindings.source", "p 1")
                            .run();
                    Goal.named("generate")
                            .with("bindings.project", project.toFile())
                            .run();
                    goal("check").with("bindings.project", project.toFile()).run();
                }
                default -> {
                    Project plain = new Project(Settings.of(project));
                    plain.write(plain.read(List.of(set(List.of())), "p 1", false, line -> {}));
                    plain.write(plain.generate(plain.model()));
                    assertThat(plain.check(List.of(set(List.of())))).isEmpty();
                }
            }
            written.put(way, files(project));
            Path java = project.resolve("src/generated/java/org/p/Part.java");
            Files.writeString(java, Files.readString(java).replace("PART = 1", "PART = 2"));
        }
        assertThat(written.get("command")).isEqualTo(written.get("call")).isEqualTo(written.get("goal"));

        String wrong = "org/p/Part.java is not what the model gives";
        assertThat(failure("check", "--project", root.resolve("command").toString()))
                .isEqualTo("bindings-gen: " + wrong + "\n");
        assertThatThrownBy(() -> Goal.named("check")
                        .with("bindings.project", root.resolve("goal").toFile())
                        .run())
                .hasMessageContaining(wrong);
        assertThat(new Project(Settings.of(root.resolve("call"))).check(List.of()))
                .containsExactly(wrong);
    }

    private void writeProject(String name) throws IOException {
        write(name + "/src/bindings/settings.txt", "package org.p\narchitectures x86_64\n");
        write(name + "/src/bindings/select/part.txt", "header p/part.h\nclass Part\nconstants *\nstructs *\n");
    }

    @Test
    void diff() throws Exception {
        write("newer/p/part.h", "#define PART 3\nstruct part { int a; int b : 3; };\n");
        String newer = root.resolve("newer").toString();
        List<String> expected = List.of(
                "p/part.h",
                "  ~ PART = 1 -> = 3",
                "  ~ struct part 4 bytes -> 8 bytes",
                "  + struct part.b int at 4 bit 0, 3 wide");

        assertThat(command("diff", headers.toString(), newer, "p/part.h").lines())
                .containsAll(expected);
        assertThat(Goal.named("diff")
                        .with("bindings.old", headers.toFile())
                        .with("bindings.new", root.resolve("newer").toFile())
                        .with("bindings.header", "p/part.h")
                        .run())
                .containsAll(expected);
        List<String> lines = new ArrayList<>();
        VersionDiff.between(Target.X86_64, headers, Path.of(newer), List.of("p/part.h"), lines::add);
        assertThat(lines).containsAll(expected);
    }

    private Goal goal(String name) throws Exception {
        return Goal.named(name).with("bindings.headers", headers.toFile());
    }

    private HeaderSet set(List<String> packages) {
        return HeaderSet.of("", headers, null, List.of(), List.of(), packages);
    }

    private void write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static Map<String, String> files(Path directory) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                files.put(directory.relativize(path).toString(), Files.readString(path));
            }
        }
        return files;
    }

    private static String failure(String... args) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream err = System.err;
        try (PrintStream all = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            System.setErr(all);
            assertThat(Main.run(args)).isEqualTo(1);
        } finally {
            System.setErr(err);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static String command(String... args) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = System.out;
        try (PrintStream all = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            System.setOut(all);
            assertThat(Main.run(args)).isZero();
        } finally {
            System.setOut(out);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
