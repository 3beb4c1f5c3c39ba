// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen;

import dev.jrtap.bindgen.header.SearchPath;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.verify.Compiler;
import dev.jrtap.fixtures.Feature;
import java.util.Optional;

/** The compiler that the generator is measured by. */
public final class Gcc {

    private Gcc() {}

    /** Returns the one for {@code target}; skips the calling test where it is not installed. */
    public static Compiler require(Target target, SearchPath path) {
        Optional<Compiler> found = Compiler.find(target, path);
        Feature.require("C compiler for " + target.id(), found.isPresent(), "gcc is not installed");
        return found.orElseThrow();
    }
}
