// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.fixtures.Feature;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Other programs, run in the namespace of the tests: what they say about a device, and what they do to it. */
final class Shell {

    private static final List<String> DIRECTORIES = List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin");

    private Shell() {}

    /** Skips the test if the program is not installed: at once, where a later skip would leave a persistent device. */
    static void require(String program) {
        Feature.require(
                program + "(8)",
                DIRECTORIES.stream().anyMatch(in -> Files.isExecutable(Path.of(in, program))),
                "it is not installed");
    }

    /** What the command prints; skips the test if the program is not installed. */
    static String run(String... command) throws IOException {
        require(command[0]);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + ": " + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        return output;
    }

    /** A file of the device in sysfs, which has to be mounted anew to show this network namespace. */
    static String sysfs(String device, String file) throws IOException {
        String script = "mount -t sysfs none /sys && cat /sys/class/net/" + device + "/" + file;
        return run("unshare", "-m", "sh", "-c", script).strip();
    }
}
