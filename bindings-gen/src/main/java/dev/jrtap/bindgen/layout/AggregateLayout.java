// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import dev.jrtap.bindgen.BindgenException;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.cdt.core.dom.ast.IASTCompositeTypeSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTDeclaration;
import org.eclipse.cdt.core.dom.ast.IASTDeclarator;
import org.eclipse.cdt.core.dom.ast.IASTFieldDeclarator;
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
            CType type = types.aggregate((IASTCompositeTypeSpecifier) declaration.getDeclSpecifier());
            place("", type, alignment(type, specifierAlign, packed), declaration);
        }
        for (IASTDeclarator declarator : declarators) {
            CType type = types.of(declaration.getDeclSpecifier(), declarator);
            String name = nameOf(declarator);
            if (declarator instanceof IASTFieldDeclarator field && field.getBitFieldSize() != null) {
                addBits(
                        name,
                        type,
                        (int) types.evaluator().value(field.getBitFieldSize()).bits(),
                        declarator);
            } else {
                int wanted = Math.max(specifierAlign, Attributes.aligned(declarator, types));
                boolean tight = packed || Attributes.has(declarator, "packed");
                place(name, type, alignment(type, wanted, tight), declarator);
            }
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

    private void place(String name, CType type, int alignment, org.eclipse.cdt.core.dom.ast.IASTNode node) {
        long offset = union ? 0 : roundUp((bit + 7) / 8, alignment);
        members.add(member(name, type, offset, -1, node));
        end((offset + type.size()) * 8, alignment);
    }

    private void addBits(String name, CType type, int width, org.eclipse.cdt.core.dom.ast.IASTNode node) {
        long unit = type.size() * 8;
        if (width == 0) {
            bit = roundUp(bit, unit);
            return;
        }
        long start = union ? 0 : bit;
        if (!packed && start / unit != (start + width - 1) / unit) {
            start = roundUp(start, unit);
        }
        if (!name.isEmpty()) {
            members.add(member(name, type, start / 8, width, node));
        }
        end(start + width, packed || name.isEmpty() ? 1 : type.align());
    }

    private CType.Member member(
            String name, CType type, long offset, int bits, org.eclipse.cdt.core.dom.ast.IASTNode node) {
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
