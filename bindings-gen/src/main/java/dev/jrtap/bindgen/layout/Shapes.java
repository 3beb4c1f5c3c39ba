// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.model.Shape;

/** Computes the shapes of types. */
final class Shapes {

    private Shapes() {}

    static Shape of(CType type) {
        boolean array = false;
        boolean flexible = false;
        long count = 1;
        CType element = type;
        while (element.bare() instanceof CType.Array inner) {
            array = true;
            flexible |= inner.count() < 0;
            count = Math.multiplyExact(count, Math.max(inner.count(), 0));
            element = inner.element();
        }
        if (element.bare() instanceof CType.Complex complex) {
            array = true;
            count = Math.multiplyExact(count, 2);
            element = complex.part();
        }
        Shape one = one(element);
        long elements = flexible ? Shape.FLEXIBLE : array ? count : Shape.SCALAR;
        return new Shape(one.kind(), one.bytes(), elements, one.tag());
    }

    /** Returns the shape of a parameter or result: that of a pointer includes its target. */
    static Shape passed(CType type) {
        Shape shape = of(type);
        if (!(type.bare() instanceof CType.Pointer pointer)) {
            return shape;
        }
        try {
            CType target = pointer.target().bare();
            if (target instanceof CType.Incomplete incomplete) {
                String tag = incomplete.name().substring(incomplete.name().indexOf(' ') + 1);
                return Shape.pointerTo(new Shape(Shape.Kind.STRUCT, 0, Shape.SCALAR, tag));
            }
            boolean known = !(target instanceof CType.Void
                    || target instanceof CType.Function
                    || target instanceof CType.Array);
            return known ? Shape.pointerTo(passed(pointer.target())) : shape;
        } catch (BindgenException e) {
            // A pointer to a struct that cannot be laid out can still be passed.
            return shape;
        }
    }

    private static Shape one(CType type) {
        CType bare = type.bare();
        if (bare instanceof CType.Int integer) {
            // A plain char is a byte, whether signed or not on an architecture, because bindings are the same for all.
            Shape.Kind kind = integer.name().equals(CType.Int.BOOL.name())
                    ? Shape.Kind.BOOL
                    : integer.signed() || integer.name().equals("char")
                            ? Shape.Kind.SIGNED
                            : isBigEndian(type) ? Shape.Kind.NETWORK : Shape.Kind.UNSIGNED;
            return new Shape(kind, integer.bytes(), Shape.SCALAR, "");
        }
        if (bare instanceof CType.Real real) {
            return new Shape(Shape.Kind.REAL, real.bytes(), Shape.SCALAR, "");
        }
        if (bare instanceof CType.Aggregate aggregate) {
            String tag =
                    aggregate.tag().isEmpty() && type instanceof CType.Named named ? named.name() : aggregate.tag();
            return new Shape(Shape.Kind.STRUCT, aggregate.size(), Shape.SCALAR, tag);
        }
        return new Shape(Shape.Kind.POINTER, bare.size(), Shape.SCALAR, "");
    }

    /** Returns whether one of the type's typedefs is {@code __be16}, {@code __be32} or {@code __be64}. */
    private static boolean isBigEndian(CType type) {
        CType at = type;
        while (at instanceof CType.Named named) {
            if (named.name().matches("__be(16|32|64)")) {
                return true;
            }
            at = named.type();
        }
        return false;
    }
}
