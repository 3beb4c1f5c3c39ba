// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import org.eclipse.cdt.core.parser.EndOfFileException;
import org.eclipse.cdt.core.parser.IToken;
import org.eclipse.cdt.internal.core.parser.scanner.Token;

/** The preprocessor's tokens, with a token that is not C in place of each character that begins no token. */
final class RawTokens implements Lookahead.Source {

    /** The type of a token that is valid nowhere in a declaration. */
    static final int BAD = IToken.t_default;

    private static final String IMAGE = "@";

    private final Lookahead.Source preprocessor;
    private final CountedMacros macros;
    private boolean bad;
    private Token after;
    private IToken end;

    RawTokens(Lookahead.Source preprocessor, CountedMacros macros) {
        this.preprocessor = preprocessor;
        this.macros = macros;
    }

    /** Notes a character that begins no token, which the preprocessor drops. */
    void bad() {
        bad = true;
    }

    /** Makes a token that is not C, at the place of another. */
    static Token bad(Token place) {
        return Lookahead.as(place, BAD, IMAGE);
    }

    /** Returns whether a token represents such a character. */
    static boolean isBad(Token token) {
        return token.getType() == BAD && IMAGE.equals(token.getImage());
    }

    @Override
    public IToken next() throws EndOfFileException {
        if (after == null && end == null) {
            macros.restart();
            after = (Token) preprocessor.next();
            if (bad) {
                bad = false;
                return bad(after);
            }
        }
        IToken token = end == null ? after : end;
        after = null;
        if (token.getType() == IToken.tEND_OF_INPUT) {
            end = token;
            throw new EndOfFileException(end.getOffset());
        }
        return token;
    }
}
