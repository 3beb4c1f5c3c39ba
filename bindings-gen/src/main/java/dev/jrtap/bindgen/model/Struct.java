// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.model;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A struct or union with its members.
 *
 * @param name its tag, or, without a tag, the name of its typedef
 * @param tagged whether its C name is {@code struct name}, not just {@code name}
 * @param size its size in bytes, tail padding included
 * @param align its alignment in bytes
 */
public record Struct(
        String header, int line, String keyword, String name, boolean tagged, long size, int align, List<Field> fields)
        implements Fact {

    /**
     * A member that can be addressed.
     *
     * @param path its name; for a member of a named member whose type has no name, both names with a dot between them
     * @param offset its offset in bits from the start of the outermost struct; a multiple of 8 unless it is a bit-field
     * @param bits the width of a bit-field, otherwise -1
     */
    public record Field(String path, String type, Shape shape, long offset, int bits, int line) {

        private static final Pattern PADDING =
                Pattern.compile("_*(\\w+_)?(pad|padding|resv|rsvd|reserved|spare|unused)_*\\d*|__empty_\\w+");

        public boolean isBitField() {
            return bits >= 0;
        }

        /** Returns the offset from the start in bytes. */
        public long bytes() {
            return offset / 8;
        }

        /** Returns whether the name marks unused space; the kernel renames such members when it uses them. */
        public boolean isPadding() {
            String name = path.substring(path.lastIndexOf('.') + 1);
            return PADDING.matcher(name).matches();
        }
    }

    /** Returns the type's name in C. */
    public String cName() {
        return tagged ? keyword + " " + name : name;
    }

    @Override
    public Struct withoutPlace() {
        return new Struct(
                "",
                0,
                keyword,
                name,
                tagged,
                size,
                align,
                fields.stream()
                        .map(f -> new Field(f.path(), f.type(), f.shape(), f.offset(), f.bits(), 0))
                        .toList());
    }
}
