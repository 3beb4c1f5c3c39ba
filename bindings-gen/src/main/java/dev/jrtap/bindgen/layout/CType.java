// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import dev.jrtap.bindgen.BindgenException;
import java.util.List;

/** A C type with its size and alignment, in bytes. */
sealed interface CType {

    long size();

    int align();

    /** An integer, an enum or {@code _Bool}. */
    record Int(String name, int bytes, boolean signed) implements CType {

        static final Int INT = new Int("int", 4, true);
        static final Int UNSIGNED_INT = new Int("unsigned int", 4, false);
        static final Int LONG = new Int("long", 8, true);
        static final Int UNSIGNED_LONG = new Int("unsigned long", 8, false);
        static final Int LONG_LONG = new Int("long long", 8, true);
        static final Int UNSIGNED_LONG_LONG = new Int("unsigned long long", 8, false);

        /** The conversion rank, of types that are at least as wide as an int (C17, 6.3.1.1). */
        int rank() {
            return name.endsWith("long long") ? 3 : bytes == 8 ? 2 : 1;
        }

        @Override
        public long size() {
            return bytes;
        }

        @Override
        public int align() {
            return bytes;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** {@code void}, which only pointers point to. */
    record Void() implements CType {

        @Override
        public long size() {
            return 1;
        }

        @Override
        public int align() {
            return 1;
        }

        @Override
        public String toString() {
            return "void";
        }
    }

    /** A pointer to anything. */
    record Pointer(String target) implements CType {

        @Override
        public long size() {
            return 8;
        }

        @Override
        public int align() {
            return 8;
        }

        @Override
        public String toString() {
            return target + " *";
        }
    }

    /** A struct or union that is declared and not defined, or not yet: only pointers to it can be used. */
    record Incomplete(String name, String place) implements CType {

        @Override
        public long size() {
            throw new BindgenException(place + ": " + name + " is used by value, and not defined");
        }

        @Override
        public int align() {
            return (int) size();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** An array; {@code count} is 0 for a flexible one. */
    record Array(CType element, long count) implements CType {

        @Override
        public long size() {
            return element.size() * count;
        }

        @Override
        public int align() {
            return element.align();
        }

        @Override
        public String toString() {
            return element + "[" + (count == 0 ? "" : count) + "]";
        }
    }

    /** A typedef: the same type under the name that the header uses. {@code asked} is its own alignment, 0 for none. */
    record Named(String name, CType type, int asked) implements CType {

        @Override
        public int align() {
            return asked == 0 ? type.align() : asked;
        }

        @Override
        public long size() {
            return type.size();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** A struct or union. {@code tag} is empty for an anonymous one. */
    record Aggregate(String keyword, String tag, long size, int align, List<Member> members) implements CType {

        @Override
        public String toString() {
            return tag.isEmpty() ? keyword : keyword + " " + tag;
        }
    }

    /** A member; an anonymous one has an empty name. {@code bits} is -1 for one that is no bit-field. */
    record Member(String name, CType type, long offset, int bits, String header, int line) {}

    /** The type behind typedefs. */
    default CType bare() {
        return this instanceof Named named ? named.type().bare() : this;
    }
}
