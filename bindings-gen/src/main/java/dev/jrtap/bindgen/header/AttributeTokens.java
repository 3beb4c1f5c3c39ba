// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.eclipse.cdt.core.parser.EndOfFileException;
import org.eclipse.cdt.core.parser.IGCCToken;
import org.eclipse.cdt.core.parser.IToken;
import org.eclipse.cdt.internal.core.parser.scanner.Token;

/**
 * Attributes in all spellings, made such as the parser takes: one in each {@code __attribute__}, without those of no
 * consequence.
 */
final class AttributeTokens {

    private final Lookahead tokens;
    private final Asides asides;
    private final Consumer<Token> out;
    private boolean leads;

    AttributeTokens(Lookahead tokens, Asides asides, Consumer<Token> out) {
        this.tokens = tokens;
        this.asides = asides;
        this.out = out;
    }

    /** Gives the parser one attribute, its name first. */
    void add(Token at, List<Token> attribute) {
        if (leads) {
            asides.leading.add(attribute.get(0).getOffset());
        }
        asides.attributes.put(
                attribute.get(0).getOffset(),
                KnownAttributes.plain(new String(attribute.get(0).getCharImage())));
        out.accept(Lookahead.as(at, IGCCToken.t__attribute__, "__attribute__"));
        out.accept(Lookahead.as(at, IToken.tLPAREN, "("));
        out.accept(Lookahead.as(at, IToken.tLPAREN, "("));
        attribute.forEach(out);
        out.accept(Lookahead.as(at, IToken.tRPAREN, ")"));
        out.accept(Lookahead.as(at, IToken.tRPAREN, ")"));
    }

    /**
     * Takes note of where the attributes that come next stand: after {@code struct} and its like, or after their
     * braces, they are the type's.
     *
     * @param previous the type of the token before the first of them
     */
    void begin(int previous) {
        leads = switch (previous) {
            case IToken.t_struct, IToken.t_union, IToken.t_enum, IToken.tRBRACE -> false;
            default -> true;
        };
    }

    /** Passes on what follows {@code __attribute__}. */
    void gnu(Token keyword) throws EndOfFileException {
        for (List<Token> attribute : list()) {
            add(keyword, attribute);
        }
    }

    /** Returns the attributes with a meaning between the parentheses that follow, each with its arguments. */
    List<List<Token>> list() throws EndOfFileException {
        if (!tokens.next(IToken.tLPAREN)) {
            return List.of();
        }
        List<Token> all = tokens.balanced();
        int from = all.size() > 1 && all.get(1).getType() == IToken.tLPAREN ? 2 : 1;
        return split(all.subList(from, Math.max(from, all.size() - from)));
    }

    private static List<List<Token>> split(List<Token> tokens) {
        List<List<Token>> attributes = new ArrayList<>();
        List<Token> one = new ArrayList<>();
        int depth = 0;
        for (Token token : tokens) {
            int type = token.getType();
            depth += type == IToken.tLPAREN ? 1 : type == IToken.tRPAREN ? -1 : 0;
            if (type == IToken.tCOMMA && depth == 0) {
                attributes.add(one);
                one = new ArrayList<>();
            } else {
                one.add(token);
            }
        }
        attributes.add(one);
        attributes.removeIf(attribute -> attribute.isEmpty()
                || KnownAttributes.isIrrelevant(
                        KnownAttributes.plain(new String(attribute.get(0).getCharImage()))));
        return attributes;
    }

    /**
     * {@code [[gnu::packed]]} is {@code __attribute__((packed))}; of other vendors, gcc reads over them, and so do we.
     */
    void standard(Token bracket) throws EndOfFileException {
        tokens.unread(bracket);
        standardList().forEach(attribute -> add(bracket, attribute));
    }

    /** Returns the attributes with a meaning between the brackets that follow. */
    List<List<Token>> standardList() throws EndOfFileException {
        List<Token> all = tokens.balanced();
        List<Token> inner = new ArrayList<>();
        String vendor = "";
        for (Token token : all.subList(2, Math.max(2, all.size() - 2))) {
            int type = token.getType();
            if (type == IToken.tCOLONCOLON || type == IToken.tCOLON) {
                if (!inner.isEmpty() && inner.get(inner.size() - 1).getType() == IToken.tIDENTIFIER) {
                    vendor = new String(inner.remove(inner.size() - 1).getCharImage());
                }
            } else {
                inner.add(token);
            }
        }
        return vendor.isEmpty() || KnownAttributes.plain(vendor).equals("gnu") ? split(inner) : List.of();
    }
}
