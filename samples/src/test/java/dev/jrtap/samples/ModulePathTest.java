// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program that is a module itself, as {@code MODULES.md} describes it. */
@Tag("any-kernel")
class ModulePathTest {

    static final List<String> OPTIONS =
            List.of("--add-modules", "ALL-MODULE-PATH", "--enable-native-access=org.jnrproject.jffi");

    @TempDir
    private Path directory;

    private String modulePath;

    @BeforeEach
    void compiles() throws IOException {
        List<Path> sources = Consumer.sources(directory.resolve("src"), true);
        Path classes = directory.resolve("classes");
        modulePath = String.join(File.pathSeparator, jars());

        List<String> arguments = new ArrayList<>(List.of("--module-path", modulePath, "-d", classes.toString()));
        sources.forEach(source -> arguments.add(source.toString()));
        int status = ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new));

        assertThat(status).isZero();
        modulePath = modulePath + File.pathSeparator + classes;
    }

    @Test
    void runsAsThePageSays() throws Exception {
        assertThat(Files.readString(Path.of("MODULES.md")))
                .contains("java " + String.join(" ", OPTIONS) + " --module-path");

        assertThat(run(OPTIONS)).isEqualTo("signalled for dev.jrtap.rtap");
    }

    @Test
    void saysThatAModuleIsNotResolved() throws Exception {
        assertThat(run(OPTIONS.subList(2, 3)))
                .contains("org.objectweb.asm is not resolved", "run java with --add-modules ALL-MODULE-PATH");
    }

    @Test
    void saysThatNativeAccessIsRefused() throws Exception {
        boolean canRefuse = Runtime.version().feature() >= 24;
        List<String> options = new ArrayList<>(OPTIONS.subList(0, 2));
        if (canRefuse) {
            options.add("--illegal-native-access=deny");
        }

        String printed = run(options);

        if (canRefuse) {
            assertThat(printed)
                    .startsWith(
                            "Exception in thread \"main\" java.lang.IllegalCallerException: load the native part of jffi: ")
                    .contains(
                            "run java with --enable-native-access=ALL-UNNAMED, or --enable-native-access=org.jnrproject.jffi");
        } else {
            assertThat(printed).isEqualTo("signalled for dev.jrtap.rtap");
        }
    }

    private String run(List<String> options) throws Exception {
        List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
        // In a guest the usual one is read-only.
        command.add("-Djava.io.tmpdir=" + directory);
        command.addAll(options);
        command.addAll(List.of("--module-path", modulePath, "--module", "org.example.consumer/" + Consumer.NAME));
        return Consumer.run(directory, command);
    }

    /** What a consumer has: jars, although this build may not have packed its own yet. */
    private List<String> jars() throws IOException {
        List<String> jars = new ArrayList<>(Consumer.libraries());
        for (String module : List.of("syscalls", "rtap")) {
            String name = "dev.jrtap." + module;
            jars.add(Consumer.pack(directory.resolve(name + ".jar"), name, Path.of("../" + module + "/target/classes"))
                    .toString());
        }
        return jars;
    }
}
