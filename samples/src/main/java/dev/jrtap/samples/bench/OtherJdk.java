// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import dev.jrtap.samples.Jrtap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * Another JDK, on which the command runs once more.
 *
 * @param home its home
 * @param feature its version, as {@link Runtime.Version#feature}
 */
record OtherJdk(Path home, int feature) {

    /**
     * Reads the version of the JDK at {@code home}.
     *
     * @throws IllegalArgumentException if there is no JDK
     */
    static OtherJdk at(Path home) {
        Properties release = new Properties();
        try (var lines = Files.newBufferedReader(home.resolve("release"))) {
            release.load(lines);
            String version = release.getProperty("JAVA_VERSION", "").replace("\"", "");
            return new OtherJdk(home, Runtime.Version.parse(version).feature());
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalArgumentException("--java must be the home of a JDK: " + home, e);
        }
    }

    /** Starts the command with these arguments in the network namespace of the calling thread. */
    Process start(List<String> arguments) throws IOException {
        List<String> program = new ArrayList<>(List.of(Jrtap.class.getName()));
        program.addAll(arguments);
        return new ProcessBuilder(JavaPeers.jvm(
                        home, feature, System.getProperty("java.class.path"), program.toArray(String[]::new)))
                .inheritIO()
                .start();
    }
}
