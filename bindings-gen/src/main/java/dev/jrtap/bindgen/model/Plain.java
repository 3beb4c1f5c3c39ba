// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.model;

import dev.jrtap.bindgen.BindgenException;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Checks text from outside that becomes part of Java comments or expressions: paths of headers, and a model's columns.
 * Nothing in it may end a comment, begin another line, or be an escape.
 */
public final class Plain {

    private static final Pattern NAME = Pattern.compile("[\\p{L}_$][\\p{L}\\p{Nd}_$]*");

    /**
     * The expressions that {@code Terms} writes: parameters, numbers, operators, casts, and three methods of {@code
     * Long}. Possessive, because the matcher otherwise calls itself for each of them, and a macro can have thousands.
     */
    private static final String EXPRESSION =
            "(?:[-+*/%%&|^~!<>=?:(), ]|\\b0x[0-9a-f]+L?\\b|\\b\\d+L?\\b|\\b(?:long|int|short|byte)\\b"
                    + "|\\bLong\\.(?:divideUnsigned|remainderUnsigned|compareUnsigned)\\b|\\b%s\\b)*+";

    private Plain() {}

    /** Returns the text, or throws if something in it could become code; {@code what} names it in the message. */
    public static String text(String what, String text) {
        boolean hostile = text.contains("*/") || text.contains("/*") || text.indexOf('\\') >= 0;
        for (int i = 0; i < text.length() && !hostile; i++) {
            int type = Character.getType(text.charAt(i));
            hostile = type == Character.CONTROL
                    || type == Character.LINE_SEPARATOR
                    || type == Character.PARAGRAPH_SEPARATOR;
        }
        if (hostile) {
            throw new BindgenException(what + " contains text that could become code: \"" + printable(text) + "\"");
        }
        return text;
    }

    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }

    /** Returns a name, or throws if it is not one of C. */
    public static String name(String what, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new BindgenException(what + " is not a name: \"" + printable(name) + "\"");
        }
        return name;
    }

    /** Returns a macro's expression, or throws if it has anything but its parameters, numbers and operators. */
    public static String expression(String java, List<String> parameters) {
        String names = parameters.isEmpty() ? "(?!)" : "(?:" + String.join("|", parameters) + ")";
        if (!Pattern.matches(String.format(EXPRESSION, names), java) || java.contains("//") || java.contains("/*")) {
            throw new BindgenException(
                    "a macro's Java is not an expression of its parameters: \"" + printable(java) + "\"");
        }
        return java;
    }
}
