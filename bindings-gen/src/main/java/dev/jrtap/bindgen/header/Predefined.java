// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The macros of {@code predefined.h}, which are no header's and need no probes. */
final class Predefined {

    private static final Pattern DEFINE = Pattern.compile("(?m)^#define (\\w+)(?:\\([^)]*\\))? (.*)$");

    /** By name, what it may stand for: architectures differ. */
    private static final Map<String, Set<String>> MACROS = new HashMap<>();

    static {
        try (InputStream in = Predefined.class.getResourceAsStream("/dev/jrtap/bindgen/shims/compiler/predefined.h")) {
            DEFINE.matcher(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .results()
                    .forEach(found -> MACROS.computeIfAbsent(found.group(1), name -> new HashSet<>())
                            .add(found.group(2)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Predefined() {}

    /** Whether a macro is one of them, and no header has given it another meaning. */
    static boolean has(String name, char[] expansion) {
        Set<String> meanings = MACROS.get(name);
        return meanings != null && meanings.contains(new String(expansion));
    }
}
