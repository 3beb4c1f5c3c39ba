// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import org.eclipse.cdt.core.parser.IToken;
import org.eclipse.cdt.internal.core.parser.scanner.Token;

/** The open braces, parentheses and brackets at the parser's position. */
final class Nesting {

    private static final int MOST_OPEN = 256;
    private static final int DEEPEST = 4000;

    /** The reason for a refusal. */
    static final String TOO_DEEP = "is nested too deeply: more than " + MOST_OPEN + " brackets in one another, or "
            + DEEPEST + " tokens in a row without a comma";

    /** Innermost first. */
    private final Deque<Token> open = new ArrayDeque<>();

    /** The nesting at the brace of each {@code extern "C"}, which is withheld from the parser. */
    private final Deque<Integer> linkages = new ArrayDeque<>();

    /** The parser's depth at each of {@link #open}. */
    private final Deque<Integer> depths = new ArrayDeque<>();

    private int depth;

    /** Notes a token that is passed to the parser. */
    void pass(Token token) {
        int type = token.getType();
        switch (type) {
            case IToken.tLBRACE, IToken.tLPAREN, IToken.tLBRACKET -> {
                open.push(token);
                depths.push(++depth);
            }
            // An opening token increases the depth before its closing token does.
            case IToken.tRBRACE, IToken.tRPAREN, IToken.tRBRACKET -> {
                close(type - 1);
                depth = type == IToken.tRBRACE ? base() : depth + 1;
            }
            case IToken.tSEMI, IToken.tCOMMA -> depth = base();
            default -> depth++;
        }
    }

    /**
     * Returns whether the limit for the parser is exceeded: too many open brackets, or too many tokens without a comma
     * or semicolon. The stack of {@link DeepStack} has room for more.
     */
    boolean isTooDeep() {
        return depth > DEEPEST || open.size() > MOST_OPEN;
    }

    private int base() {
        return depths.isEmpty() ? 0 : depths.peek();
    }

    /** Returns whether a text exceeds the limit anywhere. */
    static boolean isTooDeep(List<Token> text) {
        Nesting nesting = new Nesting();
        return text.size() > MOST_OPEN
                && text.stream().anyMatch(token -> {
                    nesting.pass(token);
                    return nesting.isTooDeep();
                });
    }

    /** Closes an opening token; a brace also closes unclosed parentheses within it. */
    private void close(int type) {
        boolean closes = !open.isEmpty() && open.peek().getType() == type
                || open.stream().anyMatch(token -> token.getType() == type);
        while (closes) {
            depth = depths.pop();
            closes = open.pop().getType() != type;
        }
    }

    /** Returns 1 for an opening token, -1 for a closing one, 0 for any other. */
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

    /** Returns the open tokens, innermost first. */
    Collection<Token> open() {
        return Collections.unmodifiableCollection(open);
    }

    /** Makes the closing token for an opening one, at the place of a token. */
    static Token closing(Token opening, Token place) {
        int type = opening.getType() + 1;
        return Lookahead.as(place, type, type == IToken.tRBRACE ? "}" : type == IToken.tRPAREN ? ")" : "]");
    }

    /** Notes the opening brace of an {@code extern "C"}. */
    void beginsLinkage() {
        linkages.push(open.size());
    }

    /** Returns whether the next closing brace is that of an {@code extern "C"}, not one of C's own. */
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
