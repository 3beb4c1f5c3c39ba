// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.verify;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.header.SearchPath;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.model.Function;
import dev.jrtap.bindgen.model.Model;
import dev.jrtap.bindgen.model.Skipped;
import dev.jrtap.bindgen.select.Binding;
import dev.jrtap.bindgen.select.Selection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The exports and the soname of a shared library.
 *
 * <p>Source: elf(5); System V gABI, "Dynamic Linking".
 */
public final class SharedLibrary {

    private static final int SYMBOL_BYTES = 24;
    private static final int DYNAMIC_BYTES = 16;
    private static final int DT_SONAME = 14;
    /** Types of callable symbols: NOTYPE, FUNC, GNU_IFUNC. */
    private static final Set<Integer> CALLABLE = Set.of(0, 2, 10);

    private final Path file;
    private final String soname;
    private final Set<String> exports = new HashSet<>();

    private SharedLibrary(Path file) throws IOException {
        this.file = file;
        Elf elf = new Elf(Files.readAllBytes(file));
        ByteBuffer names = elf.section(".dynstr");
        ByteBuffer symbols = elf.section(".dynsym");
        for (int at = 0; at + SYMBOL_BYTES <= symbols.limit(); at += SYMBOL_BYTES) {
            int info = symbols.get(at + 4);
            boolean defined = symbols.getShort(at + 6) != 0;
            boolean local = (info & 0xff) >> 4 == 0;
            if (defined && !local && CALLABLE.contains(info & 0xf)) {
                exports.add(Elf.string(names, symbols.getInt(at)));
            }
        }
        ByteBuffer dynamic = elf.section(".dynamic");
        String name = file.getFileName().toString();
        for (int at = 0; at + DYNAMIC_BYTES <= dynamic.limit(); at += DYNAMIC_BYTES) {
            if (dynamic.getLong(at) == DT_SONAME) {
                name = Elf.string(names, (int) dynamic.getLong(at + 8));
            }
        }
        this.soname = name;
    }

    private static SharedLibrary read(Path file) throws IOException {
        try {
            return new SharedLibrary(file);
        } catch (BindgenException e) {
            throw new BindgenException(file + " is damaged: " + e.getMessage(), e);
        }
    }

    /**
     * Returns the library of a binding for one architecture, if it is in one of the {@link #directories}.
     *
     * @param selection the selection's file, to which directories are relative
     */
    public static Optional<SharedLibrary> find(Binding binding, Path selection, SearchPath path, Target target) {
        try {
            for (Path directory : directories(binding, selection, path, target)) {
                for (Path file : candidates(directory, fileName(binding))) {
                    if (Elf.isFor(file, target)) {
                        return Optional.of(read(file));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Optional.empty();
    }

    /**
     * Returns the file itself, then those with a version, oldest first. A dangling link, as in an unpacked package, is
     * skipped.
     */
    private static List<Path> candidates(Path directory, String stem) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> {
                        String name = file.getFileName().toString();
                        return name.equals(stem) || name.matches("\\Q" + stem + "\\E(\\.\\d+)+");
                    })
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        }
    }

    private static String fileName(Binding binding) {
        String library = binding.library();
        return library.contains(".so") ? library : "lib" + library + ".so";
    }

    /** Returns a sentence about a missing library, with the searched directories. */
    public static String missing(Binding binding, Path selection, SearchPath path, Target target) {
        return "no " + fileName(binding) + " for " + target.id() + " in "
                + directories(binding, selection, path, target).stream()
                        .map(Path::toString)
                        .collect(Collectors.joining(":"));
    }

    /** Returns the directories to search: named ones, then those beside headers, the architecture's first. */
    private static List<Path> directories(Binding binding, Path selection, SearchPath path, Target target) {
        Set<Path> all = new LinkedHashSet<>();
        binding.directories()
                .forEach(name ->
                        all.add(selection.toAbsolutePath().resolveSibling(name).normalize()));
        List<Path> headers = new ArrayList<>(path.before());
        headers.add(path.root());
        for (Path directory : headers) {
            for (Path at = directory.toAbsolutePath().normalize().getParent(); at != null; at = at.getParent()) {
                all.add(at.resolve("lib").resolve(target.triplet()));
                all.add(at.resolve("lib64"));
                all.add(at.resolve("lib"));
            }
        }
        return all.stream().filter(Files::isDirectory).toList();
    }

    /** Returns the directory of the library. */
    public Path directory() {
        return file.toAbsolutePath().getParent();
    }

    public String soname() {
        return soname;
    }

    public boolean exports(String symbol) {
        return exports.contains(symbol);
    }

    /** Removes functions that the library does not export from a model, and notes them. */
    public void restrict(Model model, Selection selection) {
        model.libraries().put(selection.binding().library(), soname);
        model.functions().values().removeIf(variants -> {
            Function f = variants.first();
            if (f.direct() || exports(f.symbol())) {
                return false;
            }
            String place = f.header() + ":" + f.line();
            String reason = soname + " exports no " + f.symbol();
            model.skipped().add(new Skipped(Skipped.Kind.FUNCTION, f.header(), place, f.name(), reason, false));
            return true;
        });
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
