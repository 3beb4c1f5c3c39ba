// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import org.eclipse.cdt.core.dom.ast.IASTAttribute;
import org.eclipse.cdt.core.dom.ast.IASTAttributeOwner;
import org.eclipse.cdt.core.dom.ast.IASTNode;
import org.eclipse.cdt.core.dom.ast.IASTToken;
import org.eclipse.cdt.core.dom.ast.IASTTokenList;

/** The meaning of {@code __attribute__((packed))} and {@code ((aligned(n)))}; others do not touch a layout. */
final class Attributes {

    private static final int BIGGEST_ALIGNMENT = 16;

    private Attributes() {}

    static boolean has(IASTNode node, String name) {
        return find(node, name) != null;
    }

    /** The alignment asked for, in bytes; 0 if none is. */
    static int aligned(IASTNode node, Types types) {
        IASTAttribute attribute = find(node, "aligned");
        if (attribute == null) {
            return 0;
        }
        String argument = text(attribute.getArgumentClause()).replaceAll("[()\\s]", "");
        if (argument.isEmpty()) {
            return BIGGEST_ALIGNMENT;
        }
        if (argument.matches("\\d+")) {
            return Integer.parseInt(argument);
        }
        throw new dev.jrtap.bindgen.BindgenException(
                types.place(node) + ": an alignment that is no number: " + argument);
    }

    private static IASTAttribute find(IASTNode node, String name) {
        if (node instanceof IASTAttributeOwner owner) {
            for (IASTAttribute attribute : owner.getAttributes()) {
                String found = new String(attribute.getName());
                if (found.equals(name) || found.equals("__" + name + "__")) {
                    return attribute;
                }
            }
        }
        return null;
    }

    private static String text(IASTToken token) {
        if (token == null) {
            return "";
        }
        if (token instanceof IASTTokenList list) {
            StringBuilder text = new StringBuilder();
            for (IASTToken part : list.getTokens()) {
                text.append(text(part));
            }
            return text.toString();
        }
        return new String(token.getTokenCharImage());
    }
}
