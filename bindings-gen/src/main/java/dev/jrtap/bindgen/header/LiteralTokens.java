// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import java.util.regex.Pattern;
import org.eclipse.cdt.core.parser.EndOfFileException;
import org.eclipse.cdt.core.parser.IToken;
import org.eclipse.cdt.internal.core.parser.scanner.Token;
import org.eclipse.cdt.internal.core.parser.scanner.TokenWithImage;

/**
 * A source of tokens that joins consecutive strings, as the parser requires, and the two tokens of C23's {@code u8'x'}.
 * An escape at the end of a string does not continue in the next: {@code "\x41" "b"} is two characters.
 */
final class LiteralTokens implements Lookahead.Source {

    private static final int OCTAL_DIGITS = 3;
    private static final char[] NONE = {};
    private static final Pattern ESCAPED_END = Pattern.compile("(?<!\\\\)(?:\\\\\\\\)*+\\\\\"$");

    private final Lookahead.Source source;
    private Token next;

    LiteralTokens(Lookahead.Source source) {
        this.source = source;
    }

    @Override
    public IToken next() throws EndOfFileException {
        Token token = next == null ? read() : next;
        next = null;
        try {
            if (isPrefix(token)) {
                return prefixed(token);
            }
            while (isString(token)) {
                next = read();
                if (!isString(next)) {
                    break;
                }
                token = joined(token, next);
                next = null;
            }
        } catch (EndOfFileException e) {
            // The end is reported again by the next read.
            return token;
        }
        return token;
    }

    /** Reads a token. Of a string that the preprocessor has made of {@code \}, gcc ignores the backslash at the end. */
    private Token read() throws EndOfFileException {
        Token token = (Token) source.next();
        String text = isString(token) ? new String(token.getCharImage()) : "";
        return ESCAPED_END.matcher(text).find()
                ? string(token.getType(), token, token, text.substring(0, text.length() - 2) + '"')
                : token;
    }

    private static Token string(int type, Token first, Token last, String text) {
        return new TokenWithImage(type, null, first.getOffset(), last.getEndOffset(), text.toCharArray());
    }

    private static boolean isString(Token token) {
        return switch (token.getType()) {
            case IToken.tSTRING, IToken.tLSTRING, IToken.tUTF16STRING, IToken.tUTF32STRING -> true;
            default -> false;
        };
    }

    private static boolean isPrefix(Token token) {
        char[] image = token.getType() == IToken.tIDENTIFIER ? token.getCharImage() : NONE;
        return image.length == 2 && image[0] == 'u' && image[1] == '8';
    }

    /** Returns the prefix joined with the character after it; without one, {@code u8} is an ordinary name. */
    private Token prefixed(Token prefix) throws EndOfFileException {
        next = read();
        if (next.getType() != IToken.tCHAR) {
            return prefix;
        }
        char[] image = (prefix.getImage() + next.getImage()).toCharArray();
        int end = next.getEndOffset();
        next = null;
        return new TokenWithImage(IToken.tCHAR, null, prefix.getOffset(), end, image);
    }

    private static Token joined(Token one, Token other) {
        String first = new String(one.getCharImage());
        String second = new String(other.getCharImage());
        // A string without a prefix takes the encoding of the other.
        boolean plain = one.getType() == IToken.tSTRING && first.startsWith("\"");
        String prefix = plain ? second.substring(0, second.indexOf('"')) : first.substring(0, first.indexOf('"'));
        String text = prefix + '"' + content(first) + apart(content(first), content(second)) + '"';
        return string(plain ? other.getType() : one.getType(), one, other, text);
    }

    private static String content(String literal) {
        int start = literal.indexOf('"') + 1;
        return literal.substring(start, Math.max(start, literal.lastIndexOf('"')));
    }

    /**
     * Returns the second of two texts, with its first character as an escape if it would extend an escape of the first.
     */
    private static String apart(String before, String text) {
        boolean joins = !text.isEmpty() && Character.digit(text.charAt(0), openEscape(before)) >= 0;
        return joins ? String.format("\\%03o", (int) text.charAt(0)) + text.substring(1) : text;
    }

    /** Returns the base of a numeric escape at the end of a text that could continue; 0 if there is none. */
    private static int openEscape(String text) {
        int open = 0;
        for (int i = text.indexOf('\\'); i >= 0; i = text.indexOf('\\', i)) {
            boolean hex = text.startsWith("x", i + 1);
            int start = hex ? i + 2 : i + 1;
            int end = start;
            while (end < text.length()
                    && (hex || end - start < OCTAL_DIGITS)
                    && Character.digit(text.charAt(end), hex ? 16 : 8) >= 0) {
                end++;
            }
            boolean ends = end == text.length() && end > start;
            open = ends && (hex || end - start < OCTAL_DIGITS) ? hex ? 16 : 8 : 0;
            i = Math.max(end, i + 2);
        }
        return open;
    }
}
