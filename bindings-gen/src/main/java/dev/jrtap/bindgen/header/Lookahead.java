// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.eclipse.cdt.core.parser.EndOfFileException;
import org.eclipse.cdt.core.parser.IToken;
import org.eclipse.cdt.internal.core.parser.scanner.Token;
import org.eclipse.cdt.internal.core.parser.scanner.TokenWithImage;

/** The preprocessor's tokens, with lookahead. */
final class Lookahead {

    /** A source of tokens. */
    interface Source {

        IToken next() throws EndOfFileException;
    }

    private final Source source;
    private final Deque<Token> ahead = new ArrayDeque<>();

    Lookahead(Source source) {
        this.source = source;
    }

    Token read() throws EndOfFileException {
        return ahead.isEmpty() ? (Token) source.next() : ahead.poll();
    }

    /** Pushes a token back, so that it is read next. */
    void unread(Token token) {
        ahead.addFirst(token);
    }

    /** Returns the token after the next {@code skipped} ones; {@code null} at the end. */
    Token peek(int skipped) {
        try {
            while (ahead.size() <= skipped) {
                ahead.add((Token) source.next());
            }
        } catch (EndOfFileException e) {
            // The next read finds the end again.
            return null;
        }
        return skipped == 0
                ? ahead.peek()
                : ahead.stream().skip(skipped).findFirst().orElseThrow();
    }

    /** Returns whether the next token is of a type. */
    boolean next(int type) {
        Token token = peek(0);
        return token != null && token.getType() == type;
    }

    /** Reads the tokens from an opening parenthesis to the closing one. */
    List<Token> balanced() throws EndOfFileException {
        List<Token> tokens = new ArrayList<>();
        int depth = 0;
        do {
            Token token = read();
            tokens.add(token);
            depth += Nesting.step(token.getType());
        } while (depth > 0);
        return tokens;
    }

    /** Makes a token of another type at the place of {@code token}. */
    static Token as(Token token, int type, String image) {
        return new TokenWithImage(type, null, token.getOffset(), token.getEndOffset(), image.toCharArray());
    }
}
