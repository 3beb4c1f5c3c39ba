// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program that is a module itself, as {@code MODULES.md} describes it. */
class ModulePathTest {

    private static final List<String> OPTIONS =
            List.of("--add-modules", "ALL-MODULE-PATH", "--enable-native-access=org.jnrproject.jffi");
    private static final String PROGRAM = """
            package org.example.consumer;
            import dev.jrtap.rtap.RtapConfig;
            import dev.jrtap.syscall.EventFd;
            import dev.jrtap.syscall.Syscalls;
            public class Consumer {
                public static void main(String[] arguments) throws Exception {
                    try (EventFd event = EventFd.open(Syscalls.libc())) {
                        event.signal();
                        System.out.println("signalled for " + RtapConfig.named("rtap%d").getClass().getModule().getName());
                    }
                }
            }
            """;

    @TempDir
    private Path directory;

    private String modulePath;

    @BeforeEach
    void compiles() throws IOException {
        String page = Files.readString(Path.of("MODULES.md"));
        String module = page.substring(page.indexOf("module org.example"), page.indexOf("\n```\n\nand runs"));
        Path sources = Files.createDirectories(directory.resolve("src/org/example/consumer"));
        Path declaration = Files.writeString(directory.resolve("src/module-info.java"), module);
        Path program = Files.writeString(sources.resolve("Consumer.java"), PROGRAM);
        Path classes = directory.resolve("classes");
        modulePath = String.join(File.pathSeparator, jars());

        int status = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "--module-path",
                        modulePath,
                        "-d",
                        classes.toString(),
                        declaration.toString(),
                        program.toString());

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
        command.addAll(
                List.of("--module-path", modulePath, "--module", "org.example.consumer/org.example.consumer.Consumer"));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().remove("JDK_JAVA_OPTIONS");
        Process process = builder.start();
        String printed = new String(process.getInputStream().readAllBytes()).strip();
        process.waitFor();
        return printed;
    }

    /** What a consumer has: jars, although this build may not have packed its own yet. */
    private List<String> jars() throws IOException {
        List<String> jars = new ArrayList<>();
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        for (String entry : classPath.split(File.pathSeparator)) {
            if (entry.matches(".*/(jnr|jffi|asm)[^/]*\\.jar")) {
                jars.add(entry);
            }
        }
        jars.add(jar("dev.jrtap.syscalls", Path.of("../syscalls/target/classes")));
        jars.add(jar("dev.jrtap.rtap", Path.of("../rtap/target/classes")));
        return jars;
    }

    private String jar(String module, Path classes) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Automatic-Module-Name", module);
        Path jar = directory.resolve(module + ".jar");
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out, manifest);
                Stream<Path> files = Files.walk(classes)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".class")).toList()) {
                entries.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                Files.copy(file, entries);
            }
        }
        return jar.toString();
    }
}
