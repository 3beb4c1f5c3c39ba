// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.Compiled;
import dev.jrtap.bindgen.project.Project;
import dev.jrtap.bindgen.project.Settings;
import dev.jrtap.bindgen.project.Start;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** From headers to Java, by command, goal and call. */
class ThreeWaysToJavaTest extends ThreeWays {

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
                .startsWith("header    p/part.h\n"
                        + "class     Part\n"
                        + "style     accessors\n"
                        + "constants PART\n"
                        + "structs   part\n"
                        + "functions part\n")
                .contains("# refused: p/part.h:4:5: variadic");
        assertThat(printed).contains("refused: 1 of the header's names, each", "edit the selection, and run");
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
                .isInstanceOf(BindgenException.class)
                .hasMessageStartingWith("no libno_such_library.so for ")
                .hasMessageContaining("name the file: --library DIR/");
        assertThat(files(project)).isEmpty();

        start.run(List.of("p/part.h"), null, null);

        assertThatThrownBy(() -> start.run(List.of("p/part.h"), null, null))
                .isInstanceOf(BindgenException.class)
                .hasMessageContaining("already exists: edit it");
        assertThatThrownBy(() -> start.run(List.of(), null, null)).isInstanceOf(BindgenException.class);
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

        String wrong = "org/p/Part.java differs from what the model gives";
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

    /** Selections, model and Java elsewhere, in another package. */
    @Test
    void places() throws Exception {
        write("elsewhere/part.txt", "header p/part.h\nclass Part\nconstants *\nstructs *\n");
        Path select = root.resolve("elsewhere/part.txt");
        Map<String, Map<String, String>> written = new TreeMap<>();
        for (String way : List.of("command", "goal", "call")) {
            Path model = root.resolve(way + "/model.tsv");
            Path out = root.resolve(way + "/java");
            String[] places = {
                "--select",
                select.toString(),
                "--model",
                model.toString(),
                "--out",
                out.toString(),
                "--package",
                "org.q"
            };
            switch (way) {
                case "command" -> {
                    command(with("read", places, "--headers", headers.toString(), "--arch", "x86_64"));
                    command(with("generate", places));
                    command(with("check", places));
                }
                case "goal" -> {
                    placed("read", places)
                            .with("bindings.headers", headers.toFile())
                            .with("bindings.arch", "x86_64")
                            .run();
                    placed("generate", places).run();
                    placed("check", places).run();
                }
                default -> {
                    Project project = new Project(Settings.of(root)
                            .withTargets(List.of("x86_64"))
                            .withPackage("org.q")
                            .withPlaces(select, model, out));
                    project.write(project.read(List.of(set(List.of())), null, false, line -> {}));
                    project.write(project.generate(project.model()));
                    assertThat(project.check(List.of())).isEmpty();
                }
            }
            written.put(way, files(root.resolve(way)));
        }
        assertThat(written.get("command")).isEqualTo(written.get("call")).isEqualTo(written.get("goal"));
        assertThat(written.get("goal")).containsKeys("model.tsv", "java/org/q/Part.java");
    }

    private static String[] with(String command, String[] places, String... more) {
        return Stream.of(Stream.of(command), Stream.of(places), Stream.of(more))
                .flatMap(words -> words)
                .toArray(String[]::new);
    }

    private Goal placed(String name, String[] places) throws Exception {
        Goal goal = Goal.named(name).with("bindings.project", root.toFile());
        for (int i = 0; i < places.length; i += 2) {
            goal = goal.with(places[i].replaceFirst("--", "bindings."), places[i + 1]);
        }
        return goal;
    }

    @Test
    void aHeaderMayHaveBlanksInItsPath() throws IOException {
        write("my own/a b.h", "#define A_B 1\n");
        Path project = Files.createDirectory(root.resolve("project"));
        String header = root.resolve("my own/a b.h").toString();

        new Start(Settings.of(project).withPackage("org.p"), set(List.of()), line -> {})
                .run(List.of(header), null, null);

        assertThat(files(project).get("src/bindings/select/a b.txt")).startsWith("header    \"" + header + "\"\n");
        assertThat(files(project).get("src/generated/java/org/p/AB.java")).contains("A_B = 1");
    }

    /** An umbrella header offers nothing itself: that is no start, and what it includes is named. */
    @Test
    void startOfAHeaderThatOnlyIncludesNamesWhatItIncludes() throws IOException {
        Path project = Files.createDirectory(root.resolve("project"));
        Start start = new Start(Settings.of(project).withPackage("org.p"), set(List.of()), line -> {});

        assertThatThrownBy(() -> start.run(List.of("p/p.h"), null, null))
                .isInstanceOf(BindgenException.class)
                .hasMessageStartingWith("p/p.h declares nothing itself.")
                .hasMessageContaining("--reachable DIR")
                .hasMessageContaining("p/part.h: 3");
        assertThat(files(project)).isEmpty();
        start.run(List.of("p/p.h"), null, Path.of("p"));
        assertThat(files(project)).containsKey("src/generated/java/org/p/Part.java");
    }
}
