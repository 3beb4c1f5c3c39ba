// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import java.util.List;
import java.util.function.Consumer;
import org.eclipse.cdt.core.parser.EndOfFileException;
import org.eclipse.cdt.core.parser.IGCCToken;
import org.eclipse.cdt.core.parser.IToken;
import org.eclipse.cdt.internal.core.parser.scanner.Token;

/** Replaces type names that the parser's grammar lacks by types that it has, with an attribute. */
final class TypeWords {

    /** The attribute that represents {@code _Atomic}. */
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
     * Replaces {@code _Atomic(type)}, which names a type, or {@code _Atomic}, which qualifies one; on a pointer it
     * changes nothing.
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

    /** Replaces an unsupported type by an int with an unknown attribute, which is refused later. */
    void unsupported(Token token, Token reason) throws EndOfFileException {
        if (tokens.next(IToken.tLPAREN)) {
            tokens.balanced();
        }
        attributes.add(token, List.of(Lookahead.as(token, IToken.tIDENTIFIER, new String(reason.getCharImage()))));
        out.accept(Lookahead.as(token, IToken.t_int, "int"));
    }

    /**
     * Replaces a floating-point type that the parser takes for a typedef's name, so that it would drop {@code _Complex}
     * beside it.
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
