// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import org.eclipse.cdt.core.dom.ast.IASTArraySubscriptExpression;
import org.eclipse.cdt.core.dom.ast.IASTCastExpression;
import org.eclipse.cdt.core.dom.ast.IASTExpression;
import org.eclipse.cdt.core.dom.ast.IASTFieldReference;
import org.eclipse.cdt.core.dom.ast.IASTUnaryExpression;

/** Computes constant addresses: {@code offsetof} is {@code &((struct s *)0)->member}. */
final class Addresses {

    private final Types types;
    private final Evaluator evaluator;

    Addresses(Types types, Evaluator evaluator) {
        this.types = types;
        this.evaluator = evaluator;
    }

    /** Returns the value of a pointer. */
    long of(IASTExpression pointer) {
        if (pointer instanceof IASTUnaryExpression unary) {
            return switch (unary.getOperator()) {
                case IASTUnaryExpression.op_bracketedPrimary -> of(unary.getOperand());
                case IASTUnaryExpression.op_amper -> ofObject(unary.getOperand());
                default -> throw new Evaluator.NotConstant(pointer);
            };
        }
        if (pointer instanceof IASTCastExpression cast
                && types.of(cast.getTypeId()).bare() instanceof CType.Pointer) {
            try {
                return evaluator.value(cast.getOperand()).bits();
            } catch (Evaluator.NotConstant e) {
                return of(cast.getOperand());
            }
        }
        // An array is the address of its first element.
        if (evaluator.typeOf(pointer).bare() instanceof CType.Array) {
            return ofObject(pointer);
        }
        throw new Evaluator.NotConstant(pointer);
    }

    private long ofObject(IASTExpression object) {
        if (object instanceof IASTUnaryExpression unary) {
            return switch (unary.getOperator()) {
                case IASTUnaryExpression.op_bracketedPrimary -> ofObject(unary.getOperand());
                case IASTUnaryExpression.op_star -> of(unary.getOperand());
                default -> throw new Evaluator.NotConstant(object);
            };
        }
        if (object instanceof IASTFieldReference field) {
            long base = field.isPointerDereference() ? of(field.getFieldOwner()) : ofObject(field.getFieldOwner());
            CType.Member member = ExpressionTypes.member(
                    ExpressionTypes.owner(field, evaluator),
                    field.getFieldName().toString());
            if (member == null || member.isBitField()) {
                throw new Evaluator.NotConstant(object);
            }
            return base + member.offset() / 8;
        }
        if (object instanceof IASTArraySubscriptExpression subscript
                && subscript.getArgument() instanceof IASTExpression index) {
            return of(subscript.getArrayExpression())
                    + evaluator.value(index).bits() * evaluator.typeOf(object).size();
        }
        throw new Evaluator.NotConstant(object);
    }
}
