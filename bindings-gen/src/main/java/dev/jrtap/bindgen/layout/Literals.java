// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import dev.jrtap.bindgen.header.Target;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import org.eclipse.cdt.core.dom.ast.IASTLiteralExpression;

/**
 * Integer, character and string literals.
 *
 * <p>Source: C17, 6.4.4 and 6.4.5. An integer's type is the first in a list in which the value fits; decimal literals skip the
 * unsigned ones.
 */
final class Literals {

    private Literals() {}

    static Value parse(IASTLiteralExpression literal, Target target) {
        String text = new String(literal.getValue());
        if (literal.getKind() == IASTLiteralExpression.lk_char_constant) {
            return character(text, target);
        }
        if (literal.getKind() != IASTLiteralExpression.lk_integer_constant) {
            throw new Evaluator.NotConstant(text);
        }
        String lower = text.toLowerCase(Locale.ROOT);
        String digits = lower.replaceAll("[ul]+$", "");
        String suffix = lower.substring(digits.length());
        int radix = digits.startsWith("0x") ? 16 : digits.startsWith("0b") ? 2 : digits.startsWith("0") ? 8 : 10;
        String bare = radix == 16 || radix == 2 ? digits.substring(2) : digits;
        try {
            BigInteger value = new BigInteger(bare, radix);
            return new Value(value.longValue(), type(value, radix == 10, suffix));
        } catch (NumberFormatException e) {
            throw new Evaluator.NotConstant(text);
        }
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

    /** The integer part of a floating-point literal. */
    static long truncated(IASTLiteralExpression literal) {
        try {
            return new BigDecimal(new String(literal.getValue()).replaceAll("[fFlL]$", "")).longValue();
        } catch (NumberFormatException e) {
            throw new Evaluator.NotConstant(literal);
        }
    }

    /** One character is a {@code char} made an {@code int}; of several, each is a byte of the result. */
    private static Value character(String text, Target target) {
        int quote = text.indexOf('\'');
        if (quote != 0 || text.length() < 3) {
            throw new Evaluator.NotConstant(text);
        }
        String characters = unescaped(text.substring(1, text.length() - 1));
        if (characters.length() == 1) {
            int code = characters.charAt(0);
            return new Value(target.charIsSigned() ? (byte) code : code, CType.Int.INT);
        }
        int value = 0;
        for (int i = 0; i < characters.length(); i++) {
            value = value << 8 | characters.charAt(i) & 0xff;
        }
        return new Value(value, CType.Int.INT);
    }

    /** What a string literal says, or several in a row. */
    static String string(IASTLiteralExpression literal) {
        String text = new String(literal.getValue());
        StringBuilder all = new StringBuilder();
        for (int start = text.indexOf('"'); start >= 0; ) {
            int end = start + 1;
            while (end < text.length() && text.charAt(end) != '"') {
                end += text.charAt(end) == '\\' ? 2 : 1;
            }
            all.append(unescaped(text.substring(start + 1, Math.min(end, text.length()))));
            start = text.indexOf('"', end + 1);
        }
        return all.toString();
    }

    private static String unescaped(String text) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) != '\\' || i + 1 == text.length()) {
                plain.append(text.charAt(i));
                continue;
            }
            char escape = text.charAt(++i);
            int simple = "abtnvfre".indexOf(escape);
            if (escape == 'x' || escape >= '0' && escape <= '7') {
                int start = escape == 'x' ? i + 1 : i;
                int radix = escape == 'x' ? 16 : 8;
                int end = start;
                while (end < text.length() && end < start + 3 && Character.digit(text.charAt(end), radix) >= 0) {
                    end++;
                }
                plain.append((char) (end == start ? 0 : Integer.parseInt(text.substring(start, end), radix) & 0xff));
                i = end - 1;
            } else {
                plain.append(simple < 0 ? escape : "\u0007\b\t\n\u000b\f\r\u001b".charAt(simple));
            }
        }
        return plain.toString();
    }
}
