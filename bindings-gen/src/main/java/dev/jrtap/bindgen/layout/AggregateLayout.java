// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import dev.jrtap.bindgen.BindgenException;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.cdt.core.dom.ast.IASTCompositeTypeSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTDeclaration;
import org.eclipse.cdt.core.dom.ast.IASTDeclarator;
import org.eclipse.cdt.core.dom.ast.IASTFieldDeclarator;
import org.eclipse.cdt.core.dom.ast.IASTNode;
import org.eclipse.cdt.core.dom.ast.IASTSimpleDeclaration;

/**
 * Where the members of one struct or union lie.
 *
 * <p>Source: System V ABI, "Data representation", as gcc has it on LP64.
 */
final class AggregateLayout {

    private final Types types;
    private final IASTCompositeTypeSpecifier composite;
    private final boolean union;
    private final boolean packed;
    private final List<CType.Member> members = new ArrayList<>();
    private long bit;
    private long size;
    private int align = 1;

    AggregateLayout(Types types, IASTCompositeTypeSpecifier composite) {
        this.types = types;
        this.composite = composite;
        this.union = composite.getKey() == IASTCompositeTypeSpecifier.k_union;
        this.packed = Attributes.has(composite, "packed");
    }

    CType.Aggregate compute() {
        for (IASTDeclaration member : composite.getMembers()) {
            if (!(member instanceof IASTSimpleDeclaration declaration)) {
                throw new BindgenException(types.place(member) + ": not understood: " + member.getRawSignature());
            }
            add(declaration);
        }
        align = Math.max(align, Attributes.aligned(composite, types));
        String tag = composite.getName().toString();
        return new CType.Aggregate(union ? "union" : "struct", tag, roundUp(size, align), align, List.copyOf(members));
    }

    private void add(IASTSimpleDeclaration declaration) {
        int specifierAlign = Attributes.aligned(declaration.getDeclSpecifier(), types);
        IASTDeclarator[] declarators = declaration.getDeclarators();
        if (declarators.length == 0) {
            addAnonymous(declaration, specifierAlign);
        }
        for (IASTDeclarator declarator : declarators) {
            CType type = types.of(declaration.getDeclSpecifier(), declarator);
            String name = nameOf(declarator);
            if (declarator instanceof IASTFieldDeclarator field && field.getBitFieldSize() != null) {
                addBits(name, type, (int) types.constant(field.getBitFieldSize()), declarator);
            } else {
                int wanted = Math.max(specifierAlign, Attributes.aligned(declarator, types));
                boolean tight = packed || Attributes.has(declarator, "packed");
                place(name, type, alignment(type, wanted, tight), declarator);
            }
        }
    }

    /** Without a declarator, only a struct or union without a tag is a member; all else declares a type. */
    private void addAnonymous(IASTSimpleDeclaration declaration, int specifierAlign) {
        if (declaration.getDeclSpecifier() instanceof IASTCompositeTypeSpecifier inner
                && inner.getName().toString().isEmpty()) {
            CType type = types.aggregate(inner);
            place("", type, alignment(type, specifierAlign, packed), declaration);
        }
    }

    private static String nameOf(IASTDeclarator declarator) {
        IASTDeclarator inner = declarator;
        while (inner.getNestedDeclarator() != null) {
            inner = inner.getNestedDeclarator();
        }
        return inner.getName().toString();
    }

    private static int alignment(CType type, int wanted, boolean tight) {
        return Math.max(wanted, tight ? 1 : type.align());
    }

    private void place(String name, CType type, int alignment, IASTNode node) {
        long offset = union ? 0 : roundUp((bit + 7) / 8, alignment);
        members.add(member(name, type, offset, -1, node));
        end((offset + type.size()) * 8, alignment);
    }

    private void addBits(String name, CType type, int width, IASTNode node) {
        if (Attributes.aligned(node, types) != 0) {
            throw new BindgenException(types.place(node) + ": an aligned bit-field, whose place is not computed");
        }
        boolean tight = packed || Attributes.has(node, "packed");
        long unit = type.size() * 8;
        if (width == 0) {
            bit = roundUp(bit, unit);
            return;
        }
        long start = union ? 0 : bit;
        if (!tight && start / unit != (start + width - 1) / unit) {
            start = roundUp(start, unit);
        }
        if (!name.isEmpty()) {
            members.add(member(name, type, start / 8, width, node));
        }
        end(start + width, tight || name.isEmpty() ? 1 : type.align());
    }

    private CType.Member member(String name, CType type, long offset, int bits, IASTNode node) {
        return new CType.Member(
                name,
                type,
                offset,
                bits,
                types.declarations().header(node),
                types.declarations().line(node));
    }

    private void end(long endBit, int alignment) {
        bit = union ? 0 : endBit;
        size = Math.max(size, (endBit + 7) / 8);
        align = Math.max(align, alignment);
    }

    private static long roundUp(long value, long unit) {
        return (value + unit - 1) / unit * unit;
    }
}
