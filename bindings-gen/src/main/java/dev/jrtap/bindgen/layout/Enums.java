// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.header.Declarations;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.cdt.core.dom.ast.IASTCastExpression;
import org.eclipse.cdt.core.dom.ast.IASTEnumerationSpecifier;

/**
 * Computes enumerators and the integer type of an enum.
 *
 * <p>Source: gcc manual, "Structures, unions, enumerations, and bit-fields": unsigned unless a value is negative, as
 * wide as the values need. An enumerator is an {@code int} if it fits, otherwise it has its enum's type.
 */
final class Enums {

    private final Types types;
    private final Set<IASTEnumerationSpecifier> pending = new HashSet<>();
    private final Map<IASTEnumerationSpecifier, CType.Int> known = new HashMap<>();

    Enums(Types types) {
        this.types = types;
    }

    CType.Int typeOf(IASTEnumerationSpecifier enumeration) {
        CType.Int type = known.get(enumeration);
        if (type == null) {
            pending.add(enumeration);
            try {
                Attributes.refuseUnknown(enumeration, types);
                type = fixed(enumeration);
                type = type == null ? typeOf(Declarations.Enumerator.of(enumeration), isPacked(enumeration)) : type;
            } finally {
                pending.remove(enumeration);
            }
            known.put(enumeration, type);
        }
        return type;
    }

    private boolean isPacked(IASTEnumerationSpecifier enumeration) {
        return Attributes.isPacked(enumeration, types) || types.declarations().isPacked(enumeration);
    }

    /** Returns the type that an enum names, as C23 allows; {@code null} if it names none. */
    private CType.Int fixed(IASTEnumerationSpecifier enumeration) {
        String text = types.declarations().enumType(enumeration);
        if (text == null) {
            return null;
        }
        if (Evaluator.bare(types.declarations().expression("(" + text + ")0")) instanceof IASTCastExpression cast
                && types.of(cast.getTypeId()).bare() instanceof CType.Int type
                && type.bytes() <= 8) {
            return type;
        }
        throw new BindgenException(types.place(enumeration) + ": an enum of type " + text + " is not supported");
    }

    private CType.Int typeOf(List<Declarations.Enumerator> enumerators, boolean packed) {
        boolean negative = false;
        boolean intsHoldAll = true;
        boolean unsignedIntsHoldAll = true;
        long smallest = 0;
        long largest = 0;
        for (Declarations.Enumerator enumerator : enumerators) {
            Value value = bits(enumerator);
            smallest = Math.min(smallest, value.bits());
            largest = Math.max(largest, value.bits());
            negative |= value.type().signed() && value.bits() < 0;
            intsHoldAll &= isInt(value);
            unsignedIntsHoldAll &= value.bits() >>> 32 == 0;
        }
        if (packed && intsHoldAll) {
            return smallestHolding(smallest, largest);
        }
        if (negative) {
            return intsHoldAll ? CType.Int.INT : CType.Int.LONG;
        }
        return unsignedIntsHoldAll ? CType.Int.UNSIGNED_INT : CType.Int.UNSIGNED_LONG;
    }

    /** Returns the type of a packed enum. */
    private static CType.Int smallestHolding(long smallest, long largest) {
        if (smallest < 0) {
            return smallest >= Byte.MIN_VALUE && largest <= Byte.MAX_VALUE
                    ? new CType.Int("signed char", 1, true)
                    : smallest >= Short.MIN_VALUE && largest <= Short.MAX_VALUE
                            ? new CType.Int("short", 2, true)
                            : CType.Int.INT;
        }
        return largest <= 0xff
                ? new CType.Int("unsigned char", 1, false)
                : largest <= 0xffff ? new CType.Int("unsigned short", 2, false) : CType.Int.UNSIGNED_INT;
    }

    private static boolean isInt(Value value) {
        return value.bits() == (int) value.bits() && (value.type().signed() || value.bits() >= 0);
    }

    Value value(Declarations.Enumerator enumerator) {
        // After a mistake, the parser continues with an incomplete enum.
        IASTEnumerationSpecifier.IASTEnumerator[] all =
                ((IASTEnumerationSpecifier) enumerator.node().getParent()).getEnumerators();
        if (types.declarations().hasProblem(enumerator.node().getParent())
                || types.declarations().hasProblem(all[all.length - 1])) {
            throw new BindgenException(types.place(enumerator.node()) + ": an enum with a mistake in it");
        }
        Value value = bits(enumerator);
        IASTEnumerationSpecifier enumeration =
                (IASTEnumerationSpecifier) enumerator.node().getParent();
        if (types.declarations().enumType(enumeration) != null && !pending.contains(enumeration)) {
            return Value.of(value.bits(), typeOf(enumeration));
        }
        if (isInt(value)) {
            return new Value(value.bits(), CType.Int.INT);
        }
        // An enumerator may refer to another of its own enum, whose type is not known before the closing brace.
        return pending.contains(enumeration) ? value : Value.of(value.bits(), typeOf(enumeration));
    }

    /** Returns the value before its final type is known. */
    private Value bits(Declarations.Enumerator enumerator) {
        // Counted from the last enumerator with a value of its own, because recursion over a long enum would be deep.
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
