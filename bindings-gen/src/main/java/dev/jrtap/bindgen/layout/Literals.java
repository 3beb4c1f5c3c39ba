// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import java.math.BigInteger;
import java.util.Locale;
import org.eclipse.cdt.core.dom.ast.IASTLiteralExpression;

/**
 * Integer and character literals.
 *
 * <p>Source: C17, 6.4.4.1: the type is the first in a list in which the value fits; decimal literals skip the unsigned ones.
 */
final class Literals {

    private Literals() {}

    static Value parse(IASTLiteralExpression literal) {
        String text = new String(literal.getValue());
        if (literal.getKind() == IASTLiteralExpression.lk_char_constant && text.length() == 3) {
            return new Value(text.charAt(1), CType.Int.INT);
        }
        if (literal.getKind() != IASTLiteralExpression.lk_integer_constant) {
            throw new Evaluator.NotConstant(text);
        }
        String lower = text.toLowerCase(Locale.ROOT);
        String digits = lower.replaceAll("[ul]+$", "");
        String suffix = lower.substring(digits.length());
        int radix = digits.startsWith("0x") ? 16 : digits.startsWith("0b") ? 2 : digits.startsWith("0") ? 8 : 10;
        String bare = radix == 16 || radix == 2 ? digits.substring(2) : digits;
        BigInteger value = new BigInteger(bare, radix);
        return new Value(value.longValue(), type(value, radix == 10, suffix));
    }

    private static CType.Int type(BigInteger value, boolean decimal, String suffix) {
        int bits = value.bitLength();
        boolean unsigned = suffix.contains("u");
        boolean isLong = suffix.contains("l");
        if (suffix.contains("ll")) {
            return !unsigned && bits <= 63 ? CType.Int.LONG_LONG : CType.Int.UNSIGNED_LONG_LONG;
        }
        if (!isLong && !unsigned && bits <= 31) {
            return CType.Int.INT;
        }
        if (!isLong && (unsigned || !decimal) && bits <= 32) {
            return CType.Int.UNSIGNED_INT;
        }
        return !unsigned && bits <= 63 ? CType.Int.LONG : CType.Int.UNSIGNED_LONG;
    }
}
