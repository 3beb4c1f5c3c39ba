// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.emit;

import java.util.Map;
import java.util.SortedMap;

/**
 * Emitted Java, and the place of each fact in it.
 *
 * @param files text by path below the source root
 * @param constants for each constant, by its C name, the field or the method without parameters
 * @param macros for each function-like macro, by its C name, the method
 * @param structs for each struct, by its tag, the class of its offsets, with the class's own name as the member
 * @param members for each member, by {@code tag.path}, the name of its accessors, or of the method that returns the
 *     offset of a struct inside
 */
public record Emitted(
        SortedMap<String, String> files,
        Map<String, Member> constants,
        Map<String, Member> macros,
        Map<String, Member> structs,
        Map<String, Member> members) {

    /** A field or method of a class of the package. */
    public record Member(String type, String name) {}
}
