// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import dev.jrtap.bindgen.BindgenException;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.cdt.core.dom.ast.IASTCompositeTypeSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTDeclSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTDeclaration;
import org.eclipse.cdt.core.dom.ast.IASTDeclarator;
import org.eclipse.cdt.core.dom.ast.IASTFieldDeclarator;
import org.eclipse.cdt.core.dom.ast.IASTNode;
import org.eclipse.cdt.core.dom.ast.IASTSimpleDeclaration;

/**
 * Computes the layout of one struct or union.
 *
 * <p>Source: System V ABI and AAPCS64, "Data representation", as gcc implements them on LP64; gcc manual,
 * "Structure-Layout Pragmas".
 */
final class AggregateLayout {

    private final Types types;
    private final IASTCompositeTypeSpecifier composite;
    private final boolean union;
    private final boolean packed;
    private final int limit;
    private final List<CType.Member> members = new ArrayList<>();

    /** Where the next member may start; in a union always 0. */
    private long bit;

    private long size;
    private int align = 1;

    AggregateLayout(Types types, IASTCompositeTypeSpecifier composite) {
        this.types = types;
        this.composite = composite;
        this.union = composite.getKey() == IASTCompositeTypeSpecifier.k_union;
        this.packed = Attributes.isPacked(composite, types);
        this.limit = types.declarations().packLimit(composite);
    }

    CType.Aggregate compute() {
        Attributes.refuseUnknown(composite, types);
        if (types.declarations().isReversed(composite)) {
            throw new BindgenException(types.place(composite) + ": #pragma scalar_storage_order is not supported");
        }
        for (IASTDeclaration member : composite.getMembers()) {
            if (member instanceof IASTSimpleDeclaration declaration) {
                add(declaration);
            } else {
                throw new BindgenException(types.place(member) + ": not understood: " + member.getRawSignature());
            }
        }
        align = Math.max(align, Attributes.aligned(composite, types));
        String tag = composite.getName().toString();
        return new CType.Aggregate(union ? "union" : "struct", tag, roundUp(size, align), align, List.copyOf(members));
    }

    private void add(IASTSimpleDeclaration declaration) {
        IASTDeclSpecifier specifier = declaration.getDeclSpecifier();
        int specifierAlign = Math.max(Attributes.aligns(specifier, types), Attributes.alignas(specifier, types));
        boolean specifierPacked = Attributes.packs(specifier, types);
        IASTDeclarator[] declarators = declaration.getDeclarators();
        if (declarators.length == 0) {
            addAnonymous(declaration);
        }
        for (IASTDeclarator declarator : declarators) {
            CType type = types.of(specifier, declarator);
            String name = types.name(declarator);
            int wanted = Math.max(specifierAlign, Attributes.aligned(declarator, types));
            boolean tight = packed || specifierPacked || Attributes.has(declarator, "packed");
            if (declarator instanceof IASTFieldDeclarator field && field.getBitFieldSize() != null) {
                addBits(name, type, types.constant(field.getBitFieldSize()), wanted, tight, declarator);
            } else if (!name.isEmpty()) {
                place(name, type, wanted, tight, declarator);
            }
        }
    }

    /**
     * Adds a member without a declarator. Only a struct or union without a tag is one; anything else declares a type.
     */
    private void addAnonymous(IASTSimpleDeclaration declaration) {
        if (declaration.getDeclSpecifier() instanceof IASTCompositeTypeSpecifier inner
                && inner.getName().toString().isEmpty()) {
            CType type = types.aggregate(inner);
            place("", type, Attributes.alignas(inner, types), packed, declaration);
        }
    }

    private int limited(int alignment) {
        return limit == 0 ? alignment : Math.min(alignment, limit);
    }

    private void place(String name, CType type, int wanted, boolean tight, IASTNode node) {
        if (type.bare() instanceof CType.Void || type.bare() instanceof CType.Function) {
            throw new BindgenException(types.place(node) + ": a member cannot be of type " + type + ": " + name);
        }
        int alignment = limited(Math.max(wanted, tight ? 1 : type.align()));
        long offset = roundUp((bit + 7) / 8, alignment);
        members.add(new CType.Member(
                name, type, offset * 8, -1, types.declarations().line(node)));
        end(Math.multiplyExact(Math.addExact(offset, type.size()), 8L), alignment);
    }

    private void addBits(String name, CType type, long asWritten, int wanted, boolean tight, IASTNode node) {
        boolean integer = type.bare() instanceof CType.Int;
        int least = name.isEmpty() ? 0 : 1;
        long most = type.bare().equals(CType.Int.BOOL) ? 1 : type.size() * 8;
        if (!integer || asWritten < least || asWritten > most) {
            String rule = !integer
                    ? "only an integer can be one"
                    : asWritten < least ? "the smallest width is " + least : "the largest width is " + most;
            throw new BindgenException(types.place(node) + ": not a valid bit-field: " + type + " " + name + " : "
                    + asWritten + "; " + rule);
        }
        int width = (int) asWritten;
        boolean aligns = !name.isEmpty() || types.declarations().target().unnamedBitFieldsAlign();
        if (width == 0) {
            // Neither packed nor the pragma moves the boundary that a bit-field of width 0 makes; the struct reaches up
            // to it.
            int boundary = Math.max(type.align(), wanted);
            end(roundUp(bit, boundary * 8L), aligns ? boundary : 1);
            return;
        }
        boolean number = isNumber(width, tight);
        int asked = limited(number ? Math.max(wanted, width / Byte.SIZE) : wanted);
        long start = roundUp(bit, Math.max(1, asked * 8L));
        // A bit-field may not span more units of its type's alignment than the type itself does.
        long unit = type.align() * 8L;
        boolean spans = (start % unit + width + unit - 1) / unit > type.size() * 8 / unit;
        if (!tight && limit == 0 && spans && !number) {
            start = roundUp(start, unit);
        }
        if (!name.isEmpty()) {
            members.add(new CType.Member(
                    name, type, start, width, types.declarations().line(node)));
        }
        int typeAlign = limit != 0 ? limited(type.align()) : tight ? 1 : type.align();
        end(start + width, aligns ? Math.max(asked, typeAlign) : 1);
    }

    /** Returns whether a bit-field is as wide and as aligned as an integer: gcc lays it out like an ordinary member. */
    private boolean isNumber(int width, boolean tight) {
        return !tight && width >= Byte.SIZE && Integer.bitCount(width) == 1 && bit % width == 0;
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
