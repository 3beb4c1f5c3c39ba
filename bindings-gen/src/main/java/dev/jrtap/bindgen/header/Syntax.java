// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import org.eclipse.cdt.core.dom.ast.IASTCompositeTypeSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTDeclSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTDeclarator;
import org.eclipse.cdt.core.dom.ast.IASTEnumerationSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTToken;
import org.eclipse.cdt.core.dom.ast.IASTTokenList;

/** Helpers for information that the parser's nodes give only indirectly. */
public final class Syntax {

    private Syntax() {}

    /** Returns the text of an attribute's arguments. */
    public static String tokens(IASTToken token) {
        if (token == null) {
            return "";
        }
        if (token instanceof IASTTokenList list) {
            StringBuilder text = new StringBuilder();
            for (IASTToken part : list.getTokens()) {
                text.append(tokens(part)).append(' ');
            }
            return text.toString();
        }
        return new String(token.getTokenCharImage());
    }

    /** Returns the declarator that contains the name, inside parentheses. */
    public static IASTDeclarator innermost(IASTDeclarator declarator) {
        IASTDeclarator inner = declarator;
        while (inner.getNestedDeclarator() != null) {
            inner = inner.getNestedDeclarator();
        }
        return inner;
    }

    /** Returns the tag of a struct, a union or an enum; empty if it has none. */
    public static String tag(IASTDeclSpecifier type) {
        return type instanceof IASTCompositeTypeSpecifier composite
                ? composite.getName().toString()
                : ((IASTEnumerationSpecifier) type).getName().toString();
    }

    /** Returns the index of the parameter that an identifier in a macro's body represents; -1 if it represents none. */
    public static int parameter(String identifier) {
        // A parameter that ## has pasted to something is not one any more.
        return identifier.startsWith(Probes.PARAMETER) && identifier.matches(Probes.PARAMETER + "\\d+" + Probes.END)
                ? Integer.parseInt(
                        identifier.substring(Probes.PARAMETER.length(), identifier.length() - Probes.END.length()))
                : -1;
    }
}
