// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.cli;

import dev.jrtap.bindgen.project.HeaderSet;
import dev.jrtap.bindgen.project.PkgConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Options of commands that read headers: their directories, macros and packages. */
final class HeaderOptions {

    @Option(
            names = "--headers",
            paramLabel = "[VERSION=]DIR",
            description =
                    "An include directory. Several, newest first, each with its kernel's version, tell \"first seen in\":"
                            + " --headers 7.3=DIR --headers 6.1=DIR")
    private List<String> headers = new ArrayList<>();

    @Option(names = "--sysroot", paramLabel = "DIR", description = "Short for --headers DIR/usr/include.")
    private Path sysroot;

    @Option(
            names = "--libc",
            paramLabel = "DIR",
            description =
                    "libc's include directory, for selections of its headers, if it is not that of the kernel's headers.")
    private Path libc;

    @Option(names = "-I", paramLabel = "DIR", description = "Searched before the others; can be repeated.")
    private List<Path> before = new ArrayList<>();

    @Option(names = "-D", paramLabel = "NAME[=TEXT]", description = "A macro that is defined before the first header.")
    private List<String> defines = new ArrayList<>();

    @Option(
            names = "--pkg",
            paramLabel = "NAME",
            description = "A package whose .pc file adds directories and macros; can be repeated.")
    private List<String> packages = new ArrayList<>();

    /** Returns the first library of the {@code --pkg} packages; {@code null} if there is none. */
    String library() {
        return PkgConfig.of(packages, sets().get(0).path().root()).libraries().stream()
                .findFirst()
                .orElse(null);
    }

    /** Returns whether any headers are named. */
    boolean isGiven() {
        return !headers.isEmpty() || sysroot != null;
    }

    /** Returns the header sets, newest first; the machine's own if none are named. */
    List<HeaderSet> sets() {
        List<String> all = new ArrayList<>(headers);
        if (sysroot != null) {
            all.add(sysroot.resolve(HeaderSet.USUAL).toString());
        }
        if (all.isEmpty()) {
            all.add("/" + HeaderSet.USUAL);
        }
        return all.stream().map(this::set).toList();
    }

    private HeaderSet set(String text) {
        int equals = text.indexOf('=');
        String version = equals < 0 ? "" : text.substring(0, equals);
        return HeaderSet.of(version, Path.of(text.substring(equals + 1)), libc, before, defines, packages);
    }
}
