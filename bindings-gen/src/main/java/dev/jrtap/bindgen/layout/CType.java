// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import dev.jrtap.bindgen.BindgenException;
import java.util.List;
import java.util.function.Supplier;
import org.eclipse.cdt.core.dom.ast.IASTStandardFunctionDeclarator;

/** A C type with its size and alignment, in bytes. */
sealed interface CType {

    long size();

    int align();

    /** An integer, an enum or {@code _Bool}. */
    record Int(String name, int bytes, boolean signed) implements CType {

        static final Int BOOL = new Int("_Bool", 1, false);
        static final Int INT = new Int("int", 4, true);
        static final Int UNSIGNED_INT = new Int("unsigned int", 4, false);
        static final Int LONG = new Int("long", 8, true);
        static final Int UNSIGNED_LONG = new Int("unsigned long", 8, false);
        static final Int LONG_LONG = new Int("long long", 8, true);
        static final Int UNSIGNED_LONG_LONG = new Int("unsigned long long", 8, false);

        /** Returns whether the conversion rank is above that of {@code long}, which is as wide (C17, 6.3.1.1). */
        boolean isLongLong() {
            return name.endsWith("long long");
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

    /** A floating-point number. */
    record Real(String name, int bytes) implements CType {

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

    /** A complex number: two parts, the real one first. */
    record Complex(String name, CType part) implements CType {

        @Override
        public long size() {
            return 2 * part.size();
        }

        @Override
        public int align() {
            return part.align();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** {@code void}, which only pointers can refer to. */
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

    /** A pointer. */
    record Pointer(CType target) implements CType {

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
            return target instanceof Function function ? function.toString() : target + " *";
        }
    }

    /**
     * A function, which only pointers can refer to.
     *
     * @param declarator its parameters; {@code null} if they are not declared
     * @param parameters the parameters' types in C, for the type's text
     */
    record Function(CType result, IASTStandardFunctionDeclarator declarator, Supplier<String> parameters)
            implements CType {

        @Override
        public long size() {
            return 1;
        }

        @Override
        public int align() {
            throw new BindgenException("C gives no alignment to a function");
        }

        @Override
        public String toString() {
            return result + " (*)(" + parameters.get() + ")";
        }
    }

    /** A struct or union that is declared and not defined, to which only pointers can be used. */
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

    /** A type by its tag, whose definition is looked up only when it is needed: pointers do not need it. */
    record Tagged(String name, Supplier<CType> definition) implements CType {

        @Override
        public long size() {
            return definition.get().size();
        }

        @Override
        public int align() {
            return definition.get().align();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** An array; {@code count} is -1 for a flexible one. */
    record Array(CType element, long count) implements CType {

        @Override
        public long size() {
            return Math.multiplyExact(element.size(), Math.max(count, 0));
        }

        @Override
        public int align() {
            return element.align();
        }

        @Override
        public String toString() {
            // C writes the outermost dimension first.
            CType inner = element;
            StringBuilder dimensions = new StringBuilder(dimension());
            while (inner instanceof Array array) {
                dimensions.append(array.dimension());
                inner = array.element();
            }
            return inner + dimensions.toString();
        }

        private String dimension() {
            return count < 0 ? "[]" : "[" + count + "]";
        }
    }

    /**
     * A typedef: a type under the name that the header uses. {@code asked} is the typedef's own alignment in bytes, 0
     * for none.
     */
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

    /**
     * A struct or union. {@code tag} is empty for an anonymous one. Two instances are different types even if their
     * contents are equal.
     */
    record Aggregate(String keyword, String tag, long size, int align, List<Member> members) implements CType {

        @Override
        public String toString() {
            return tag.isEmpty() ? keyword : keyword + " " + tag;
        }
    }

    /**
     * A member; an anonymous one has an empty name.
     *
     * @param offset its offset in bits from the start
     * @param bits the width of a bit-field, otherwise -1
     */
    record Member(String name, CType type, long offset, int bits, int line) {

        boolean isBitField() {
            return bits >= 0;
        }
    }

    /** Returns the type with typedefs resolved, but not tags. */
    default CType named() {
        return this instanceof Named named ? named.type().named() : this;
    }

    /** Returns the type with typedefs and tags resolved. */
    default CType bare() {
        if (this instanceof Tagged tagged) {
            return tagged.definition().get();
        }
        return this instanceof Named named ? named.type().bare() : this;
    }
}
