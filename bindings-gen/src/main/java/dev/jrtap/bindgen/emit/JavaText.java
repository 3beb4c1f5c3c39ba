// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.emit;

import com.palantir.javapoet.CodeBlock;
import java.util.regex.Pattern;

/** Converts C texts and numbers to Java comments and literals. */
final class JavaText {

    static final int DECIMAL = 10;

    /** Line separators that {@code $S} does not escape. */
    private static final Pattern SEPARATORS = Pattern.compile("[\\u0085\\u2028\\u2029\\f\\x0b]");

    private JavaText() {}

    /** Returns C text as code in javadoc. */
    static CodeBlock code(String c) {
        return CodeBlock.of("{@code $L}", comment(c));
    }

    /** Returns a text without the end of a comment and without Java's escapes. */
    static String comment(String text) {
        return isPlain(text)
                ? text.replace("*/", "* /")
                : text.replace("*/", "* /").replace('\\', '/').replaceAll("[{}\\p{Cntrl}]", " ");
    }

    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == '\\' || c == '{' || c == '}') {
                return false;
            }
        }
        return true;
    }

    /** Returns a string as a literal, in which line separators are escaped. */
    static CodeBlock text(String value) {
        if (!SEPARATORS.matcher(value).find()) {
            return CodeBlock.of("$S", value);
        }
        StringBuilder literal = new StringBuilder();
        for (char c : value.toCharArray()) {
            boolean plain = c >= ' '
                    && c != '"'
                    && c != '\\'
                    && !SEPARATORS.matcher(String.valueOf(c)).find();
            literal.append(plain ? String.valueOf(c) : escape(c));
        }
        return CodeBlock.of("$L", '"' + literal.toString() + '"');
    }

    private static String escape(char c) {
        return c < 0x100 ? String.format("\\%03o", (int) c) : String.format("\\u%04x", (int) c);
    }

    /** Returns a number in the base that the header uses, or in hexadecimal if it exceeds Java's signed range. */
    static String literal(long value, boolean wide, int radix) {
        long bits = wide ? value : (int) value;
        int base = radix == DECIMAL && bits != value ? 16 : radix;
        String digits = switch (base) {
            case 16 -> "0x" + (wide ? Long.toHexString(bits) : Integer.toHexString((int) bits));
            case 8 -> bits == 0 ? "0" : "0" + (wide ? Long.toOctalString(bits) : Integer.toOctalString((int) bits));
            case 2 -> "0b" + (wide ? Long.toBinaryString(bits) : Integer.toBinaryString((int) bits));
            default -> Long.toString(bits);
        };
        return wide ? digits + "L" : digits;
    }
}
