// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.model.Text;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.cdt.core.dom.ast.IASTLiteralExpression;

/**
 * Reads integer, character and string literals.
 *
 * <p>Source: C17, 6.4.4 and 6.4.5. An integer's type is the first of a list that holds the value; decimal literals skip
 * the unsigned types.
 */
final class Literals {

    private static final CType.Int UNSIGNED_CHAR = new CType.Int("unsigned char", 1, false);
    private static final CType.Int UNSIGNED_SHORT = new CType.Int("unsigned short", 2, false);

    /** A number that is not part of a name. */
    private static final Pattern NUMBER = Pattern.compile("(?<![\\w.])\\d\\w*(?![\\w.])");

    private static final Pattern SUFFIX = Pattern.compile("[ul]+$");
    private static final Pattern OCTAL = Pattern.compile("0[0-7]+[ul]*");

    private Literals() {}

    static Value parse(IASTLiteralExpression literal, Target target) {
        String text = new String(literal.getValue());
        if (literal.getKind() == IASTLiteralExpression.lk_char_constant) {
            return character(text, target);
        }
        BigInteger value = integer(literal);
        String digits = digits(text);
        boolean decimal = radix(digits.toCharArray()) == 10;
        String suffix = text.replace("'", "").toLowerCase(Locale.ROOT).substring(digits.length());
        if (value.bitLength() > (decimal && !suffix.contains("u") ? 63 : 64)) {
            throw new BindgenException("a constant of 128 bits: " + text);
        }
        return new Value(value.longValue(), type(value, decimal, suffix));
    }

    /** Returns the value of an integer literal, whatever its type. */
    static BigInteger integer(IASTLiteralExpression literal) {
        String text = new String(literal.getValue());
        if (literal.getKind() != IASTLiteralExpression.lk_integer_constant) {
            throw new Evaluator.NotConstant(text);
        }
        String digits = digits(text);
        int radix = radix(digits.toCharArray());
        try {
            return new BigInteger(radix == 16 || radix == 2 ? digits.substring(2) : digits, radix);
        } catch (NumberFormatException e) {
            throw new Evaluator.NotConstant(text);
        }
    }

    private static String digits(String text) {
        return SUFFIX.matcher(text.toLowerCase(Locale.ROOT).replace("'", "")).replaceFirst("");
    }

    private static int radix(char[] digits) {
        if (digits[0] != '0') {
            return 10;
        }
        char mark = digits.length > 1 ? digits[1] : '0';
        return mark == 'x' ? 16 : mark == 'b' ? 2 : 8;
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

    /** Returns the integer part of a floating-point literal as a value of {@code type}. */
    static long truncated(IASTLiteralExpression literal, CType.Int type) {
        try {
            return truncated(new BigDecimal(new String(literal.getValue()).replaceAll("[fFlL]$", "")), type);
        } catch (NumberFormatException e) {
            throw new Evaluator.NotConstant(literal);
        }
    }

    /** Returns the integer part of a number, or throws if {@code type} does not hold it, which C leaves undefined. */
    static long truncated(BigDecimal number, CType.Int type) {
        BigInteger whole = number.toBigInteger();
        int bits = type.bytes() * Byte.SIZE - (type.signed() ? 1 : 0);
        if (whole.bitLength() > bits || !type.signed() && whole.signum() < 0) {
            throw new Evaluator.NotConstant(number + ", which is out of the range of " + type);
        }
        return whole.longValue();
    }

    /**
     * Returns the value of a character literal: one character is a {@code char} converted to {@code int}; of several,
     * each is a byte of the result.
     */
    private static Value character(String text, Target target) {
        Encoded encoded = Encoded.of(text, '\'');
        int[] codes = encoded.codes();
        boolean isUtf8 = text.startsWith("u8");
        if (codes.length == 0 || (encoded.unit() > 1 || isUtf8) && codes.length > 1) {
            throw new Evaluator.NotConstant(text);
        }
        if (isUtf8) {
            return new Value(codes[0], UNSIGNED_CHAR);
        }
        if (encoded.unit() > 1) {
            boolean signed = text.startsWith("L") && target != Target.AARCH64;
            CType.Int wide = signed ? CType.Int.INT : CType.Int.UNSIGNED_INT;
            return Value.of(codes[0], encoded.unit() == 2 ? UNSIGNED_SHORT : wide);
        }
        if (codes.length == 1) {
            return new Value(target.charIsSigned() ? (byte) codes[0] : codes[0], CType.Int.INT);
        }
        int value = 0;
        for (int code : codes) {
            value = value << 8 | code;
        }
        return new Value(value, CType.Int.INT);
    }

    /** Returns a string literal, or several consecutive ones, as a fact. */
    static Text text(String header, int line, String name, IASTLiteralExpression literal) {
        Encoded encoded = Encoded.of(new String(literal.getValue()), '"');
        return new Text(header, line, name, encoded.text(), encoded.isRaw() ? Text.RAW : encoded.unit());
    }

    /** Returns the type of a string literal. */
    static CType string(IASTLiteralExpression literal, Target target) {
        String text = new String(literal.getValue());
        Encoded encoded = Encoded.of(text, '"');
        CType element = switch (encoded.unit()) {
            case 1 -> new CType.Int("char", 1, target.charIsSigned());
            case 2 -> UNSIGNED_SHORT;
            default -> text.startsWith("L") && target != Target.AARCH64 ? CType.Int.INT : CType.Int.UNSIGNED_INT;
        };
        return new CType.Array(element, encoded.codes().length + 1L);
    }

    /** Returns the base in which a constant is written: the base of all its numbers of more than one digit. */
    static int radix(String expression) {
        int radix = 0;
        Matcher number = NUMBER.matcher(expression);
        while (number.find()) {
            String digits = number.group().toLowerCase(Locale.ROOT);
            int one = digits.startsWith("0x")
                    ? 16
                    : digits.startsWith("0b") ? 2 : OCTAL.matcher(digits).matches() ? 8 : 10;
            boolean isDigit =
                    one == 10 && SUFFIX.matcher(digits).replaceFirst("").length() == 1;
            if (radix != 0 && radix != one && !isDigit) {
                return 10;
            }
            radix = isDigit ? radix : one;
        }
        return radix == 0 ? 10 : radix;
    }
}
