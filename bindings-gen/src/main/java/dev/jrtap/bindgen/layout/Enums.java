// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.header.Declarations;
import java.util.HashSet;
import java.util.Set;
import org.eclipse.cdt.core.dom.ast.IASTEnumerationSpecifier;

/**
 * Enumerators and the integer type behind an enum.
 *
 * <p>Source: gcc manual, "Structures, unions, enumerations, and bit-fields": unsigned unless a value is negative, as wide as the
 * values need. An enumerator is an {@code int} where it fits, else it has its enum's type.
 */
final class Enums {

    private final Types types;
    private final Set<IASTEnumerationSpecifier> pending = new HashSet<>();

    Enums(Types types) {
        this.types = types;
    }

    CType.Int typeOf(IASTEnumerationSpecifier enumeration) {
        if (Attributes.has(enumeration, "packed")) {
            throw new BindgenException(types.place(enumeration) + ": a packed enum, whose size is not computed");
        }
        pending.add(enumeration);
        try {
            return typeOf(enumeration.getEnumerators());
        } finally {
            pending.remove(enumeration);
        }
    }

    private CType.Int typeOf(IASTEnumerationSpecifier.IASTEnumerator[] enumerators) {
        boolean negative = false;
        boolean intsHoldAll = true;
        boolean unsignedIntsHoldAll = true;
        for (IASTEnumerationSpecifier.IASTEnumerator enumerator : enumerators) {
            Value value =
                    bits(types.declarations().enumerator(enumerator.getName().toString()));
            negative |= value.type().signed() && value.bits() < 0;
            intsHoldAll &= isInt(value);
            unsignedIntsHoldAll &= value.bits() >>> 32 == 0;
        }
        if (negative) {
            return intsHoldAll ? CType.Int.INT : CType.Int.LONG;
        }
        return unsignedIntsHoldAll ? CType.Int.UNSIGNED_INT : CType.Int.UNSIGNED_LONG;
    }

    private static boolean isInt(Value value) {
        return value.bits() == (int) value.bits() && (value.type().signed() || value.bits() >= 0);
    }

    Value value(Declarations.Enumerator enumerator) {
        Value value = bits(enumerator);
        IASTEnumerationSpecifier enumeration =
                (IASTEnumerationSpecifier) enumerator.node().getParent();
        if (isInt(value)) {
            return new Value(value.bits(), CType.Int.INT);
        }
        // One that refers to another of its own enum, whose type is not known before the closing brace.
        return pending.contains(enumeration) ? value : Value.of(value.bits(), typeOf(enumeration));
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
        if (steps == 0) {
            return first;
        }
        return Value.of(first.bits() + steps, first.type().signed() ? CType.Int.LONG : CType.Int.UNSIGNED_LONG);
    }
}
