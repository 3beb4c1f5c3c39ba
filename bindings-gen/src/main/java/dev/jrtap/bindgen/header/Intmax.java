// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import java.util.Locale;
import org.eclipse.cdt.core.parser.IToken;

/**
 * A number in the preprocessor.
 *
 * <p>Source: C17, 6.10.1: all numbers are as wide as {@code intmax_t} or {@code uintmax_t}.
 *
 * @param unsigned whether the number is divided, shifted and compared as an unsigned one
 */
record Intmax(long bits, boolean unsigned) {

    static Intmax truth(boolean value) {
        return new Intmax(value ? 1 : 0, false);
    }

    /** Returns the value of a literal; {@code null} if it is not an integer. */
    static Intmax of(String literal) {
        String text = literal.replace("'", "").toLowerCase(Locale.ROOT);
        int end = text.length();
        while (end > 1 && "ul".indexOf(text.charAt(end - 1)) >= 0) {
            end--;
        }
        int radix = text.startsWith("0x") ? 16 : text.startsWith("0b") ? 2 : text.startsWith("0") ? 8 : 10;
        try {
            long bits = Long.parseUnsignedLong(text.substring(radix == 16 || radix == 2 ? 2 : 0, end), radix);
            return new Intmax(bits, bits < 0 || text.indexOf('u', end) >= 0);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    boolean isTrue() {
        return bits != 0;
    }

    Intmax negated() {
        return new Intmax(-bits, unsigned);
    }

    Intmax complement() {
        return new Intmax(~bits, unsigned);
    }

    /**
     * Returns the result of an operator with this left operand; {@code null} for a division by zero.
     *
     * @param operator a type of {@link IToken}
     */
    Intmax computed(int operator, Intmax right) {
        long a = bits;
        long b = right.bits;
        boolean common = unsigned || right.unsigned;
        int order = common ? Long.compareUnsigned(a, b) : Long.compare(a, b);
        return switch (operator) {
            case IToken.tOR -> truth(isTrue() || right.isTrue());
            case IToken.tAND -> truth(isTrue() && right.isTrue());
            case IToken.tEQUAL -> truth(a == b);
            case IToken.tNOTEQUAL -> truth(a != b);
            case IToken.tLT -> truth(order < 0);
            case IToken.tGT -> truth(order > 0);
            case IToken.tLTEQUAL -> truth(order <= 0);
            case IToken.tGTEQUAL -> truth(order >= 0);
            case IToken.tBITOR -> new Intmax(a | b, common);
            case IToken.tXOR -> new Intmax(a ^ b, common);
            case IToken.tAMPER -> new Intmax(a & b, common);
            case IToken.tSHIFTL -> new Intmax(a << b, unsigned);
            case IToken.tSHIFTR -> new Intmax(unsigned ? a >>> b : a >> b, unsigned);
            case IToken.tPLUS -> new Intmax(a + b, common);
            case IToken.tMINUS -> new Intmax(a - b, common);
            case IToken.tSTAR -> new Intmax(a * b, common);
            default -> b == 0 ? null : divided(operator, a, b, common);
        };
    }

    private static Intmax divided(int operator, long a, long b, boolean unsigned) {
        long quotient = unsigned ? Long.divideUnsigned(a, b) : a / b;
        return new Intmax(operator == IToken.tDIV ? quotient : a - quotient * b, unsigned);
    }
}
