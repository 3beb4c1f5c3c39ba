// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.syscall;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The small files of /proc: settings, limits, the state of this process. */
public final class ProcFile {

    private static final int LONGEST = 8192;

    private ProcFile() {}

    /** Returns the text without the white space around it; empty if the file cannot be read. */
    public static String read(Path file) {
        // In one read: a setting of the kernel is told whole, or cut where the first read ends. Files.readString begins
        // with one byte.
        byte[] bytes = new byte[LONGEST];
        try (InputStream in = Files.newInputStream(file)) {
            return new String(bytes, 0, in.readNBytes(bytes, 0, LONGEST), StandardCharsets.US_ASCII).trim();
        } catch (IOException e) {
            // Not there before the kernel that has it, or no /proc.
            return "";
        }
    }

    /** Returns the first word after {@code name}, with which a line begins; empty if there is none. */
    public static String field(Path file, String name) {
        return read(file)
                .lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).trim().split("\\s+")[0])
                .findFirst()
                .orElse("");
    }
}
