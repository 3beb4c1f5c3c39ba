// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

/**
 * Removes comments from a text that is read once and scanned many times. Lines and columns of the rest do not change: a
 * comment is removed only if nothing but the end of the line follows it.
 */
final class Comments {

    private final String text;
    private final StringBuilder out;
    private int kept;

    private Comments(String text) {
        this.text = text;
        this.out = new StringBuilder(text.length());
    }

    /** Returns the text without comments, or unchanged if a quote is not closed in its line. */
    static String removed(String text) {
        return text.contains("/*") || text.contains("//") ? new Comments(text).remove() : text;
    }

    private String remove() {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\'') {
                i = closing(i);
                if (i < 0) {
                    return text;
                }
            } else if (c == '/' && (text.startsWith("*", i + 1) || text.startsWith("/", i + 1))) {
                int end = end(i);
                if (mayGo(i, end)) {
                    drop(i, end);
                }
                i = end - 1;
            }
        }
        return out.append(text, kept, text.length()).toString();
    }

    /** Returns the offset of the quote that closes the one at {@code start}; -1 if the line ends first. */
    private int closing(int start) {
        char quote = text.charAt(start);
        for (int i = start + 1; i < text.length() && text.charAt(i) != '\n'; i++) {
            if (text.charAt(i) == quote) {
                return i;
            }
            if (text.charAt(i) == '\\') {
                i++;
            }
        }
        return -1;
    }

    /** Returns the offset after the comment that begins at {@code start}. */
    private int end(int start) {
        boolean block = text.charAt(start + 1) == '*';
        int end = block ? text.indexOf("*/", start + 2) : text.indexOf('\n', start);
        return end < 0 ? text.length() : block ? end + 2 : end;
    }

    private boolean mayGo(int start, int end) {
        return isBlank(end, lineEnd(end))
                && !isContinued(end)
                && !isContinued(text.lastIndexOf('\n', start))
                && (lineEnd(start) >= end ? !isInclusion(start) : isBlank(lineStart(start), start));
    }

    private int lineStart(int at) {
        return text.lastIndexOf('\n', at - 1) + 1;
    }

    private int lineEnd(int at) {
        int end = text.indexOf('\n', at);
        return end < 0 ? text.length() : end;
    }

    private boolean isBlank(int from, int to) {
        for (int i = from; i < to; i++) {
            if (!Character.isWhitespace(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** Returns whether a backslash precedes the end of a line, so that a directive may continue in the next line. */
    private boolean isContinued(int lineEnd) {
        return lineEnd > 0
                && (text.charAt(lineEnd - 1) == '\\'
                        || lineEnd > 1 && text.charAt(lineEnd - 1) == '\r' && text.charAt(lineEnd - 2) == '\\');
    }

    /** Returns whether a line may be an {@code #include}, whose name can look like a comment. */
    private boolean isInclusion(int at) {
        return text.substring(lineStart(at), at).contains("<");
    }

    private void drop(int start, int end) {
        out.append(text, kept, start);
        for (int line = text.indexOf('\n', start); line >= 0 && line < end; line = text.indexOf('\n', line + 1)) {
            out.append('\n');
        }
        kept = end;
    }
}
