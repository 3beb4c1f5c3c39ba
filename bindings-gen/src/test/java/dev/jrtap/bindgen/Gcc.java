// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen;

import dev.jrtap.bindgen.header.SearchPath;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.verify.Compiler;
import dev.jrtap.fixtures.Feature;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** The compiler that the generator is measured by. */
public final class Gcc {

    private Gcc() {}

    /** Returns the one for {@code target}; skips the calling test where it is not installed. */
    public static Compiler require(Target target, SearchPath path) {
        Optional<Compiler> found = Compiler.find(target, path);
        Feature.require("C compiler for " + target.id(), found.isPresent(), "gcc is not installed");
        return found.orElseThrow();
    }

    /**
     * Returns one that knows C23, which {@code headers/fetch --lock compiler/packages.lock} unpacks; skips the calling
     * test without it, and without the assembler and linker, which are the machine's.
     */
    public static Compiler requireC23(SearchPath path) {
        boolean unpacked = Files.isExecutable(Path.of("target/compiler/gcc/usr/bin/x86_64-linux-gnu-gcc-14"));
        Feature.require(
                "C compiler for C23",
                unpacked && isInstalled("as") && isInstalled("ld"),
                unpacked
                        ? "install binutils"
                        : "bindings-gen/headers/fetch --lock bindings-gen/compiler/packages.lock has not been run");
        return Compiler.of(Path.of("compiler/gcc").toAbsolutePath().toString(), Target.X86_64, path);
    }

    private static boolean isInstalled(String program) {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }
}
