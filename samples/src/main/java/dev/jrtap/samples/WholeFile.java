// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A file that appears under its name only when it is complete: it is written under another name in the same directory
 * and renamed by {@link #keep}. Without {@code keep}, {@link #close} removes it, and an existing file of that name is
 * unchanged. Devices and pipes are written directly.
 *
 * <p>Threads: one at a time.
 */
final class WholeFile implements AutoCloseable {

    private final Path target;
    private final Path path;

    private WholeFile(Path target, Path path) {
        this.target = target;
        this.path = path;
    }

    /** Prepares to write {@code target}; a symbolic link is followed. */
    static WholeFile at(Path target) throws IOException {
        if (Files.isDirectory(target)) {
            throw new IOException(target + " is a directory: name a file in it");
        }
        Path real = Files.exists(target) ? target.toRealPath() : target;
        if (Files.exists(real) && !Files.isRegularFile(real)) {
            return new WholeFile(real, real);
        }
        String part = "." + real.getFileName() + "." + ProcessHandle.current().pid() + ".part";
        return new WholeFile(real, real.resolveSibling(part));
    }

    /** Returns the path to write to. */
    Path path() {
        return path;
    }

    /** Gives the complete file its name, and the permissions of the file that it replaces. */
    void keep() throws IOException {
        if (path.equals(target)) {
            return;
        }
        if (Files.exists(target)) {
            Files.setPosixFilePermissions(path, Files.getPosixFilePermissions(target));
        }
        Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void close() throws IOException {
        if (!path.equals(target)) {
            Files.deleteIfExists(path);
        }
    }
}
