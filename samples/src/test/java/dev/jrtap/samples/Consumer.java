// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/** A program outside of this build, which uses what the build makes. */
final class Consumer {

    static final String NAME = "org.example.consumer.Consumer";
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

    private Consumer() {}

    /** Writes its sources, as Maven has them, with the declaration of MODULES.md if it is to be a module. */
    static List<Path> sources(Path directory, boolean module) throws IOException {
        Path sources = Files.createDirectories(directory.resolve("org/example/consumer"));
        List<Path> files = new ArrayList<>();
        files.add(Files.writeString(sources.resolve("Consumer.java"), PROGRAM));
        if (module) {
            String page = Files.readString(Path.of("MODULES.md"));
            String declaration = page.substring(page.indexOf("module org.example"), page.indexOf("\n```\n\nand runs"));
            files.add(Files.writeString(directory.resolve("module-info.java"), declaration));
        }
        return files;
    }

    /** The jars of libraries that this build runs with. */
    static List<String> libraries() {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return Arrays.stream(classPath.split(File.pathSeparator))
                .filter(entry -> entry.matches(".*/(jnr|jffi|asm)[^/]*\\.jar"))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .toList();
    }

    /** Packs a module of this build, which may not have done so yet. */
    static Path pack(Path jar, String module, Path classes) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Automatic-Module-Name", module);
        Files.createDirectories(jar.getParent());
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out, manifest);
                Stream<Path> files = Files.walk(classes)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".class")).toList()) {
                entries.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                Files.copy(file, entries);
            }
        }
        return jar;
    }

    /** Runs a program of the JDK or of the machine, and returns what it prints. */
    static String run(Path directory, List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().remove("JDK_JAVA_OPTIONS");
        Process process = builder.start();
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes()).strip();
        process.waitFor();
        return printed;
    }
}
