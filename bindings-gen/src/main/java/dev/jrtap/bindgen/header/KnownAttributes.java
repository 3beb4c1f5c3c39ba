// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;

/** The attributes of gcc that need no reading, those that have one, and its built-in functions. */
final class KnownAttributes {

    private static final Set<String> IRRELEVANT = new HashSet<>();
    private static final Set<String> FEATURES = new HashSet<>(Arrays.asList(words("builtins.txt")));

    static {
        for (String word : words("attributes.txt")) {
            // One with a mark is read, and one with a question is another compiler's, which no header is told is there.
            String name = word.endsWith("!") || word.endsWith("?") ? word.substring(0, word.length() - 1) : word;
            if (!word.endsWith("?")) {
                FEATURES.addAll(Set.of(name, "__" + name + "__"));
            }
            if (!word.endsWith("!")) {
                IRRELEVANT.add(name);
            }
        }
    }

    private KnownAttributes() {}

    private static String[] words(String resource) {
        try (InputStream in = KnownAttributes.class.getResourceAsStream("/dev/jrtap/bindgen/" + resource)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return text.replaceAll("(?m)^#.*", "").trim().split("\\s+");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether nothing that is read depends on an attribute of that plain name. */
    static boolean isIrrelevant(String name) {
        return IRRELEVANT.contains(name);
    }

    /** The name without the underscores that gcc allows around it. */
    static String plain(String name) {
        boolean guarded = name.length() > 4 && name.startsWith("__") && name.endsWith("__");
        return guarded ? name.substring(2, name.length() - 2) : name;
    }

    /** What {@code __has_attribute} and {@code __has_builtin} say yes to. */
    static Set<String> features() {
        return Collections.unmodifiableSet(FEATURES);
    }
}
