// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.emit;

import java.util.Locale;
import java.util.Map;
import javax.lang.model.SourceVersion;

/** C names as Java has them. */
final class JavaNames {

    private JavaNames() {}

    /** {@code io_uring_sqe} becomes {@code IoUringSqe}, unless a selection renames it. */
    static String type(String tag, Map<String, String> renames) {
        return renames.getOrDefault(tag, camel(tag));
    }

    private static String camel(String tag) {
        StringBuilder name = new StringBuilder();
        for (String word : tag.split("_+")) {
            if (!word.isEmpty()) {
                name.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
            }
        }
        return name.toString();
    }

    /** {@code user_data} becomes {@code USER_DATA}, and {@code a.b} becomes {@code A_B}. */
    static String offset(String path) {
        return path.replace('.', '_').toUpperCase(Locale.ROOT);
    }

    /** {@code USER_DATA} becomes {@code userData}. */
    static String method(String constant) {
        String camel = camel(constant.toLowerCase(Locale.ROOT));
        String name = camel.isEmpty() ? constant : Character.toLowerCase(camel.charAt(0)) + camel.substring(1);
        return SourceVersion.isKeyword(name) || !SourceVersion.isIdentifier(name) || isOfObject(name)
                ? name + "_"
                : name;
    }

    /** Methods that every object has, which none without parameters can replace. */
    private static boolean isOfObject(String name) {
        return name.matches("wait|notify|notifyAll|getClass|hashCode|toString|clone|finalize");
    }

    /** A parameter's own name, with an underscore behind it where Java keeps the word for itself. */
    static String parameter(String name) {
        return SourceVersion.isKeyword(name) ? name + "_" : name;
    }
}
