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
 * Rewrites attributes in all spellings into the parser's: one in each {@code __attribute__}, without irrelevant ones.
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

    /** Passes one attribute to the parser, its name first. */
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
     * Notes the position of the attributes that follow: after {@code struct}, {@code union} or {@code enum}, or after
     * their braces, they belong to the type.
     *
     * @param previous the type of the token before the first of them
     */
    void begin(int previous) {
        leads = switch (previous) {
            case IToken.t_struct, IToken.t_union, IToken.t_enum, IToken.tRBRACE -> false;
            default -> true;
        };
    }

    /** Passes the attributes after {@code __attribute__} to the parser. */
    void gnu(Token keyword) throws EndOfFileException {
        for (List<Token> attribute : list()) {
            add(keyword, attribute);
        }
    }

    /** Returns the relevant attributes in the following parentheses, each with its arguments. */
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
     * Passes on {@code [[gnu::packed]]} as {@code __attribute__((packed))}. Attributes of other vendors are ignored, as
     * by gcc.
     */
    void standard(Token bracket) throws EndOfFileException {
        tokens.unread(bracket);
        standardList().forEach(attribute -> add(bracket, attribute));
    }

    /** Returns the relevant attributes in the following brackets. */
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
