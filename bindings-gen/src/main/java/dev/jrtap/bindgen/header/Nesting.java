// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import org.eclipse.cdt.core.parser.IToken;
import org.eclipse.cdt.internal.core.parser.scanner.Token;

/** The braces, parentheses and brackets that are open where the parser is. */
final class Nesting {

    private static final int MOST_OPEN = 256;
    private static final int DEEPEST = 4000;

    /** Why something is refused. */
    static final String TOO_DEEP = "is nested too deeply: more than " + MOST_OPEN + " brackets in one another, or "
            + DEEPEST + " tokens in a row without a comma";

    /** Innermost first. */
    private final Deque<Token> open = new ArrayDeque<>();

    /** How much was open where the brace of each {@code extern "C"} stood, which the parser is not given. */
    private final Deque<Integer> linkages = new ArrayDeque<>();

    /** How deep the parser was where each of {@link #open} stood. */
    private final Deque<Integer> depths = new ArrayDeque<>();

    private int depth;

    /** Takes note of a token that the parser is given. */
    void pass(Token token) {
        int type = token.getType();
        switch (type) {
            case IToken.tLBRACE, IToken.tLPAREN, IToken.tLBRACKET -> {
                open.push(token);
                depths.push(++depth);
            }
            // Each stands before what closes it.
            case IToken.tRBRACE, IToken.tRPAREN, IToken.tRBRACKET -> {
                close(type - 1);
                depth = type == IToken.tRBRACE ? base() : depth + 1;
            }
            case IToken.tSEMI, IToken.tCOMMA -> depth = base();
            default -> depth++;
        }
    }

    /**
     * Returns whether this is deeper than the parser is let go, whose stack, {@link DeepStack}, has room for more: many
     * brackets are open, or many tokens follow that no comma or semicolon has ended.
     */
    boolean isTooDeep() {
        return depth > DEEPEST || open.size() > MOST_OPEN;
    }

    private int base() {
        return depths.isEmpty() ? 0 : depths.peek();
    }

    /** Returns whether a text is too deep for the parser somewhere. */
    static boolean isTooDeep(List<Token> text) {
        Nesting nesting = new Nesting();
        return text.size() > MOST_OPEN
                && text.stream().anyMatch(token -> {
                    nesting.pass(token);
                    return nesting.isTooDeep();
                });
    }

    /** A brace closes the parentheses in it that somebody forgot. */
    private void close(int type) {
        boolean closes = !open.isEmpty() && open.peek().getType() == type
                || open.stream().anyMatch(token -> token.getType() == type);
        while (closes) {
            depth = depths.pop();
            closes = open.pop().getType() != type;
        }
    }

    /** Returns 1 for what opens, -1 for what closes, 0 for any other token. */
    static int step(int type) {
        return switch (type) {
            case IToken.tLPAREN, IToken.tLBRACKET, IToken.tLBRACE -> 1;
            case IToken.tRPAREN, IToken.tRBRACKET, IToken.tRBRACE -> -1;
            default -> 0;
        };
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
