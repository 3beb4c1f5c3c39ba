// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.model;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A struct or union with its members.
 *
 * @param name its tag; for one without a tag, the name of its typedef
 * @param tagged whether C says {@code struct name}, not just {@code name}
 * @param size bytes, tail padding included
 * @param align bytes
 */
public record Struct(
        String header, int line, String keyword, String name, boolean tagged, long size, int align, List<Field> fields)
        implements Fact {

    /**
     * A member that can be addressed.
     *
     * @param path its name; for a member of a named member without a type name of its own, both with a dot between
     * @param offset bits from the start of the outermost struct; a multiple of 8 unless it is a bit-field
     * @param bits the width of a bit-field, otherwise -1
     */
    public record Field(String path, String type, Shape shape, long offset, int bits, int line) {

        private static final Pattern PADDING =
                Pattern.compile("_*(\\w+_)?(pad|padding|resv|rsvd|reserved|spare|unused)_*\\d*|__empty_\\w+");

        public boolean isBitField() {
            return bits >= 0;
        }

        /** Bytes from the start. */
        public long bytes() {
            return offset / 8;
        }

        /** Returns whether the name says that there is nothing here yet: the kernel renames such members. */
        public boolean isPadding() {
            String name = path.substring(path.lastIndexOf('.') + 1);
            return PADDING.matcher(name).matches();
        }
    }

    /** As C names the type. */
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
