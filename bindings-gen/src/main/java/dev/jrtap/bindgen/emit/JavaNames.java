// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.emit;

import dev.jrtap.bindgen.model.Function;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.lang.model.SourceVersion;

/**
 * Converts C names to Java names.
 *
 * <p>A name that Java reserves, or that is a method of every object, gets an underscore at its end; a name that cannot
 * begin an identifier gets one at its beginning. Camel case is kept: {@code pNext} stays, {@code user_data} becomes
 * {@code userData}.
 */
final class JavaNames {

    /** Names besides keywords that a class cannot have. */
    private static final Set<String> RESTRICTED = Set.of("var", "record", "yield", "sealed", "permits", "when");

    /** Methods that every object has, or every {@code jnr.ffi.Struct}. */
    private static final Set<String> OF_OBJECTS = Set.of(
            "wait",
            "notify",
            "notifyAll",
            "getClass",
            "hashCode",
            "toString",
            "clone",
            "finalize",
            "getRuntime",
            "arrayBegin",
            "arrayEnd");

    private JavaNames() {}

    /** {@code io_uring_sqe} becomes {@code IoUringSqe}. */
    static String type(String tag) {
        StringBuilder name = new StringBuilder();
        for (String word : tag.split("[^A-Za-z0-9$]+")) {
            if (!word.isEmpty()) {
                name.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
            }
        }
        String camel = name.isEmpty() ? "_" : name.toString();
        return RESTRICTED.contains(camel) ? camel + "_" : identifier(camel);
    }

    /** {@code user_data} becomes {@code USER_DATA}, and {@code a.b} becomes {@code A_B}. */
    static String offset(String path) {
        return identifier(path.replace('.', '_').toUpperCase(Locale.ROOT));
    }

    /** {@code user_data}, {@code USER_DATA} and {@code userData} become {@code userData}. */
    static String method(String member) {
        StringBuilder camel = new StringBuilder();
        for (String word : member.split("[_.]+")) {
            if (!word.isEmpty()) {
                String spoken = word.equals(word.toUpperCase(Locale.ROOT)) ? word.toLowerCase(Locale.ROOT) : word;
                char first = spoken.charAt(0);
                camel.append(camel.isEmpty() ? Character.toLowerCase(first) : Character.toUpperCase(first))
                        .append(spoken.substring(1));
            }
        }
        return callable(camel.isEmpty() ? member : camel.toString());
    }

    /** Returns the name of a function, macro or constant as that of a method. */
    static String callable(String name) {
        return OF_OBJECTS.contains(name) ? name + "_" : identifier(name);
    }

    /** Returns a name as it is, or with an underscore if it is not a Java identifier. */
    static String identifier(String name) {
        String legal = Character.isJavaIdentifierStart(name.charAt(0)) ? name : "_" + name;
        return SourceVersion.isKeyword(legal) ? legal + "_" : legal;
    }

    /** Returns the names of a function's parameters, all different from {@code others}. */
    static List<String> parameters(Function function, Set<String> others) {
        Taken taken = new Taken(others);
        List<String> names = new ArrayList<>();
        function.parameters().forEach(parameter -> names.add(taken.take(identifier(parameter.name()))));
        return names;
    }
}
