// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.Ebpf;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.TunDevice;
import dev.jrtap.fixtures.Uring;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README shows works as it stands: pasted into a file, compiled, and run. */
@Tag("any-kernel")
class ReadmeTest {

    private static final Path ROOT = Path.of("..");
    private static final String JAVA = "```java\n";

    @TempDir
    private Path directory;

    @Test
    void theFirstFramesArePrinted() throws Exception {
        TunDevice.require();

        String printed = run("README.md", "FirstFrames");

        Feature.require("IPv6", Files.exists(Path.of("/proc/sys/net/ipv6")), "the kernel has none");
        assertThat(printed)
                .as("the kernel looks for others when a device comes up")
                .contains("33:33:");
        String page = Files.readString(ROOT.resolve("README.md"));
        String shown = page.substring(page.indexOf("samples.FirstFrames\n"))
                .lines()
                .skip(1)
                .findFirst()
                .orElseThrow();
        assertThat(withoutNumbers(printed)).contains(withoutNumbers(shown));
    }

    private static String withoutNumbers(String frames) {
        return frames.replaceAll("\\b[0-9a-f]{2}\\b", "..");
    }

    @Test
    void theFirstOperationsComplete() throws Exception {
        Uring.require();

        String printed = run("syscalls/README.md", "FirstOperations");

        String page = Files.readString(ROOT.resolve("syscalls/README.md"));
        int at = page.indexOf("samples.FirstOperations\n");
        String shown = page.substring(page.indexOf('\n', at) + 1, page.indexOf("```", at));
        assertThat(withoutLength(printed)).isEqualTo(withoutLength(shown));
    }

    /** The host has a name of its own. */
    private static String withoutLength(String results) {
        return results.replaceAll("2: [0-9]+", "2: …");
    }

    @Test
    void theLineCounterCounts() throws Exception {
        Uring.require();
        Path file = Files.writeString(directory.resolve("lines"), "one\ntwo\n".repeat(100_000));

        assertThat(run("syscalls/README.md", "LineCounter", file.toString())).endsWith("200000\n");
    }

    @Test
    void theProtocolCounterCounts() throws Exception {
        Ebpf.require();
        TunDevice.require();

        assertThat(run("syscalls/README.md", "ProtocolCounter")).endsWith("UDP: 5\n");
    }

    @Test
    void theTcpEchoIsASample() throws Exception {
        assertThat(compile("syscalls/README.md", "TcpEcho")).exists();
    }

    @Test
    void theDatagramEchoIsASample() throws Exception {
        assertThat(compile("syscalls/README.md", "DatagramEcho")).exists();
    }

    /** The program that the README shows is one of the samples, which are formatted and free of warnings. */
    private Path compile(String readme, String program) throws Exception {
        String shown = block(readme, program);
        String sample = Files.readString(Path.of("src/main/java/dev/jrtap/samples/" + program + ".java"));
        assertThat(shown).isEqualTo(sample.substring(sample.indexOf("import ")));
        Path source = Files.writeString(directory.resolve(program + ".java"), shown);
        int status = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-cp", classPath(), "-d", directory.toString(), source.toString());
        assertThat(status).isZero();
        return directory.resolve(program + ".class");
    }

    private String run(String readme, String program, String... arguments) throws Exception {
        compile(readme, program);
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                // In a guest the usual one is read-only.
                "-Djava.io.tmpdir=" + directory,
                "-cp",
                directory + ":" + classPath(),
                program));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes());

        assertThat(process.waitFor()).as(printed).isZero();
        // The JVM announces the options that it found in the environment.
        return printed.replaceAll("(?m)^NOTE: Picked up.*\\R", "");
    }

    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    private static String block(String readme, String program) throws IOException {
        String text = Files.readString(ROOT.resolve(readme));
        int at = text.indexOf("public final class " + program + " ");
        assertThat(at).as("%s in %s", program, readme).isPositive();
        return text.substring(text.lastIndexOf(JAVA, at) + JAVA.length(), text.indexOf("```", at));
    }
}
