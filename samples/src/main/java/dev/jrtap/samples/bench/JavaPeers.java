// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Programs in Java that need libraries that the command's jar does not contain; they are run from source.
 *
 * @param directory the directory of the sources and of the jars
 */
record JavaPeers(Path directory) {

    private static final int FIRST_WITH_NATIVE_ACCESS = 22;
    private static final int FIRST_WITH_UNSAFE_WARNING = 24;

    /** Returns the command that runs a class or a source file on this JDK. */
    static List<String> jvm(String classPath, String... program) {
        return jvm(Path.of(System.getProperty("java.home")), Runtime.version().feature(), classPath, program);
    }

    /** Like {@link #jvm(String, String...)}, on the JDK at {@code home}, of version {@code feature}. */
    static List<String> jvm(Path home, int feature, String classPath, String... program) {
        List<String> command = new ArrayList<>(List.of(home + "/bin/java"));
        if (feature >= FIRST_WITH_NATIVE_ACCESS) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        if (feature >= FIRST_WITH_UNSAFE_WARNING) {
            command.add("--sun-misc-unsafe-memory-access=allow");
        }
        command.add("-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"));
        command.add("-Djava.awt.headless=true");
        // The caller reads the numbers that the program prints.
        command.add("-Duser.language=en");
        command.addAll(List.of("-cp", classPath));
        command.addAll(List.of(program));
        return command;
    }

    /** Returns the command that runs the source file {@code name}. */
    List<String> source(String name, String... arguments) throws IOException {
        Path source = directory.resolve(name + ".java");
        if (!Files.exists(source)) {
            throw new IOException(source + " does not exist: build the samples, or name its directory by --peers");
        }
        List<String> command = jvm(classPath(), source.toString());
        command.addAll(List.of(arguments));
        return command;
    }

    private String classPath() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(Path::toString)
                    .filter(file -> file.endsWith(".jar"))
                    .sorted()
                    .collect(Collectors.joining(File.pathSeparator));
        }
    }
}
