// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.eclipse.cdt.core.dom.ast.ASTVisitor;
import org.eclipse.cdt.core.dom.ast.IASTAttribute;
import org.eclipse.cdt.core.dom.ast.IASTAttributeOwner;
import org.eclipse.cdt.core.dom.ast.IASTDeclSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTDeclarator;
import org.eclipse.cdt.core.dom.ast.IASTEnumerationSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTFileLocation;
import org.eclipse.cdt.core.dom.ast.IASTNode;
import org.eclipse.cdt.internal.core.dom.parser.ASTNode;

/** What stands in a unit and has no place in the parser's grammar, by its offset. */
final class Asides {

    /** Up to where a declaration goes, its place and its text, and why it cannot be read. */
    record Broken(int end, IASTFileLocation place, String text, String reason) {}

    /** Attributes with a meaning: the name by the offset of the name. */
    final NavigableMap<Integer, String> attributes = new TreeMap<>();

    /** Attributes before {@code struct}, {@code union} or {@code enum}, which what is declared has, not the type. */
    final Set<Integer> leading = new HashSet<>();

    /** The type that an enum is given (C23), by the offset of {@code enum}. */
    final NavigableMap<Integer, String> enumTypes = new TreeMap<>();

    /** Enums with {@code packed} before the tag, by the offset of {@code enum}. */
    final NavigableSet<Integer> packedEnums = new TreeSet<>();

    /** Each {@code constexpr} (C23). */
    final NavigableSet<Integer> constants = new TreeSet<>();

    /** What {@code _Pragma} holds. */
    final NavigableMap<Integer, String> pragmas = new TreeMap<>();

    /** Where each struct, union and enum that is defined has its keyword, and its tag. */
    final NavigableMap<Integer, String> definitions = new TreeMap<>();

    /** Declarations with something in them that is kept from the parser, by where they begin. */
    final NavigableMap<Integer, Broken> broken = new TreeMap<>();

    /** Macros whose text the parser was not given, and why. */
    final Map<String, String> refusedMacros = new LinkedHashMap<>();

    /** Whether something is there that is no C before C23. */
    boolean isC23;

    /** The first brace that the headers never close; {@code null} if there is none. */
    IASTFileLocation unclosed;

    /** An attribute within a declaration that the parser does not hand on; {@code null} if there is none. */
    String lostAttribute(IASTNode declaration) {
        ASTNode node = (ASTNode) declaration;
        Map<Integer, String> inside =
                attributes.subMap(node.getOffset(), node.getOffset() + Math.max(1, node.getLength()));
        if (inside.isEmpty()) {
            return null;
        }
        Map<Integer, String> lost = new TreeMap<>(inside);
        declaration.accept(new ASTVisitor() {
            {
                shouldVisitDeclSpecifiers = true;
                shouldVisitDeclarators = true;
            }

            @Override
            public int visit(IASTDeclSpecifier specifier) {
                return found(specifier);
            }

            @Override
            public int visit(IASTDeclarator declarator) {
                return found(declarator);
            }

            private int found(IASTAttributeOwner owner) {
                for (IASTAttribute attribute : owner.getAttributes()) {
                    lost.remove(((ASTNode) attribute).getOffset());
                }
                return PROCESS_CONTINUE;
            }
        });
        return lost.isEmpty() ? null : lost.values().iterator().next();
    }

    /** Returns whether a node is of a declaration that cannot be read. */
    boolean isBroken(IASTNode node) {
        int offset = ((ASTNode) node).getOffset();
        var before = broken.floorEntry(offset);
        return before != null && offset <= before.getValue().end();
    }

    /** Returns the type that an enum is given after a colon, as text; {@code null} for one whose values decide. */
    String enumType(IASTEnumerationSpecifier enumeration) {
        Integer keyword = keyword(enumeration, enumTypes.navigableKeySet());
        return keyword == null ? null : enumTypes.get(keyword);
    }

    /** Returns whether {@code packed} stands before an enum's tag. */
    boolean isPacked(IASTEnumerationSpecifier enumeration) {
        return keyword(enumeration, packedEnums) != null;
    }

    /**
     * Returns the one of {@code keywords} that is an enum's own: a specifier begins with its storage class and
     * qualifiers.
     */
    private static Integer keyword(IASTEnumerationSpecifier enumeration, NavigableSet<Integer> keywords) {
        if (keywords.isEmpty()) {
            return null;
        }
        IASTEnumerationSpecifier.IASTEnumerator[] enumerators = enumeration.getEnumerators();
        ASTNode node = (ASTNode) enumeration;
        int end =
                enumerators.length == 0 ? node.getOffset() + node.getLength() : ((ASTNode) enumerators[0]).getOffset();
        Integer found = keywords.ceiling(node.getOffset());
        return found == null || found >= end ? null : found;
    }
}
