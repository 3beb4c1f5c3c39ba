// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.eclipse.cdt.core.dom.ast.IASTFileLocation;

/** What stands in a unit and has no place in the parser's grammar, by its offset. */
final class Asides {

    /** Attributes with a meaning: the name by the offset of the name. */
    final NavigableMap<Integer, String> attributes = new TreeMap<>();

    /** The type that an enum is given (C23), by the offset of {@code enum}. */
    final NavigableMap<Integer, String> enumTypes = new TreeMap<>();

    /** Enums with {@code packed} before the tag, by the offset of {@code enum}. */
    final NavigableSet<Integer> packedEnums = new TreeSet<>();

    /** Each {@code constexpr} (C23). */
    final NavigableSet<Integer> constants = new TreeSet<>();

    /** What {@code _Pragma} holds. */
    final NavigableMap<Integer, String> pragmas = new TreeMap<>();

    /** Whether something is there that is no C before C23. */
    boolean isC23;

    /** The first brace that the headers never close; {@code null} if there is none. */
    IASTFileLocation unclosed;
}
