// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.header.Declarations;
import org.eclipse.cdt.core.dom.ast.IASTEnumerationSpecifier;

/**
 * Enumerators and the integer type behind an enum.
 *
 * <p>Source: gcc manual, "Structures, unions, enumerations, and bit-fields": unsigned unless a value is negative, as wide as the
 * values need. An enumerator is an {@code int} where it fits, else it has its enum's type.
 */
final class Enums {

    private final Types types;

    Enums(Types types) {
        this.types = types;
    }

    CType.Int typeOf(IASTEnumerationSpecifier enumeration) {
        if (Attributes.has(enumeration, "packed")) {
            throw new BindgenException(types.place(enumeration) + ": a packed enum, whose size is not computed");
        }
        boolean negative = false;
        boolean wide = false;
        for (IASTEnumerationSpecifier.IASTEnumerator enumerator : enumeration.getEnumerators()) {
            Value value =
                    bits(types.declarations().enumerator(enumerator.getName().toString()));
            boolean below = value.type().signed() && value.bits() < 0;
            negative |= below;
            wide |= below ? value.bits() < Integer.MIN_VALUE : value.bits() >>> 32 != 0;
        }
        if (negative) {
            return wide || anyAboveInt(enumeration) ? CType.Int.LONG : CType.Int.INT;
        }
        return wide ? CType.Int.UNSIGNED_LONG : CType.Int.UNSIGNED_INT;
    }

    private boolean anyAboveInt(IASTEnumerationSpecifier enumeration) {
        for (IASTEnumerationSpecifier.IASTEnumerator enumerator : enumeration.getEnumerators()) {
            if (bits(types.declarations().enumerator(enumerator.getName().toString()))
                            .bits()
                    > Integer.MAX_VALUE) {
                return true;
            }
        }
        return false;
    }

    Value value(Declarations.Enumerator enumerator) {
        Value value = bits(enumerator);
        boolean fits = value.type().signed()
                ? value.bits() == (int) value.bits()
                : value.bits() >= 0 && value.bits() <= Integer.MAX_VALUE;
        return fits
                ? new Value(value.bits(), CType.Int.INT)
                : Value.of(value.bits(), typeOf((IASTEnumerationSpecifier)
                        enumerator.node().getParent()));
    }

    /** The value, before it is known what type it has in the end. */
    private Value bits(Declarations.Enumerator enumerator) {
        // Counted from the last one with a value of its own: recursion over a long enum would be deep.
        long steps = 0;
        Declarations.Enumerator start = enumerator;
        while (start.value() == null && start.previous() != null) {
            start = start.previous();
            steps++;
        }
        if (start.value() == null) {
            return new Value(steps, CType.Int.LONG);
        }
        Value first = types.evaluator().value(start.value()).promoted();
        return Value.of(first.bits() + steps, first.type().signed() ? CType.Int.LONG : CType.Int.UNSIGNED_LONG);
    }
}
