// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.eclipse.cdt.core.parser.EndOfFileException;
import org.eclipse.cdt.core.parser.IGCCToken;
import org.eclipse.cdt.core.parser.IToken;
import org.eclipse.cdt.internal.core.parser.scanner.Token;

/** Reads the head of an enum and removes the parts that the parser does not support. */
final class EnumTokens {

    private final Lookahead tokens;
    private final AttributeTokens attributes;
    private final Asides asides;
    private final Consumer<Token> out;

    EnumTokens(Lookahead tokens, AttributeTokens attributes, Asides asides, Consumer<Token> out) {
        this.tokens = tokens;
        this.attributes = attributes;
        this.asides = asides;
        this.out = out;
    }

    /** Reads {@code enum tag : type}, and attributes around the tag. */
    void read(Token keyword, boolean outermost) throws EndOfFileException {
        List<Token> lost = new ArrayList<>();
        while (tokens.next(IGCCToken.t__attribute__) || isStandard()) {
            boolean standard = isStandard();
            if (!standard) {
                tokens.read();
            }
            (standard ? attributes.standardList() : attributes.list()).forEach(attribute -> lost.add(attribute.get(0)));
        }
        for (Token name : lost) {
            String attribute = KnownAttributes.plain(new String(name.getCharImage()));
            if (attribute.equals("packed")) {
                asides.packedEnums.add(keyword.getOffset());
            } else {
                asides.attributes.put(name.getOffset(), attribute);
            }
        }
        out.accept(keyword);
        boolean hasTag = tokens.next(IToken.tIDENTIFIER);
        Token colon = tokens.peek(hasTag ? 1 : 0);
        if (colon == null || colon.getType() != IToken.tCOLON) {
            return;
        }
        StringBuilder type = new StringBuilder();
        int end = hasTag ? 2 : 1;
        for (Token token = tokens.peek(end); isOfType(token); token = tokens.peek(++end)) {
            type.append(token.getCharImage()).append(' ');
        }
        Token after = tokens.peek(end);
        boolean isForward = after != null && after.getType() == IToken.tSEMI && outermost;
        if (type.length() > 0 && (isForward || after != null && after.getType() == IToken.tLBRACE)) {
            asides.isC23 = true;
            asides.enumTypes.put(keyword.getOffset(), type.toString().trim());
            if (hasTag) {
                out.accept(tokens.read());
            }
            for (int i = hasTag ? 1 : 0; i < end; i++) {
                tokens.read();
            }
        }
    }

    private boolean isStandard() throws EndOfFileException {
        Token second = tokens.peek(1);
        return tokens.next(IToken.tLBRACKET) && second != null && second.getType() == IToken.tLBRACKET;
    }

    private static boolean isOfType(Token token) {
        return token != null
                && switch (token.getType()) {
                    case IToken.tIDENTIFIER,
                            IToken.t_char,
                            IToken.t_short,
                            IToken.t_int,
                            IToken.t_long,
                            IToken.t_signed,
                            IToken.t_unsigned,
                            IToken.t_float,
                            IToken.t_double,
                            IToken.t__Bool -> true;
                    default -> false;
                };
    }
}
