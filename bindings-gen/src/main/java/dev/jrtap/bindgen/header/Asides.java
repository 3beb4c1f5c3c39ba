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

/** The parts of a unit that the parser's grammar has no place for, by offset. */
final class Asides {

    /** A declaration that cannot be read: its end, its place, its text, and the reason. */
    record Broken(int end, IASTFileLocation place, String text, String reason) {}

    /** Names of attributes with a meaning, by the name's offset. */
    final NavigableMap<Integer, String> attributes = new TreeMap<>();

    /**
     * Attributes before {@code struct}, {@code union} or {@code enum}, which belong to the declared object, not to the
     * type.
     */
    final Set<Integer> leading = new HashSet<>();

    /** The explicit type of an enum (C23), by the offset of {@code enum}. */
    final NavigableMap<Integer, String> enumTypes = new TreeMap<>();

    /** Enums with {@code packed} before the tag, by the offset of {@code enum}. */
    final NavigableSet<Integer> packedEnums = new TreeSet<>();

    /** Offsets of {@code constexpr} (C23). */
    final NavigableSet<Integer> constants = new TreeSet<>();

    /** Texts of {@code _Pragma}, by offset. */
    final NavigableMap<Integer, String> pragmas = new TreeMap<>();

    /** Tags of defined structs, unions and enums, by the offset of the keyword. */
    final NavigableMap<Integer, String> definitions = new TreeMap<>();

    /** Declarations that are withheld from the parser, by the offset of their beginning. */
    final NavigableMap<Integer, Broken> broken = new TreeMap<>();

    /** Macros whose text was withheld from the parser, with the reason. */
    final Map<String, String> refusedMacros = new LinkedHashMap<>();

    /** Whether the unit uses a feature that is new in C23. */
    boolean isC23;

    /** The place of the first brace that the headers never close; {@code null} if there is none. */
    IASTFileLocation unclosed;

    /** Returns an attribute within a declaration that the parser drops; {@code null} if there is none. */
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

    /** Returns whether a node belongs to a declaration that cannot be read. */
    boolean isBroken(IASTNode node) {
        int offset = ((ASTNode) node).getOffset();
        var before = broken.floorEntry(offset);
        return before != null && offset <= before.getValue().end();
    }

    /** Returns the type that is written after an enum's colon, as text; {@code null} if there is none. */
    String enumType(IASTEnumerationSpecifier enumeration) {
        Integer keyword = keyword(enumeration, enumTypes.navigableKeySet());
        return keyword == null ? null : enumTypes.get(keyword);
    }

    /** Returns whether {@code packed} stands before an enum's tag. */
    boolean isPacked(IASTEnumerationSpecifier enumeration) {
        return keyword(enumeration, packedEnums) != null;
    }

    /**
     * Returns the offset in {@code keywords} of an enum's own keyword, which storage class and qualifiers may precede
     * in the specifier.
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
