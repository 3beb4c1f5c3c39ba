// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.model.Fact;
import dev.jrtap.bindgen.model.Function;
import dev.jrtap.bindgen.model.Struct;
import dev.jrtap.bindgen.model.Text;
import java.nio.charset.StandardCharsets;

/**
 * Checks facts against the limits of class files, buffers and file names.
 *
 * <p>Source: JVM Specification, 4.3.3 and 4.4.7; {@code NAME_MAX} of Linux's file systems, less what is added.
 */
final class JavaLimits {

    private static final int MOST_SLOTS = 254;
    private static final int LONGEST_TEXT = 65_534;
    private static final int LONGEST_NAME = 200;

    private JavaLimits() {}

    /** Throws if a fact cannot be expressed in Java. */
    static void check(Fact fact) {
        if (fact instanceof Struct struct) {
            name(struct.name());
            boolean small = struct.size() <= Integer.MAX_VALUE
                    && struct.fields().stream().allMatch(field -> field.shape().count() <= Integer.MAX_VALUE);
            require(small, "is larger than the largest Java buffer");
        } else if (fact instanceof Function function) {
            int slots = function.parameters().stream()
                    .mapToInt(parameter -> parameter.type().shape().bytes() > Integer.BYTES ? 2 : 1)
                    .sum();
            require(slots <= MOST_SLOTS, "has more parameters than a Java method can have");
        } else if (fact instanceof Text text) {
            require(isWhole(text.value()), "contains a lone surrogate, which is not a character");
            require(length(text.value()) <= LONGEST_TEXT, "is longer than a Java constant can be");
        }
    }

    /** Throws if a name is too long for a file's. */
    private static void name(String name) {
        require(name.getBytes(StandardCharsets.UTF_8).length <= LONGEST_NAME, "has a name that is too long for a file");
    }

    private static boolean isWhole(String text) {
        return StandardCharsets.UTF_16.newEncoder().canEncode(text);
    }

    /** Returns the length in the UTF-8 of class files, where a zero takes two bytes and a surrogate three. */
    private static long length(String text) {
        return text.chars()
                .mapToLong(c -> c == 0 ? 2 : c < 0x80 ? 1 : c < 0x800 ? 2 : 3)
                .sum();
    }

    private static void require(boolean possible, String reason) {
        if (!possible) {
            throw new BindgenException(reason);
        }
    }
}
