// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The characters that universal character names stand for, in identifiers: {@code \u00e9tude} is {@code étude}.
 *
 * <p>Source: C17, 6.4.3. Those in strings and characters are left to their reader.
 */
public final class UniversalNames {

    /** What is passed over, and a name in one of two groups. */
    private static final Pattern NAME = Pattern.compile("(?s)/\\*.*?\\*/|//[^\n]*|\"(?:[^\"\\\\\n]|\\\\.)*+\""
            + "|'(?:[^'\\\\\n]|\\\\.)*+'|\\\\u(\\p{XDigit}{4})|\\\\U(\\p{XDigit}{8})");

    private UniversalNames() {}

    /** Returns a text with the characters in the place of their names. */
    public static String replaced(String text) {
        return text.contains("\\u") || text.contains("\\U")
                ? NAME.matcher(text).replaceAll(found -> Matcher.quoteReplacement(character(found)))
                : text;
    }

    /** Returns what stands for one, or what is found if no identifier can have it. */
    private static String character(MatchResult found) {
        String digits = found.group(1) == null ? found.group(2) : found.group(1);
        long code = digits == null ? 0 : Long.parseLong(digits, 16);
        boolean isPart = code >= 0xa0 && code <= Character.MAX_CODE_POINT && Character.isJavaIdentifierPart((int) code);
        return isPart ? Character.toString((int) code) : found.group();
    }
}
