// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.emit;

import java.util.Map;
import java.util.SortedMap;

/**
 * Java that was emitted, and where in it a fact stands.
 *
 * @param files text by path below the source root
 * @param constants by C's name, of each constant the field, or the method without parameters
 * @param macros by C's name, of each function-like macro the method
 * @param structs by tag, the class of each struct's offsets, with that class's own name as the member
 * @param members by {@code tag.path}, what reads and writes a member, or tells where a struct inside begins
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
