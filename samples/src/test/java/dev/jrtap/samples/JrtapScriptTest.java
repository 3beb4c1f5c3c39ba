// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The script beside the jar: it makes its archive once, and starts without one. */
@Tag("any-kernel")
@Timeout(180)
class JrtapScriptTest {

    @TempDir
    private Path directory;

    private Path script;

    /** What Maven packages later than it tests: a jar that names the others, and the script. */
    @BeforeEach
    void pack() throws IOException {
        List<Path> jars = new ArrayList<>();
        for (String module : List.of("syscalls", "rtap", "samples")) {
            jars.add(Consumer.pack(
                    directory.resolve(module + ".jar"),
                    "dev.jrtap." + module,
                    Path.of("../" + module + "/target/classes")));
        }
        String all = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Arrays.stream(all.split(":"))
                .filter(entry -> entry.matches(".*/(jnr|jffi|asm|picocli|jackson|HdrHistogram)[^/]*\\.jar"))
                .forEach(entry -> jars.add(Path.of(entry)));
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, "dev.jrtap.samples.Jrtap");
        manifest.getMainAttributes()
                .put(
                        Attributes.Name.CLASS_PATH,
                        jars.stream().map(jar -> jar.toUri().toString()).collect(Collectors.joining(" ")));
        try (OutputStream out = Files.newOutputStream(directory.resolve("jrtap.jar"))) {
            new JarOutputStream(out, manifest).close();
        }
        script = directory.resolve("jrtap");
        Files.copy(Path.of("src/main/script/jrtap"), script);
    }

    private String run(String cache, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("sh", script.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().remove("JDK_JAVA_OPTIONS");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("XDG_CACHE_HOME", cache);
        Process process = builder.start();
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(printed).isZero();
        return printed;
    }

    private List<Path> archives() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("cache/jrtap"))) {
            return files.toList();
        }
    }

    @Test
    void makesOneArchiveAtTheFirstUse() throws Exception {
        String cache = directory.resolve("cache").toString();

        assertThat(run(cache, "--version")).isEqualTo("jrtap (not packaged)\n");
        assertThat(archives())
                .singleElement()
                .satisfies(archive -> assertThat(archive).hasExtension("jsa").isNotEmptyFile());
        Path first = archives().get(0);
        Object made = Files.getLastModifiedTime(first);

        assertThat(run(cache, "--version")).isEqualTo("jrtap (not packaged)\n");
        assertThat(archives()).containsExactly(first);
        assertThat(Files.getLastModifiedTime(first)).isEqualTo(made);
    }

    @Test
    void startsWithoutAnArchiveInSilence() throws Exception {
        assertThat(run("/proc/none", "--version")).isEqualTo("jrtap (not packaged)\n");
    }

    @Test
    void startsWithABrokenArchiveInSilence() throws Exception {
        String cache = directory.resolve("cache").toString();
        run(cache, "--version");
        Path archive = archives().get(0);
        archive.toFile().setWritable(true);
        Files.writeString(archive, "no archive");

        assertThat(run(cache, "--version")).isEqualTo("jrtap (not packaged)\n");
    }
}
