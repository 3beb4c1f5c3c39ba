// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/** gcc's attributes, with and without relevance here, and its built-in functions. */
final class KnownAttributes {

    private static final Set<String> IRRELEVANT = new HashSet<>();
    private static final Set<String> FEATURES = new HashSet<>(Arrays.asList(words("builtins.txt")));

    static {
        for (String word : words("attributes.txt")) {
            // "!" marks an attribute that is obeyed, "?" one of another compiler, which __has_attribute denies.
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

    /** Returns whether an attribute of that plain name affects no layout, value or call. */
    static boolean isIrrelevant(String name) {
        return IRRELEVANT.contains(name);
    }

    /** Returns the name without the underscores that gcc allows around it. */
    static String plain(String name) {
        boolean guarded = name.length() > 4 && name.startsWith("__") && name.endsWith("__");
        return guarded ? name.substring(2, name.length() - 2) : name;
    }

    /**
     * Returns the value of {@code __has_attribute}, {@code __has_builtin} or {@code __has_c_attribute}: 0 for an
     * unknown name, the year and month of the C standard for its own attributes, 1 for any other.
     *
     * <p>Source: gcc manual, "__has_attribute", "__has_c_attribute"; gcc 12, which {@code __GNUC__} names.
     *
     * @param question a name; in {@code [[…]]} if it must be known in that syntax
     */
    static int answer(String question) {
        boolean isStandard = question.startsWith("[[");
        String name = isStandard ? question.substring(2, question.length() - 2) : question;
        int scope = name.indexOf("::");
        if (scope >= 0) {
            return plain(name.substring(0, scope)).equals("gnu") && FEATURES.contains(name.substring(scope + 2))
                    ? 1
                    : 0;
        }
        return switch (plain(name)) {
            case "deprecated", "maybe_unused", "fallthrough" -> 201904;
            case "nodiscard" -> 202003;
            default -> !isStandard && FEATURES.contains(name) ? 1 : 0;
        };
    }
}
