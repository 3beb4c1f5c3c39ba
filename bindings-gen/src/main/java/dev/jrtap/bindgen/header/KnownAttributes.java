// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;

/** The attributes of gcc that need no reading, and those that have one. */
final class KnownAttributes {

    private static final String RESOURCE = "/dev/jrtap/bindgen/attributes.txt";

    private static final Set<String> IRRELEVANT = new TreeSet<>();
    private static final Set<String> MEANT = new TreeSet<>();

    static {
        try (InputStream in = KnownAttributes.class.getResourceAsStream(RESOURCE)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (String word : text.replaceAll("(?m)^#.*", "").trim().split("\\s+")) {
                if (word.endsWith("!")) {
                    MEANT.add(word.substring(0, word.length() - 1));
                } else {
                    IRRELEVANT.add(word);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private KnownAttributes() {}

    /** Whether nothing that is read depends on an attribute of that plain name. */
    static boolean isIrrelevant(String name) {
        return IRRELEVANT.contains(name);
    }

    /** The name without the underscores that gcc allows around it. */
    static String plain(String name) {
        boolean guarded = name.length() > 4 && name.startsWith("__") && name.endsWith("__");
        return guarded ? name.substring(2, name.length() - 2) : name;
    }

    /** C that makes {@code __has_attribute} know them all. */
    static String defines() {
        Set<String> all = new TreeSet<>(IRRELEVANT);
        all.addAll(MEANT);
        StringBuilder text = new StringBuilder();
        for (String name : all) {
            text.append("#define __jrtap_has_attribute_").append(name).append(" 1\n");
            text.append("#define __jrtap_has_attribute___").append(name).append("__ 1\n");
        }
        return text.toString();
    }
}
