// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.header.Declarations;
import dev.jrtap.bindgen.header.Syntax;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.eclipse.cdt.core.dom.ast.IASTAlignmentSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTAttribute;
import org.eclipse.cdt.core.dom.ast.IASTAttributeOwner;
import org.eclipse.cdt.core.dom.ast.IASTCompositeTypeSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTDeclSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTDeclarator;
import org.eclipse.cdt.core.dom.ast.IASTEnumerationSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTExpression;
import org.eclipse.cdt.core.dom.ast.IASTNode;

/**
 * The meaning of the attributes that affect a layout: {@code packed}, {@code aligned(n)} and {@code mode(m)}. The
 * parser does not get irrelevant ones; any other is refused.
 *
 * <p>Source: gcc manual, "Common Variable Attributes", "Common Type Attributes".
 */
final class Attributes {

    private static final int BIGGEST_ALIGNMENT = 16;
    private static final int LARGEST_POSSIBLE = 1 << 28;

    /** The attribute by which {@link dev.jrtap.bindgen.header.HeaderParser} replaces {@code _Atomic}. */
    private static final String ATOMIC = "jrtap_atomic";

    /** Attributes that are obeyed on a declaration, and those that gcc ignores where they do not apply. */
    private static final Set<String> OF_DECLARATIONS =
            Set.of("packed", "aligned", "mode", "transparent_union", "syscall", "jrtap_symbol", ATOMIC);

    /** Attributes that represent a type, or a part of one, that the parser does not know. */
    private static final Set<String> TYPES = Set.of("_BitInt", "_Complex", "_Decimal32", "_Decimal64", "_Decimal128");

    private static final Set<String> OF_STRUCTS = Set.of("packed", "aligned", "transparent_union", ATOMIC);
    private static final Set<String> OF_ENUMS = Set.of("packed", ATOMIC);

    private Attributes() {}

    static boolean has(IASTNode node, String name) {
        return find(node, name) != null;
    }

    /** Returns whether the type that a specifier defines is packed itself. */
    static boolean isPacked(IASTDeclSpecifier definition, Types types) {
        IASTAttribute packed = find(definition, "packed");
        return packed != null && !types.declarations().isLeading(packed);
    }

    /** Returns whether a declared object is packed, independently of its type. */
    static boolean packs(IASTDeclSpecifier specifier, Types types) {
        return has(specifier, "packed") && !(isDefinition(specifier) && isPacked(specifier, types));
    }

    /** Returns the alignment that a declarator requests, in bytes, the largest of several; 0 if there is none. */
    static int aligned(IASTDeclarator declarator, Types types) {
        return largest(aligned(declarator, attribute -> true, types));
    }

    /**
     * Returns the alignment that the definition of a struct or union requests for the type, in bytes; of several, the
     * last one counts.
     */
    static int aligned(IASTCompositeTypeSpecifier definition, Types types) {
        return last(aligned(definition, attribute -> !types.declarations().isLeading(attribute), types));
    }

    /**
     * Returns the alignment that a typedef requests, in bytes, which can be lower than its type's; 0 if there is none.
     * Of several, the last one counts, and those of the specifier come after those of the declarator.
     */
    static int alignedType(Declarations.Typed typedef, Types types) {
        int asked = last(aligned(typedef.specifier(), types));
        return asked > 0 ? asked : last(aligned(typedef.declarator(), attribute -> true, types));
    }

    /** Returns the alignment, in bytes, that a specifier requests for the declared object. */
    static int aligns(IASTDeclSpecifier specifier, Types types) {
        return largest(aligned(specifier, types));
    }

    private static List<Integer> aligned(IASTDeclSpecifier specifier, Types types) {
        boolean defines = isDefinition(specifier);
        return aligned(specifier, attribute -> !defines || types.declarations().isLeading(attribute), types);
    }

    private static List<Integer> aligned(IASTAttributeOwner owner, Predicate<IASTAttribute> wanted, Types types) {
        List<Integer> asked = new ArrayList<>();
        for (IASTAttribute attribute : owner.getAttributes()) {
            if (isNamed(attribute, "aligned") && wanted.test(attribute)) {
                asked.add(alignment(owner, attribute, types));
            }
        }
        return asked;
    }

    private static int largest(List<Integer> asked) {
        return asked.stream().max(Integer::compare).orElse(0);
    }

    private static int last(List<Integer> asked) {
        return asked.isEmpty() ? 0 : asked.get(asked.size() - 1);
    }

    private static boolean isDefinition(IASTDeclSpecifier specifier) {
        return specifier instanceof IASTCompositeTypeSpecifier || specifier instanceof IASTEnumerationSpecifier;
    }

    /**
     * Returns the alignment that {@code _Alignas} requests, in bytes; 0 if there is none. The parser keeps it only in
     * this deprecated place.
     */
    @SuppressWarnings("deprecation")
    static int alignas(IASTDeclSpecifier specifier, Types types) {
        int asked = 0;
        for (IASTAlignmentSpecifier one : specifier.getAlignmentSpecifiers()) {
            long value = one.getTypeId() == null
                    ? types.constant(one.getExpression())
                    : types.of(one.getTypeId()).align();
            if (value != 0) {
                asked = Math.max(asked, checked(value, one, one.getRawSignature(), types));
            }
        }
        return asked;
    }

