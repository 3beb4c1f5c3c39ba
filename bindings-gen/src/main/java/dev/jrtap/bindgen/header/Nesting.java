// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import org.eclipse.cdt.core.parser.IToken;
import org.eclipse.cdt.internal.core.parser.scanner.Token;

/** The braces, parentheses and brackets that are open where the parser is. */
final class Nesting {

    /** Innermost first. */
    private final Deque<Token> open = new ArrayDeque<>();

    /** How much was open where the brace of each {@code extern "C"} stood, which the parser is not given. */
    private final Deque<Integer> linkages = new ArrayDeque<>();

    /** Takes note of a token that the parser is given. */
    void pass(Token token) {
        int type = token.getType();
        switch (type) {
            case IToken.tLBRACE, IToken.tLPAREN, IToken.tLBRACKET -> open.push(token);
            // Each stands before what closes it.
            case IToken.tRBRACE, IToken.tRPAREN, IToken.tRBRACKET -> close(type - 1);
            default -> {}
        }
    }

    /** A brace closes the parentheses in it that somebody forgot. */
    private void close(int type) {
        boolean closes = !open.isEmpty() && open.peek().getType() == type
                || open.stream().anyMatch(token -> token.getType() == type);
        while (closes && open.pop().getType() != type) {
            continue;
        }
    }

    boolean isOutermost() {
        return open.isEmpty();
    }

    /** Returns what is open, innermost first. */
    Collection<Token> open() {
        return Collections.unmodifiableCollection(open);
    }

    /** Makes what closes an opening one, in the place of a token. */
    static Token closing(Token opening, Token place) {
        int type = opening.getType() + 1;
        return Lookahead.as(place, type, type == IToken.tRBRACE ? "}" : type == IToken.tRPAREN ? ")" : "]");
    }

    /** Takes note of the brace of an {@code extern "C"}. */
    void beginsLinkage() {
        linkages.push(open.size());
    }

    /** Returns whether the closing brace that comes next is that of an {@code extern "C"}, not one of C's own. */
    boolean endsLinkage() {
        if (linkages.isEmpty()
                || open.stream()
                        .limit(open.size() - Math.min(linkages.peek(), open.size()))
                        .anyMatch(token -> token.getType() == IToken.tLBRACE)) {
            return false;
        }
        linkages.pop();
        return true;
    }
}
