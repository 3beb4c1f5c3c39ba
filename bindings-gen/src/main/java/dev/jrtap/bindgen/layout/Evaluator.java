// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import dev.jrtap.bindgen.header.Declarations;
import org.eclipse.cdt.core.dom.ast.IASTBinaryExpression;
import org.eclipse.cdt.core.dom.ast.IASTCastExpression;
import org.eclipse.cdt.core.dom.ast.IASTConditionalExpression;
import org.eclipse.cdt.core.dom.ast.IASTExpression;
import org.eclipse.cdt.core.dom.ast.IASTIdExpression;
import org.eclipse.cdt.core.dom.ast.IASTLiteralExpression;
import org.eclipse.cdt.core.dom.ast.IASTTypeIdExpression;
import org.eclipse.cdt.core.dom.ast.IASTUnaryExpression;

/**
 * The value of a constant expression, with C's integer types and conversions.
 *
 * <p>Source: C17, 6.6 and 6.3.1.
 */
final class Evaluator {

    private final Declarations declarations;
    private final Types types;

    Evaluator(Declarations declarations, Types types) {
        this.declarations = declarations;
        this.types = types;
    }

    /** The value, or a {@link NotConstant} for anything that is no integer constant. */
    Value value(IASTExpression expression) {
        if (expression instanceof IASTLiteralExpression literal) {
            return Literals.parse(literal);
        }
        if (expression instanceof IASTIdExpression id) {
            return enumerator(id.getName().toString());
        }
        if (expression instanceof IASTUnaryExpression unary) {
            return unary(unary);
        }
        if (expression instanceof IASTBinaryExpression binary) {
            return binary(binary);
        }
        if (expression instanceof IASTCastExpression cast
                && types.of(cast.getTypeId()).bare() instanceof CType.Int type) {
            return Value.of(value(cast.getOperand()).bits(), type);
        }
        if (expression instanceof IASTTypeIdExpression sizeof
                && sizeof.getOperator() == IASTTypeIdExpression.op_sizeof) {
            return Value.of(types.of(sizeof.getTypeId()).size(), CType.Int.UNSIGNED_LONG);
        }
        if (expression instanceof IASTConditionalExpression conditional) {
            return conditional(conditional);
        }
        throw new NotConstant(expression.getRawSignature());
    }

    Value enumerator(String name) {
        Declarations.Enumerator enumerator = declarations.enumerator(name);
        if (enumerator == null) {
            throw new NotConstant(name);
        }
        return types.enums().value(enumerator);
    }

    private Value conditional(IASTConditionalExpression conditional) {
        Value yes = value(conditional.getPositiveResultExpression());
        Value no = value(conditional.getNegativeResultExpression());
        boolean chosen = value(conditional.getLogicalConditionExpression()).isTrue();
        return Value.of((chosen ? yes : no).bits(), Value.common(yes, no));
    }

    private Value unary(IASTUnaryExpression unary) {
        if (unary.getOperator() == IASTUnaryExpression.op_bracketedPrimary) {
            return value(unary.getOperand());
        }
        Value operand = value(unary.getOperand());
        Value promoted = operand.promoted();
        return switch (unary.getOperator()) {
            case IASTUnaryExpression.op_plus -> promoted;
            case IASTUnaryExpression.op_minus -> Value.of(-promoted.bits(), promoted.type());
            case IASTUnaryExpression.op_tilde -> Value.of(~promoted.bits(), promoted.type());
            case IASTUnaryExpression.op_not -> Value.truth(!operand.isTrue());
            case IASTUnaryExpression.op_sizeof -> Value.of(operand.type().bytes(), CType.Int.UNSIGNED_LONG);
            default -> throw new NotConstant(unary.getRawSignature());
        };
    }

    private Value binary(IASTBinaryExpression binary) {
        Value left = value(binary.getOperand1());
        Value right = value(binary.getOperand2());
        CType.Int type = Value.common(left, right);
        long a = Value.of(left.bits(), type).bits();
        long b = Value.of(right.bits(), type).bits();
        // A shift has the type of its promoted left operand alone.
        CType.Int shifted = left.promoted().type();
        return switch (binary.getOperator()) {
            case IASTBinaryExpression.op_multiply -> Value.of(a * b, type);
            case IASTBinaryExpression.op_divide -> Value.of(quotient(a, b, type), type);
            case IASTBinaryExpression.op_modulo -> Value.of(a - quotient(a, b, type) * b, type);
            case IASTBinaryExpression.op_plus -> Value.of(a + b, type);
            case IASTBinaryExpression.op_minus -> Value.of(a - b, type);
            case IASTBinaryExpression.op_shiftLeft -> Value.of(left.bits() << right.bits(), shifted);
            case IASTBinaryExpression.op_shiftRight ->
                Value.of(shifted.signed() ? left.bits() >> right.bits() : left.bits() >>> right.bits(), shifted);
            case IASTBinaryExpression.op_binaryAnd -> Value.of(a & b, type);
            case IASTBinaryExpression.op_binaryOr -> Value.of(a | b, type);
            case IASTBinaryExpression.op_binaryXor -> Value.of(a ^ b, type);
            case IASTBinaryExpression.op_logicalAnd -> Value.truth(left.isTrue() && right.isTrue());
            case IASTBinaryExpression.op_logicalOr -> Value.truth(left.isTrue() || right.isTrue());
            case IASTBinaryExpression.op_equals -> Value.truth(a == b);
            case IASTBinaryExpression.op_notequals -> Value.truth(a != b);
            case IASTBinaryExpression.op_lessThan -> Value.truth(compare(a, b, type) < 0);
            case IASTBinaryExpression.op_lessEqual -> Value.truth(compare(a, b, type) <= 0);
            case IASTBinaryExpression.op_greaterThan -> Value.truth(compare(a, b, type) > 0);
            case IASTBinaryExpression.op_greaterEqual -> Value.truth(compare(a, b, type) >= 0);
            default -> throw new NotConstant(binary.getRawSignature());
        };
    }

    private static long quotient(long a, long b, CType.Int type) {
        if (b == 0) {
            throw new NotConstant("division by zero");
        }
        return type.signed() ? a / b : Long.divideUnsigned(a, b);
    }

    private static int compare(long a, long b, CType.Int type) {
        return type.signed() ? Long.compare(a, b) : Long.compareUnsigned(a, b);
    }

    /** An expression that is no integer constant: ordinary among macros, an error where a value is needed. */
    static final class NotConstant extends RuntimeException {

        private static final long serialVersionUID = 1L;

        NotConstant(String expression) {
            super("no integer constant: " + expression);
        }
    }
}