    private static int alignment(IASTNode node, IASTAttribute attribute, Types types) {
        String argument = Syntax.tokens(attribute.getArgumentClause()).trim();
        if (argument.isEmpty()) {
            return BIGGEST_ALIGNMENT;
        }
        IASTExpression expression = types.declarations().expression(argument);
        long value = expression == null ? -1 : types.constant(expression);
        return checked(value, node, argument, types);
    }

    private static int checked(long value, IASTNode node, String text, Types types) {
        if (Long.bitCount(value) != 1 || value < 1 || value > LARGEST_POSSIBLE) {
            throw new BindgenException(types.place(node) + ": an alignment must be a power of two: " + text);
        }
        return (int) value;
    }

    /** Returns the type that an attribute "mode" turns a type into; the type itself without one. */
    static CType moded(IASTNode node, CType type, Types types) {
        IASTAttribute attribute = find(node, "mode");
        if (attribute == null) {
            return type;
        }
        String mode =
                Syntax.tokens(attribute.getArgumentClause()).replace("_", "").trim();
        CType made = type.bare() instanceof CType.Int integer
                ? integer(mode, integer.signed())
                : type.bare() instanceof CType.Real ? real(mode) : null;
        if (made == null) {
            throw new BindgenException(types.place(node) + ": mode(" + mode + ") is not known for " + type);
        }
        return made;
    }

    private static CType integer(String mode, boolean signed) {
        String sign = signed ? "" : "unsigned ";
        return switch (mode) {
            case "QI", "byte" -> new CType.Int((signed ? "signed " : sign) + "char", 1, signed);
            case "HI" -> new CType.Int(sign + "short", 2, signed);
            case "SI" -> new CType.Int(sign + "int", 4, signed);
            case "DI", "word", "pointer" -> new CType.Int(sign + "long", 8, signed);
            case "TI" -> new CType.Int(sign + "__int128", 16, signed);
            default -> null;
        };
    }

    private static CType real(String mode) {
        return mode.equals("SF") ? Reals.FLOAT : mode.equals("DF") ? Reals.DOUBLE : null;
    }

    /** Throws if a struct, union or enum has an attribute that is not supported. */
    static void refuseUnknown(IASTDeclSpecifier specifier, Types types) {
        Set<String> known = specifier instanceof IASTEnumerationSpecifier ? OF_ENUMS : OF_STRUCTS;
        refuseUnknown(specifier, attribute -> !types.declarations().isLeading(attribute), known, types);
        refuseLost(specifier, types);
    }

    /**
     * Throws if a declaration has an attribute that is not supported: on the specifier, on the declarator, or one that
     * the parser drops between the two.
     */
    static void refuseUnknown(IASTDeclSpecifier specifier, IASTDeclarator declarator, Types types) {
        refuseUnknown(specifier, attribute -> true, OF_DECLARATIONS, types);
        for (IASTDeclarator at = declarator; at != null; at = at.getNestedDeclarator()) {
            refuseUnknown(at, attribute -> true, OF_DECLARATIONS, types);
            if (at != declarator && has(at, "mode")) {
                throw refused("mode", at, types);
            }
        }
        if (specifier.getParent() != null) {
            refuseLost(specifier.getParent(), types);
        }
    }

    private static void refuseLost(IASTNode node, Types types) {
        String lost = types.declarations().lostAttribute(node);
        if (lost != null) {
            throw refused(lost, node, types);
        }
    }

    private static void refuseUnknown(
            IASTAttributeOwner owner, Predicate<IASTAttribute> meant, Set<String> known, Types types) {
        for (IASTAttribute attribute : owner.getAttributes()) {
            String name = String.valueOf(attribute.getName()).replaceFirst("^__(\\w+?)__$", "$1");
            if (!known.contains(name) && meant.test(attribute)) {
                throw refused(name, owner, types);
            }
        }
    }

    private static BindgenException refused(String name, IASTNode node, Types types) {
        return new BindgenException(types.place(node)
                + (TYPES.contains(name)
                        ? ": a type of " + name + " is not supported"
                        : ": __attribute__((" + name + ")) is not supported"));
    }

    /**
     * Returns the type that {@code _Atomic} turns a type into: of the same size, and aligned to it if it is a
     * register's.
     */
    static CType atomic(IASTNode node, CType type) {
        long size = has(node, ATOMIC) ? type.size() : 0;
        boolean raised = size <= 16 && Long.bitCount(size) == 1 && size > type.align();
        if (raised && type instanceof CType.Aggregate plain) {
            return new CType.Aggregate(plain.keyword(), plain.tag(), size, (int) size, plain.members());
        }
        return raised ? new CType.Named(type.toString(), type, (int) size) : type;
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
}
