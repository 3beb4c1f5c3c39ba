// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.library;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindgen.Compiled;
import dev.jrtap.bindgen.cli.Main;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.project.HeaderSet;
import dev.jrtap.bindgen.project.Settings;
import dev.jrtap.bindgen.project.Start;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the guide shows of calling a library is run as it stands. */
@Tag("any-user")
class GuideTest {

    private static final String CALLBACK = "try (Callback<";

    private static List<String> snippets() throws IOException {
        String guide = Files.readString(Path.of("README.md"));
        String section = guide.substring(
                guide.indexOf("## A library in five minutes"), guide.indexOf("## Bindings for your own"));
        return Arrays.stream(section.split("```java\n"))
                .skip(1)
                .map(block -> block.substring(0, block.indexOf("```")))
                .toList();
    }

    @Test
    void whatAStrangerPastesRuns(@TempDir Path directory) throws Exception {
        Corpus.require();
        Path headers = Path.of("target/corpus/zlib/usr/include").toAbsolutePath();
        int status = Main.run(
                "start",
                "zlib.h",
                "--library",
                "z",
                "--package",
                "org.example.z",
                "--project",
                directory.toString(),
                "--out",
                directory.resolve("java").toString(),
                "-I",
                headers.toString());
        assertThat(status).isZero();
        Map<String, String> files = new TreeMap<>();
        files.put("org/example/z/Compress.java", snippets().get(0));
        try (Stream<Path> paths = Files.walk(directory.resolve("java"))) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                files.put(directory.resolve("java").relativize(path).toString(), Files.readString(path));
            }
        }
        Compiled.of(directory, files);

        assertThat(ProgramsTest.run(directory, "zlib", "org.example.z.Compress"))
                .matches("18000 bytes become \\d{2,3}\n");
    }

    @Test
    void theCommandThatStartNamesMakesTheSameJava(@TempDir Path directory) throws Exception {
        Corpus.require();
        Path headers = Path.of("target/corpus/zlib/usr/include").toAbsolutePath();
        Path java = directory.resolve("java of mine");
        Settings settings = new Settings(
                directory.resolve("select"),
                directory.resolve("model.tsv"),
                java,
                "org.example.z",
                List.of(Target.X86_64),
                "run it again.");
        List<String> lines = new ArrayList<>();
        new Start(settings, HeaderSet.of("", Path.of("/usr/include"), null, List.of(headers), List.of()), lines::add)
                .run(List.of("zlib.h"), "z", null);
        Path calls = java.resolve("org/example/z/ZlibCalls.java");
        String before = Files.readString(calls);
        Files.delete(calls);

        String last = lines.get(lines.size() - 1);
        Process shell =
                new ProcessBuilder("sh", "-c", "printf '%s\\n' " + last.substring(last.indexOf("generate"))).start();
        String[] words = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8).split("\n");

        assertThat(Main.run(words)).isZero();
        assertThat(Files.readString(calls).replaceFirst("// Do not edit.*", ""))
                .isEqualTo(before.replaceFirst("// Do not edit.*", ""));
    }

    @Test
    void theCallbackIsOfAProgramThatRuns() throws IOException {
        String callback = snippets().stream()
                .filter(snippet -> snippet.startsWith(CALLBACK))
                .findFirst()
                .orElseThrow();
        String programs = programs();

        assertThat(callback.lines().map(String::trim)).allMatch(programs::contains);
    }

    private static String programs() throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.walk(Path.of("src/test/resources/programs"))) {
            for (Path file : files.filter(path -> path.endsWith("Program.java")).toList()) {
                all.append(Files.readString(file));
            }
        }
        return all.toString();
    }
}
