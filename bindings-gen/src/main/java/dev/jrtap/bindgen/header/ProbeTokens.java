// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import java.util.ArrayList;
import java.util.List;
import org.eclipse.cdt.core.parser.EndOfFileException;
import org.eclipse.cdt.core.parser.IGCCToken;
import org.eclipse.cdt.core.parser.IToken;
import org.eclipse.cdt.internal.core.parser.scanner.Token;

/** Reads the text of a macro in a probe, from {@code =} to the word that ends it. */
final class ProbeTokens {

    private final Lookahead tokens;
    private final List<Token> text = new ArrayList<>();
    private int depth;
    private boolean isExpression = true;

    ProbeTokens(Lookahead tokens) {
        this.tokens = tokens;
    }

    /** Returns the text's tokens; empty if they are obviously not an expression. */
    List<Token> read() throws EndOfFileException {
        for (Token token = tokens.read(); !isWord(token, Dialect.END_OF_PROBE); token = tokens.read()) {
            if (GenericTokens.isKeyword(token) && tokens.next(IToken.tLPAREN)) {
                text.addAll(GenericTokens.call(token, tokens.balanced()));
            } else if (isWord(token, Dialect.PRAGMA) && tokens.next(IToken.tLPAREN)) {
                // A _Pragma in the text only warns about the macro's use.
                tokens.balanced();
            } else {
                add(token);
            }
        }
        return isExpression && depth == 0 ? text : List.of();
    }

    private void add(Token token) {
        text.add(renamed(token));
        switch (token.getType()) {
            case IToken.tLPAREN, IToken.tLBRACKET -> depth++;
            case IToken.tRPAREN, IToken.tRBRACKET -> depth--;
            case IToken.tSEMI, IToken.tLBRACE, IToken.tRBRACE -> isExpression = false;
            default -> {}
        }
        isExpression &= depth > 0 || text.size() < 2 || token.getType() == IToken.tRPAREN;
    }

    private static boolean isWord(Token token, String word) {
        return token.getType() == IToken.tIDENTIFIER && token.getImage().equals(word);
    }

    /** Returns a word of C23 in the spelling of C11 or gcc. */
    static Token renamed(Token token) {
        return token.getType() != IToken.tIDENTIFIER
                ? token
                : switch (new String(token.getCharImage())) {
                    case "alignas" -> Lookahead.as(token, IToken.t__Alignas, "_Alignas");
                    case "alignof" -> Lookahead.as(token, IToken.t__Alignof, "_Alignof");
                    case "typeof_unqual", "__typeof_unqual__" -> Lookahead.as(token, IGCCToken.t_typeof, "__typeof__");
                    default -> token;
                };
    }
}
