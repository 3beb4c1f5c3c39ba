// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.project;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.header.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The contents of packages' {@code .pc} files: include directories, macros and libraries.
 *
 * <p>Source: pkg-config(1), "METADATA FILE SYNTAX".
 */
public final class PkgConfig {

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+)}");
    private static final Pattern ASSIGNMENT = Pattern.compile("(\\w+)\\s*=\\s*(.*)");
    /** Variables can double each other, line by line. */
    private static final int LONGEST = 1 << 16;

    private static final Pattern FIELD = Pattern.compile("([\\w.]+)\\s*:\\s*(.*)");

    private final Path root;
    private final List<Path> directories = new ArrayList<>();
    private final List<Path> includes = new ArrayList<>();
    private final List<String> defines = new ArrayList<>();
    private final List<String> libraries = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();

    private PkgConfig(Path headers) {
        Path usr = headers.toAbsolutePath().normalize().getParent();
        boolean usual = headers.toAbsolutePath().normalize().endsWith(HeaderSet.USUAL);
        this.root = usual ? usr.getParent() : Path.of("/");
        for (String directory :
                System.getenv().getOrDefault("PKG_CONFIG_PATH", "").split(":")) {
            if (!directory.isEmpty()) {
                directories.add(Path.of(directory));
            }
        }
        for (Target target : Target.values()) {
            directories.add(root.resolve("usr/lib/" + target.triplet() + "/pkgconfig"));
        }
        for (String directory : List.of("usr/lib/pkgconfig", "usr/share/pkgconfig", "usr/local/lib/pkgconfig")) {
            directories.add(root.resolve(directory));
        }
    }

    /**
     * Returns the contents of the named packages and of those that they require, for headers below an include
     * directory.
     */
    public static PkgConfig of(List<String> packages, Path headers) {
        PkgConfig all = new PkgConfig(headers);
        packages.forEach(all::read);
        return all;
    }

    private void read(String name) {
        if (!seen.add(name)) {
            return;
        }
        Path file = directories.stream()
                .map(directory -> directory.resolve(name + ".pc"))
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> new BindgenException("no " + name + ".pc in "
                        + String.join(
                                ":", directories.stream().map(Path::toString).toList())
                        + ": install the package that has it, or set PKG_CONFIG_PATH"));
        Map<String, String> variables =
                new HashMap<>(Map.of("pcfiledir", file.getParent().toString()));
        try {
            for (String line : Files.readAllLines(file)) {
                Matcher assignment = ASSIGNMENT.matcher(line.trim());
                Matcher field = FIELD.matcher(line.trim());
                if (assignment.matches()) {
                    variables.put(assignment.group(1), expanded(assignment.group(2), variables));
                } else if (field.matches()) {
                    field(root(file), field.group(1), expanded(field.group(2), variables));
                }
            }
        } catch (IOException | InvalidPathException e) {
            throw new BindgenException(file + ": no package's contents can be read there: " + e, e);
        }
    }

    private static String expanded(String text, Map<String, String> variables) {
        StringBuilder expanded = new StringBuilder();
        Matcher found = VARIABLE.matcher(text);
        while (found.find()) {
            found.appendReplacement(expanded, Matcher.quoteReplacement(variables.getOrDefault(found.group(1), "")));
            if (expanded.length() > LONGEST) {
                throw new BindgenException(
                        "${" + found.group(1) + "} makes a line longer than " + LONGEST + " characters: " + text);
            }
        }
        return found.appendTail(expanded).toString();
    }

    /** Returns the directory in which a package's {@code /usr} lies; the package may be unpacked and not installed. */
    private Path root(Path file) {
        String path = file.toAbsolutePath().normalize().toString();
        int usr = path.lastIndexOf("/usr/");
        return usr > 0 ? Path.of(path.substring(0, usr)) : root;
    }

    private void field(Path below, String name, String value) {
        switch (name) {
            case "Requires" -> {
                for (String required : value.split(",|\\s(?=[A-Za-z])")) {
                    String bare = required.trim().split("[\\s<>=!]", 2)[0];
                    if (!bare.isEmpty()) {
                        read(bare);
                    }
                }
            }
            case "Cflags", "CFlags" -> {
                for (String word : value.trim().split("\\s+")) {
                    if (word.startsWith("-I")) {
                        include(below, word.substring(2));
                    } else if (word.startsWith("-D")) {
                        defines.add(word.substring(2));
                    }
                }
            }
            case "Libs" -> {
                for (String word : value.trim().split("\\s+")) {
                    if (word.startsWith("-l")) {
                        libraries.add(word.substring(2));
                    }
                }
            }
            default -> {}
        }
    }

    /** Adds an include directory; one of an unpacked package is relative to where the package was unpacked. */
    private void include(Path base, String directory) {
        Path below = base.resolve(directory.replaceFirst("^/+", ""));
        Path found = Files.isDirectory(below) ? below : Path.of(directory);
        if (Files.isDirectory(found) && !includes.contains(found)) {
            includes.add(found);
        }
    }

    public List<Path> includes() {
        return includes;
    }

    /** Returns the macros, as {@code NAME} or {@code NAME=TEXT}. */
    public List<String> defines() {
        return defines;
    }

    /** Returns the libraries, as for the linker's {@code -l}; the named packages' own come first. */
    public List<String> libraries() {
        return libraries;
    }
}
