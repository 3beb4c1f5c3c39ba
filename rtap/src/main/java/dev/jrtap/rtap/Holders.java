// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.StringJoiner;

/**
 * Who has a device open, as far as this process may look: {@code /proc/PID/fdinfo} has a line with its name. For error
 * messages.
 */
final class Holders {

    private static final Path PROC = Path.of("/proc");

    private Holders() {}

    /**
     * Returns {@code " (process 4711, java)"}; nothing if no process can be found. In another namespace the name may be
     * another's.
     */
    static String of(String device) {
        StringJoiner holders = new StringJoiner("; ", " (", ")").setEmptyValue("");
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                if (holds(process.resolve("fdinfo"), "iff:\t" + device)) {
                    holders.add("process " + process.getFileName() + ", "
                            + Files.readString(process.resolve("comm")).strip());
                }
            }
        } catch (IOException e) {
            // Ended, or hidden: the error is told all the same.
        }
        return holders.toString();
    }

    private static boolean holds(Path descriptors, String line) {
        try (DirectoryStream<Path> each = Files.newDirectoryStream(descriptors)) {
            for (Path descriptor : each) {
                if (tells(descriptor, line)) {
                    return true;
                }
            }
        } catch (IOException e) {
            // Another user's, or ended.
        }
        return false;
    }

    private static boolean tells(Path descriptor, String line) {
        try {
            return Files.readAllLines(descriptor).contains(line);
        } catch (IOException e) {
            // Closed since it was listed.
            return false;
        }
    }
}
