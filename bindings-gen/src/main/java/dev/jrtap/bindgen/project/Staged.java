// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.project;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Files that are written aside and moved into place when all are complete, so that a full disk leaves the old ones
 * intact.
 */
final class Staged implements AutoCloseable {

    private final Path directory;
    private final Map<Path, Path> targets = new LinkedHashMap<>();

    /** Stages files for {@code root}, which is created if it does not exist. */
    Staged(Path root) throws IOException {
        Files.createDirectories(root);
        // A random name would load SecureRandom, which takes a tenth of the time of a run.
        directory = Files.createDirectory(root.resolve(".bindings-gen" + System.nanoTime()));
    }

    void add(Path target, String text) throws IOException {
        Path aside = directory.resolve(Integer.toString(targets.size()));
        targets.put(aside, target);
        try {
            // A lone surrogate in quoted text becomes a question mark.
            Files.write(aside, text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // The exception for a full disk does not name the file.
            throw new FileSystemException(target.toString(), null, e.getMessage());
        }
    }

    /** Moves all files into place. */
    void move() throws IOException {
        for (Path target : targets.values()) {
            Files.createDirectories(target.toAbsolutePath().getParent());
        }
        for (Map.Entry<Path, Path> file : targets.entrySet()) {
            Files.move(
                    file.getKey(),
                    file.getValue(),
                    StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** Deletes the files that were not moved. */
    @Override
    public void close() throws IOException {
        for (Path aside : targets.keySet()) {
            Files.deleteIfExists(aside);
        }
        Files.delete(directory);
    }
}
