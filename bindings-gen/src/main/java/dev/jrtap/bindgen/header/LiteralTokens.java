// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import org.eclipse.cdt.core.parser.EndOfFileException;
import org.eclipse.cdt.core.parser.IToken;
import org.eclipse.cdt.internal.core.parser.scanner.Token;
import org.eclipse.cdt.internal.core.parser.scanner.TokenWithImage;

/**
 * Tokens in which several strings in a row are one, as the parser wants them, and so is C23's {@code u8'x'}. An escape
 * at the end of a string does not go on in the next: {@code "\x41" "b"} is two characters.
 */
final class LiteralTokens implements Lookahead.Source {

    private static final int OCTAL_DIGITS = 3;
    private static final char[] NONE = {};

    private final Lookahead.Source source;
    private Token next;

    LiteralTokens(Lookahead.Source source) {
        this.source = source;
    }

    @Override
    public IToken next() throws EndOfFileException {
        Token token = next == null ? (Token) source.next() : next;
        next = null;
        try {
            if (isPrefix(token)) {
                return prefixed(token);
            }
            while (isString(token)) {
                next = (Token) source.next();
                if (!isString(next)) {
                    break;
                }
                token = joined(token, next);
                next = null;
            }
        } catch (EndOfFileException e) {
            // The next token is none, and says so again.
            return token;
        }
        return token;
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

    /** Returns the prefix and the character after it; where none is, a name that happens to be {@code u8}. */
    private Token prefixed(Token prefix) throws EndOfFileException {
        next = (Token) source.next();
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
        // A plain one takes the encoding of the other.
        boolean plain = one.getType() == IToken.tSTRING && first.startsWith("\"");
        String prefix = plain ? second.substring(0, second.indexOf('"')) : first.substring(0, first.indexOf('"'));
        String text = prefix + '"' + content(first) + apart(content(first), content(second)) + '"';
        return new TokenWithImage(
                plain ? other.getType() : one.getType(),
                null,
                one.getOffset(),
                other.getEndOffset(),
                text.toCharArray());
    }

    private static String content(String literal) {
        int start = literal.indexOf('"') + 1;
        return literal.substring(start, Math.max(start, literal.lastIndexOf('"')));
    }

    /** A text that comes after another, with its first character as an escape if it would belong to one there. */
    private static String apart(String before, String text) {
        boolean joins = !text.isEmpty() && Character.digit(text.charAt(0), openEscape(before)) >= 0;
        return joins ? String.format("\\%03o", (int) text.charAt(0)) + text.substring(1) : text;
    }

    /** Returns the base of an escape that a text ends in the middle of; 0 if it does not. */
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
