// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.header.Declarations;
import java.util.List;
import org.eclipse.cdt.core.dom.ast.IASTAttribute;
import org.eclipse.cdt.core.dom.ast.IASTAttributeOwner;
import org.eclipse.cdt.core.dom.ast.IASTExpression;
import org.eclipse.cdt.core.dom.ast.IASTNode;

/**
 * The meaning of the attributes that touch a layout: {@code packed}, {@code aligned(n)} and {@code mode(m)}.
 *
 * <p>Source: gcc manual, "Common Variable Attributes", "Common Type Attributes".
 */
final class Attributes {

    private static final int BIGGEST_ALIGNMENT = 16;
    private static final int LARGEST_POSSIBLE = 1 << 28;
    private static final List<String> REFUSED = List.of("ms_struct", "scalar_storage_order", "vector_size");

    private Attributes() {}

    static boolean has(IASTNode node, String name) {
        return find(node, name) != null;
    }

    /** The alignment asked for, in bytes, the largest of several; 0 if none is. */
    static int aligned(IASTNode node, Types types) {
        int asked = 0;
        if (node instanceof IASTAttributeOwner owner) {
            for (IASTAttribute attribute : owner.getAttributes()) {
                if (isNamed(attribute, "aligned")) {
                    asked = Math.max(asked, alignment(node, attribute, types));
                }
            }
        }
        return asked;
    }

    private static int alignment(IASTNode node, IASTAttribute attribute, Types types) {
        String argument =
                inner(Declarations.tokens(attribute.getArgumentClause()).trim());
        if (argument.isEmpty()) {
            return BIGGEST_ALIGNMENT;
        }
        IASTExpression expression = types.declarations().expression(argument);
        long value = expression == null ? -1 : types.constant(expression);
        if (Long.bitCount(value) != 1 || value < 1 || value > LARGEST_POSSIBLE) {
            throw new BindgenException(types.place(node) + ": an alignment that is no power of two: " + argument);
        }
        return (int) value;
    }

    /** The integer type that {@code mode} makes of another, or that type. */
    static CType moded(IASTNode node, CType type, Types types) {
        IASTAttribute attribute = find(node, "mode");
        if (attribute == null || !(type.bare() instanceof CType.Int integer)) {
            return type;
        }
        String mode = inner(Declarations.tokens(attribute.getArgumentClause()).trim())
                .replace("_", "")
                .trim();
        int bytes = switch (mode) {
            case "QI", "byte" -> 1;
            case "HI" -> 2;
            case "SI" -> 4;
            case "DI", "word", "pointer" -> 8;
            case "TI" -> 16;
            default -> throw new BindgenException(types.place(node) + ": mode(" + mode + ") is not known");
        };
        String name = switch (bytes) {
            case 1 -> "char";
            case 2 -> "short";
            case 4 -> "int";
            case 8 -> "long";
            default -> "__int128";
        };
        return new CType.Int(
                (integer.signed() ? bytes == 1 ? "signed " : "" : "unsigned ") + name, bytes, integer.signed());
    }

    /** Throws for an attribute that lays a struct out in a way that is not known here. */
    static void refuseOtherLayouts(IASTNode node, Types types) {
        for (String name : REFUSED) {
            if (has(node, name)) {
                throw new BindgenException(types.place(node) + ": __attribute__((" + name + ")) is not supported");
            }
        }
    }

    private static IASTAttribute find(IASTNode node, String name) {
        if (node instanceof IASTAttributeOwner owner) {
            for (IASTAttribute attribute : owner.getAttributes()) {
                if (isNamed(attribute, name)) {
                    return attribute;
                }
            }
        }
        return null;
    }

    private static boolean isNamed(IASTAttribute attribute, String name) {
        String found = new String(attribute.getName());
        return found.equals(name) || found.equals("__" + name + "__");
    }

    private static String inner(String text) {
        return text.startsWith("(") && text.endsWith(")")
                ? text.substring(1, text.length() - 1).trim()
                : text;
    }
}
