// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import java.util.List;
import java.util.function.Consumer;
import org.eclipse.cdt.core.parser.EndOfFileException;
import org.eclipse.cdt.core.parser.IGCCToken;
import org.eclipse.cdt.core.parser.IToken;
import org.eclipse.cdt.internal.core.parser.scanner.Token;

/** Words of types that the parser's grammar does not have, as types that it has, with an attribute. */
final class TypeWords {

    /** An attribute that stands for {@code _Atomic}. */
    static final String ATOMIC = "jrtap_atomic";

    private final Lookahead tokens;
    private final AttributeTokens attributes;
    private final Consumer<Token> out;

    TypeWords(Lookahead tokens, AttributeTokens attributes, Consumer<Token> out) {
        this.tokens = tokens;
        this.attributes = attributes;
        this.out = out;
    }

    /**
     * {@code _Atomic(type)} names a type, {@code _Atomic} alone qualifies one; on a pointer it changes nothing.
     *
     * @param previous the type of the token before it
     */
    void atomic(Token token, int previous) {
        if (previous != IToken.tSTAR) {
            attributes.add(token, List.of(Lookahead.as(token, IToken.tIDENTIFIER, ATOMIC)));
        }
        if (tokens.next(IToken.tLPAREN)) {
            out.accept(Lookahead.as(token, IGCCToken.t_typeof, "__typeof__"));
        }
    }

    /** A type that is not known here, as an int with an attribute that nobody knows either. */
    void unsupported(Token token, Token reason) throws EndOfFileException {
        if (tokens.next(IToken.tLPAREN)) {
            tokens.balanced();
        }
        attributes.add(token, List.of(Lookahead.as(token, IToken.tIDENTIFIER, new String(reason.getCharImage()))));
        out.accept(Lookahead.as(token, IToken.t_int, "int"));
    }

    /**
     * A floating-point type that the parser takes for the name of one, so that it drops {@code _Complex} beside it.
     *
     * @param complex the {@code _Complex} before it; {@code null} if there is none
     */
    void real(Token token, Token complex) throws EndOfFileException {
        if (tokens.next(IToken.t__Complex)) {
            unsupported(token, tokens.read());
        } else if (complex != null) {
            unsupported(token, complex);
        } else {
            out.accept(token);
        }
    }
}
