// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.emit;

import java.util.Locale;
import javax.lang.model.SourceVersion;

/** C names as Java has them. */
final class JavaNames {

    private JavaNames() {}

    /** {@code io_uring_sqe} becomes {@code IoUringSqe}. */
    static String type(String tag) {
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

    /** A parameter's own name, with an underscore behind it where Java keeps the word for itself. */
    static String parameter(String name) {
        return SourceVersion.isKeyword(name) ? name + "_" : name;
    }
}
