// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import java.util.Map;
import org.eclipse.cdt.core.parser.IGCCToken;
import org.eclipse.cdt.core.parser.IToken;
import org.eclipse.cdt.internal.core.parser.scanner.Token;

/**
 * Finds definitions of structs, unions and enums in the parser's tokens, so that those within a {@code typeof}, an
 * array's bound or a parameter are not lost.
 */
final class Definitions {

    private final Map<Integer, String> found;
    private Token keyword;
    private String tag;
    private int level;

    /** Stores the offset of each keyword and the tag after it in {@code found}. */
    Definitions(Map<Integer, String> found) {
        this.found = found;
    }

    /**
     * Notes a token that is passed to the parser.
     *
     * @param open the number of open braces, parentheses and brackets after the token
     */
    void pass(Token token, int open) {
        int type = token.getType();
        if (type == IToken.t_struct || type == IToken.t_union || type == IToken.t_enum) {
            keyword = token;
            tag = "";
            level = open;
        } else if (keyword != null) {
            if (type == IToken.tLBRACE && open == level + 1) {
                found.put(keyword.getOffset(), tag);
                keyword = null;
            } else if (open < level) {
                keyword = null;
            } else if (open == level) {
                named(token);
            }
        }
    }

    /** Processes a token after the keyword: only a tag and attributes may precede the brace. */
    private void named(Token token) {
        switch (token.getType()) {
            case IToken.tIDENTIFIER -> {
                keyword = tag.isEmpty() ? keyword : null;
                tag = token.getImage();
            }
            case IGCCToken.t__attribute__, IToken.tRPAREN -> {}
            default -> keyword = null;
        }
    }
}
