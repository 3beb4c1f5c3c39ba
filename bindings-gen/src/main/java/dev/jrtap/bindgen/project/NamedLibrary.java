// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.project;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.header.SearchPath;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.select.Binding;
import dev.jrtap.bindgen.verify.SharedLibrary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The library that a start is given: a name, as for the linker's {@code -l}, or a file.
 *
 * @param binding the library as a selection names it
 * @param library the file that was found
 */
record NamedLibrary(Binding binding, SharedLibrary library) {

    /** Returns the library, or throws if it is not found. */
    static NamedLibrary of(String given, Path selection, SearchPath path, Target target) {
        Path file = Path.of(given);
        boolean isFile = given.contains("/");
        if (isFile && !Files.isRegularFile(file)) {
            throw new BindgenException("--library " + given + ": there is no such file");
        }
        Binding binding = isFile
                ? named(
                        file.getFileName().toString(),
                        List.of(file.toAbsolutePath().normalize().getParent().toString()))
                : named(given, List.of());
        SharedLibrary library = SharedLibrary.find(binding, selection, path, target)
                .orElseThrow(() -> new BindgenException(SharedLibrary.missing(binding, selection, path, target)
                        + ": install the package that has it, or name the file: --library DIR/libNAME.so.1"));
        return new NamedLibrary(binding, library);
    }

    private static Binding named(String name, List<String> directories) {
        return new Binding(name, directories, Binding.Errno.NONE);
    }

    /** Returns the line of a selection that names the library. */
    String line() {
        String directory = binding.directories().stream()
                .map(name -> name.matches("\\S+") ? " " + name : " \"" + name + '"')
                .findFirst()
                .orElse("");
        return "library   " + binding.library() + directory;
    }

    /**
     * Returns how to make the library available when the Java runs, if neither the Java nor the system's loader knows
     * its directory.
     */
    Optional<String> hint(Target target) {
        Set<Path> usual = Set.of(
                Path.of("/lib"),
                Path.of("/lib64"),
                Path.of("/usr/lib"),
                Path.of("/usr/lib64"),
                Path.of("/usr/local/lib"),
                Path.of("/lib", target.triplet()),
                Path.of("/usr/lib", target.triplet()));
        return !binding.directories().isEmpty() || usual.contains(library.directory())
                ? Optional.empty()
                : Optional.of(library.soname() + " lies in " + library.directory()
                        + ", where the system's loader may not look: run the Java with -Djnr.ffi.library.path="
                        + library.directory());
    }
}
