// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces universal character names in identifiers by their characters: <code>&#92;u00e9tude</code> becomes {@code
 * étude}.
 *
 * <p>Source: C17, 6.4.3. Those in strings and characters are decoded with the literal.
 */
public final class UniversalNames {

    /** Text to skip, or a name in one of two groups. */
    private static final Pattern NAME = Pattern.compile("(?s)/\\*.*?\\*/|//[^\n]*|\"(?:[^\"\\\\\n]|\\\\.)*+\""
            + "|'(?:[^'\\\\\n]|\\\\.)*+'|\\\\u(\\p{XDigit}{4})|\\\\U(\\p{XDigit}{8})");

    private UniversalNames() {}

    /** Returns a text with the names replaced by their characters. */
    public static String replaced(String text) {
        return text.contains("\\u") || text.contains("\\U")
                ? NAME.matcher(text).replaceAll(found -> Matcher.quoteReplacement(character(found)))
                : text;
    }

    /** Returns a name's character, or the match unchanged if an identifier cannot contain the character. */
    private static String character(MatchResult found) {
        String digits = found.group(1) == null ? found.group(2) : found.group(1);
        long code = digits == null ? 0 : Long.parseLong(digits, 16);
        boolean isPart = code >= 0xa0 && code <= Character.MAX_CODE_POINT && Character.isJavaIdentifierPart((int) code);
        return isPart ? Character.toString((int) code) : found.group();
    }
}
