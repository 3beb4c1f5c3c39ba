// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.library;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindgen.Compiled;
import dev.jrtap.bindgen.project.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Programs that have nothing but generated bindings between them and a real library: a directory each, with the
 * selection, the program and what it prints.
 */
@Tag("any-user")
class ProgramsTest {

    private static final Path PROGRAMS = Path.of("src/test/resources/programs");

    static Stream<Path> programs() throws IOException {
        try (Stream<Path> directories = Files.list(PROGRAMS)) {
            return directories.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("programs")
    void printsWhatIsExpected(Path program, @TempDir Path directory) throws Exception {
        Corpus.require();
        String set = program.getFileName().toString();
        Project project = Corpus.project(program.resolve("select.txt"), "bound");
        List<String> problems = new ArrayList<>();
        Map<String, String> files =
                new TreeMap<>(project.generate(project.read(List.of(Corpus.headers(set)), "a test", problems)));
        assertThat(problems).isEmpty();
        files.put("program/Program.java", Files.readString(program.resolve("Program.java")));
        Compiled.of(directory, files);

        String printed = run(directory, set, "program.Program");

        assertThat(printed).isEqualTo(Files.readString(program.resolve("expected.txt")));
    }

    /** In a virtual machine of its own: the libraries that a library needs are found by the system's loader. */
    static String run(Path directory, String set, String program) throws Exception {
        Path out = directory.resolve("out.txt");
        ProcessBuilder java = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djnr.ffi.library.path=" + Corpus.libraries(set),
                "-cp",
                directory.resolve("classes") + ":" + System.getProperty("java.class.path"),
                program,
                Files.createDirectory(directory.resolve("work")).toString());
        java.environment().put("LD_LIBRARY_PATH", Corpus.libraries(set));
        java.environment().put("LC_ALL", "C.UTF-8");
        Process process = java.redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(out)).isZero();
        return Files.readString(out);
    }
}
