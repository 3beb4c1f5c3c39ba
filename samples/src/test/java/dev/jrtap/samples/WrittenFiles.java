// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The files of this project that are written by hand. */
final class WrittenFiles {

    private static final Path ROOT = Path.of("..");

    /** Directories of files that are generated, or not part of this project. */
    private static final Set<String> PASSED_OVER = Set.of("target", ".git", "generated", "expected", ".idea", "models");

    private WrittenFiles() {}

    /** Returns the paths of all files, relative to the module's directory. */
    static List<Path> all() throws IOException {
        List<Path> all = new ArrayList<>();
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                boolean passedOver =
                        PASSED_OVER.contains(directory.getFileName().toString());
                return passedOver ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                all.add(file);
                return FileVisitResult.CONTINUE;
            }
        });
        return all;
    }
}
