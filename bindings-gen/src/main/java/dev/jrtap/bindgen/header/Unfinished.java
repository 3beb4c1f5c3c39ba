// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Finds a comment or a condition that a file opens and does not close. The preprocessor ignores the rest of the file
 * silently; a compiler reports an error.
 */
final class Unfinished {

    private final String text;
    private final Deque<Integer> conditions = new ArrayDeque<>();
    private int at;

    private Unfinished(String text) {
        this.text = text;
    }

    /** Returns a sentence about what is open at the end of a file, with its line; {@code null} if nothing is. */
    static String of(String text) {
        return mayBeOpen(text) ? new Unfinished(text).read() : null;
    }

    /** Returns whether the file has to be read character by character; nearly all files pass this quick check. */
    private static boolean mayBeOpen(String text) {
        int comment = text.lastIndexOf("/*");
        if (comment >= 0 && text.indexOf("*/", comment + 2) < 0) {
            return true;
        }
        int open = 0;
        for (int hash = text.indexOf('#'); hash >= 0; hash = text.indexOf('#', hash + 1)) {
            open += opens(text, hash);
        }
        return open > 0;
    }

    /** Returns 1 for an {@code #if}, -1 for an {@code #endif}, 0 for any other line. */
    private static int opens(String text, int hash) {
        for (int i = hash - 1; i >= 0 && text.charAt(i) != '\n'; i--) {
            if (!Character.isWhitespace(text.charAt(i))) {
                return 0;
            }
        }
        int word = hash + 1;
        while (word < text.length() && (text.charAt(word) == ' ' || text.charAt(word) == '\t')) {
            word++;
        }
        return text.startsWith("if", word) ? 1 : text.startsWith("endif", word) ? -1 : 0;
    }

    private String read() {
        for (at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (text.startsWith("/*", at)) {
                int end = text.indexOf("*/", at + 2);
                if (end < 0) {
                    return line(at) + ": a comment that begins here never ends";
                }
                at = end + 1;
            } else if (text.startsWith("//", at)) {
                endOfLine();
            } else if (c == '"' || c == '\'') {
                quoted(c);
            } else if (c == '#') {
                condition();
            }
        }
        return conditions.isEmpty() ? null : line(conditions.peek()) + ": an #if without its #endif";
    }

    private void condition() {
        int opens = opens(text, at);
        if (opens > 0) {
            conditions.push(at);
        } else if (opens < 0) {
            conditions.poll();
        }
    }

    private void endOfLine() {
        while (at < text.length() && (text.charAt(at) != '\n' || text.charAt(at - 1) == '\\')) {
            at++;
        }
    }

    /** Skips to the closing quote, or to the end of the line if there is none. */
    private void quoted(char quote) {
        for (at++; at < text.length() && text.charAt(at) != quote && text.charAt(at) != '\n'; at++) {
            at += text.charAt(at) == '\\' ? 1 : 0;
        }
    }

    private long line(int offset) {
        return 1 + text.substring(0, offset).chars().filter(c -> c == '\n').count();
    }
}
