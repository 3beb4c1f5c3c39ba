// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import java.util.Map;
import org.eclipse.cdt.core.parser.IGCCToken;
import org.eclipse.cdt.core.parser.IToken;
import org.eclipse.cdt.internal.core.parser.scanner.Token;

/**
 * Finds where structs, unions and enums are defined among the tokens that the parser is given, so that none is lost
 * that stands within a {@code typeof}, the bound of an array or a parameter.
 */
final class Definitions {

    private final Map<Integer, String> found;
    private Token keyword;
    private String tag;
    private int level;

    /** Puts the offset of each keyword and the tag after it into {@code found}. */
    Definitions(Map<Integer, String> found) {
        this.found = found;
    }

    /**
     * Takes note of a token that the parser is given.
     *
     * @param open how many braces, parentheses and brackets are open after it
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

    /** Only a tag and attributes stand between the keyword and the brace. */
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
