// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.TunDevice;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tests that the README shows, pasted into files, compiled and run. */
@Timeout(120)
class ReadmeNetnsTest {

    @TempDir
    private Path directory;

    @Tag("any-kernel")
    @ParameterizedTest
    @ValueSource(strings = {"SocketTest", "HttpTest", "UdpTest", "DnsTest"})
    void runs(String name) throws Exception {
        TunDevice.require();
        Path source = Files.writeString(directory.resolve(name + ".java"), block(name));
        int status = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-parameters",
                        "-cp",
                        classPath(),
                        "-d",
                        directory.toString(),
                        source.toString());
        assertThat(status).isZero();

        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {directory.toUri().toURL()}, Thread.currentThread().getContextClassLoader())) {
            SampleRun run = SampleRun.of(loader.loadClass(name));
            assertThat(run.failures()).isEmpty();
            assertThat(run.succeeded()).isEqualTo(1);
        }
    }

    @Test
    void showsNoOtherTests() throws Exception {
        assertThat(blocks()).hasSize(4);
    }

    private static String block(String name) throws Exception {
        return blocks().stream()
                .filter(block -> block.contains("class " + name + " "))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> blocks() throws Exception {
        return Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("README.md")))
                .results()
                .map((MatchResult result) -> result.group(1))
                .toList();
    }

    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }
}
