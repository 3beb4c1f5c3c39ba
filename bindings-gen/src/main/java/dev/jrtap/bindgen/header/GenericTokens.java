// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import java.util.ArrayList;
import java.util.List;
import org.eclipse.cdt.core.parser.IToken;
import org.eclipse.cdt.internal.core.parser.scanner.Token;

/**
 * Rewrites {@code _Generic}, which the parser lacks, as a call: {@code _Generic(x, int: 1, default: 2)} becomes {@code
 * NAME(x, (int) 0, 1, (void) 0, 2)}.
 */
final class GenericTokens {

    /** The called function. */
    static final String NAME = "__jrtap_generic";

    private static final String KEYWORD = "_Generic";

    private GenericTokens() {}

    /** Returns whether a token is the keyword. */
    static boolean isKeyword(Token token) {
        return token.getType() == IToken.tIDENTIFIER && KEYWORD.equals(token.getImage());
    }

    /**
     * Rewrites a selection.
     *
     * @param inner all tokens from the opening parenthesis to the closing one
     */
    static List<Token> call(Token keyword, List<Token> inner) {
        List<Token> out = new ArrayList<>();
        out.add(Lookahead.as(keyword, IToken.tIDENTIFIER, NAME));
        out.add(inner.get(0));
        List<Token> part = new ArrayList<>();
        int depth = 0;
        boolean hasType = true;
        for (Token token : inner.subList(1, inner.size())) {
            int type = token.getType();
            if (depth == 0 && type == IToken.tCOLON && !hasType) {
                out.addAll(cast(token, part));
                out.add(Lookahead.as(token, IToken.tCOMMA, ","));
                part.clear();
                hasType = true;
            } else if (depth == 0 && (type == IToken.tCOMMA || type == IToken.tRPAREN)) {
                out.addAll(nested(part));
                out.add(token);
                part.clear();
                hasType = false;
            } else {
                part.add(token);
                depth += Nesting.step(type);
            }
        }
        return out;
    }

    private static List<Token> cast(Token place, List<Token> type) {
        List<Token> out = new ArrayList<>();
        out.add(Lookahead.as(place, IToken.tLPAREN, "("));
        if (type.size() == 1 && type.get(0).getType() == IToken.t_default) {
            out.add(Lookahead.as(place, IToken.t_void, "void"));
        } else {
            out.addAll(type);
        }
        out.add(Lookahead.as(place, IToken.tRPAREN, ")"));
        out.add(Lookahead.as(place, IToken.tINTEGER, "0"));
        return out;
    }

    /** Rewrites the selections within a value. */
    private static List<Token> nested(List<Token> tokens) {
        List<Token> out = new ArrayList<>();
        for (int i = 0; i < tokens.size(); i++) {
            int end = isKeyword(tokens.get(i)) ? end(tokens, i + 1) : -1;
            if (end > 0) {
                out.addAll(call(tokens.get(i), tokens.subList(i + 1, end)));
                i = end - 1;
            } else {
                out.add(tokens.get(i));
            }
        }
        return out;
    }

    /** Returns the index after the parenthesis that closes the one at {@code from}; -1 if there is none. */
    private static int end(List<Token> tokens, int from) {
        int depth = 0;
        for (int i = from; i < tokens.size(); i++) {
            int type = tokens.get(i).getType();
            depth += type == IToken.tLPAREN ? 1 : type == IToken.tRPAREN ? -1 : 0;
            if (depth == 0) {
                return type == IToken.tRPAREN ? i + 1 : -1;
            }
        }
        return -1;
    }
}
