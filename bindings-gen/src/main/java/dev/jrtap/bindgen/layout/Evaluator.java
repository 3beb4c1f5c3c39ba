// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import dev.jrtap.bindgen.header.Declarations;
import java.math.BigDecimal;
import org.eclipse.cdt.core.dom.ast.IASTBinaryExpression;
import org.eclipse.cdt.core.dom.ast.IASTCastExpression;
import org.eclipse.cdt.core.dom.ast.IASTConditionalExpression;
import org.eclipse.cdt.core.dom.ast.IASTExpression;
import org.eclipse.cdt.core.dom.ast.IASTFunctionCallExpression;
import org.eclipse.cdt.core.dom.ast.IASTIdExpression;
import org.eclipse.cdt.core.dom.ast.IASTLiteralExpression;
import org.eclipse.cdt.core.dom.ast.IASTTypeIdExpression;
import org.eclipse.cdt.core.dom.ast.IASTUnaryExpression;

/**
 * Computes the values of constant expressions, with C's integer types and conversions.
 *
 * <p>Source: C17, 6.6 and 6.3.1.
 */
final class Evaluator {

    private final Declarations declarations;
    private final Types types;
    private final ExpressionTypes expressionTypes;
    private final Addresses addresses;

    Evaluator(Declarations declarations, Types types) {
        this.declarations = declarations;
        this.types = types;
        this.expressionTypes = new ExpressionTypes(declarations, types, this);
        this.addresses = new Addresses(types, this);
    }

    /** Returns the value, or throws {@link NotConstant} for anything that is not an integer constant. */
    Value value(IASTExpression expression) {
        if (expression instanceof IASTLiteralExpression literal) {
            return Literals.parse(literal, declarations.target());
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
                && types.of(cast.getTypeId()).bare() instanceof CType.Int type
                && type.bytes() <= 8) {
            return Value.of(castable(cast.getOperand(), type), type);
        }
        if (expression instanceof IASTTypeIdExpression id) {
            CType type = types.of(id.getTypeId());
            return switch (id.getOperator()) {
                case IASTTypeIdExpression.op_sizeof -> Value.of(type.size(), CType.Int.UNSIGNED_LONG);
                case IASTTypeIdExpression.op_alignof -> Value.of(type.align(), CType.Int.UNSIGNED_LONG);
                default -> throw new NotConstant(expression);
            };
        }
        if (expression instanceof IASTConditionalExpression conditional) {
            return conditional(conditional);
        }
        if (expression instanceof IASTFunctionCallExpression call) {
            return Generics.isSelection(call) ? value(Generics.chosen(call, types)) : Builtins.value(call, this);
        }
        throw new NotConstant(expression);
    }

    /** Returns an expression without the parentheses around it. */
    static IASTExpression bare(IASTExpression expression) {
        IASTExpression inner = expression;
        while (inner instanceof IASTUnaryExpression unary
                && unary.getOperator() == IASTUnaryExpression.op_bracketedPrimary) {
            inner = unary.getOperand();
        }
        return inner;
    }

    /** Returns the type that an expression has, whether or not it is constant. */
    CType typeOf(IASTExpression expression) {
        return expressionTypes.of(expression);
    }

    /** Returns the operand of a cast to an integer: a value, a constant address, or a floating-point number. */
    private long castable(IASTExpression operand, CType.Int type) {
        if (type != CType.Int.BOOL
                && bare(operand) instanceof IASTLiteralExpression literal
                && literal.getKind() == IASTLiteralExpression.lk_integer_constant) {
            // However wide the operand is, the type keeps its lowest bits.
            return Literals.integer(literal).longValue();
        }
        try {
            return value(operand).bits();
        } catch (NotConstant e) {
            if (type != CType.Int.BOOL
                    && operand instanceof IASTLiteralExpression literal
                    && literal.getKind() == IASTLiteralExpression.lk_float_constant) {
                return Literals.truncated(literal, type);
            }
            Reals.Number real = new Reals(types).value(operand);
            if (real == null) {
                return addresses.of(operand);
            }
            // Any number that is not zero is true, even if it is less than one.
            if (type == CType.Int.BOOL) {
                return real.value() == 0 ? 0 : 1;
            }
            if (!Double.isFinite(real.value())) {
                throw e;
            }
            return Literals.truncated(new BigDecimal(real.value()), type);
        }
    }

    Value enumerator(String name) {
        Declarations.Enumerator enumerator = declarations.enumerators().get(name);
        if (enumerator != null) {
            return types.enums().value(enumerator);
        }
        if (declarations.constants().containsKey(name)) {
            return object(name);
        }
        if (declarations.isC23() && (name.equals("true") || name.equals("false"))) {
            return new Value(name.equals("true") ? 1 : 0, CType.Int.BOOL);
        }
        throw new NotConstant(name);
    }

    /** Returns the value of an object that is const, in its type. */
    Value object(String name) {
        Declarations.Typed typed = declarations.variables().get(name);
        if (types.of(typed.specifier(), typed.declarator()).bare() instanceof CType.Int type) {
            return Value.of(value(declarations.constants().get(name)).bits(), type);
        }
        throw new NotConstant(name);
    }

    private Value conditional(IASTConditionalExpression conditional) {
        IASTExpression condition = conditional.getLogicalConditionExpression();
        // gcc's a ?: b is a ? a : b.
        IASTExpression positive = conditional.getPositiveResultExpression() == null
                ? condition
                : conditional.getPositiveResultExpression();
        IASTExpression negative = conditional.getNegativeResultExpression();
        boolean yes = isTrue(condition);
        Value value = value(yes ? positive : negative);
        // The operand that is not chosen need not be constant, but it affects the type.
        return expressionTypes.of(yes ? negative : positive).bare() instanceof CType.Int type
                ? Value.of(value.bits(), Value.common(value.type(), type))
                : value;
    }

    private Value unary(IASTUnaryExpression unary) {
        switch (unary.getOperator()) {
            case IASTUnaryExpression.op_bracketedPrimary -> {
                return value(unary.getOperand());
            }
            case IASTUnaryExpression.op_sizeof -> {
                CType type = typeOf(unary.getOperand());
                if (type.bare() instanceof CType.Array array && array.count() < 0) {
                    // The initializer may determine the number of elements.
                    throw new NotConstant(unary);
                }
                return Value.of(type.size(), CType.Int.UNSIGNED_LONG);
            }
            case IASTUnaryExpression.op_alignOf -> {
                return Value.of(typeOf(unary.getOperand()).align(), CType.Int.UNSIGNED_LONG);
            }
            case IASTUnaryExpression.op_not -> {
                return Value.truth(!isTrue(unary.getOperand()));
            }
            default -> {
                Value operand = value(unary.getOperand());
                Value promoted = operand.promoted();
                return switch (unary.getOperator()) {
                    case IASTUnaryExpression.op_plus -> promoted;
                    case IASTUnaryExpression.op_minus -> Value.of(-promoted.bits(), promoted.type());
                    case IASTUnaryExpression.op_tilde -> Value.of(~promoted.bits(), promoted.type());
                    default -> throw new NotConstant(unary);
                };
            }
        }
    }

    /** Returns whether a condition is not zero; it may be a floating-point number. */
    boolean isTrue(IASTExpression condition) {
        try {
            return value(condition).isTrue();
        } catch (NotConstant e) {
            Reals.Number real = new Reals(types).value(condition);
            if (real == null) {
                throw e;
            }
            return real.value() != 0;
        }
    }

    /** Returns the address that a pointer holds, or throws {@link NotConstant} if it is not constant. */
    long address(IASTExpression pointer) {
        return addresses.of(pointer);
    }

    /** Returns an operand, which may be an address for {@code ==} and {@code !=}. */
    private Value operand(IASTExpression operand, int operator) {
        try {
            return value(operand);
        } catch (NotConstant e) {
            if (operator == IASTBinaryExpression.op_equals || operator == IASTBinaryExpression.op_notequals) {
                return new Value(address(operand), CType.Int.UNSIGNED_LONG);
            }
            throw e;
        }
    }

    private Value binary(IASTBinaryExpression binary) {
        boolean isAnd = binary.getOperator() == IASTBinaryExpression.op_logicalAnd;
        if (isAnd || binary.getOperator() == IASTBinaryExpression.op_logicalOr) {
            return isTrue(binary.getOperand1()) == isAnd
                    ? Value.truth(isTrue(binary.getOperand2()))
                    : Value.truth(!isAnd);
        }
        if (Reals.isComparison(binary)) {
            Boolean holds = new Reals(types).holds(binary);
            if (holds != null) {
                return Value.truth(holds);
            }
        }
        Value left = operand(binary.getOperand1(), binary.getOperator());
        Value right = operand(binary.getOperand2(), binary.getOperator());
        CType.Int type = Value.common(left.type(), right.type());
        long a = Value.of(left.bits(), type).bits();
        long b = Value.of(right.bits(), type).bits();
        // A shift has the type of its promoted left operand.
        CType.Int shifted = left.promoted().type();
        return switch (binary.getOperator()) {
            case IASTBinaryExpression.op_multiply -> Value.of(a * b, type);
            case IASTBinaryExpression.op_divide -> Value.of(quotient(a, b, type), type);
            case IASTBinaryExpression.op_modulo -> Value.of(a - quotient(a, b, type) * b, type);
            case IASTBinaryExpression.op_plus -> Value.of(a + b, type);
            case IASTBinaryExpression.op_minus -> Value.of(a - b, type);
            case IASTBinaryExpression.op_shiftLeft ->
                Value.of(left.bits() << distance(right, shifted, binary), shifted);
            case IASTBinaryExpression.op_shiftRight ->
                Value.of(
                        shifted.signed()
                                ? left.bits() >> distance(right, shifted, binary)
                                : left.bits() >>> distance(right, shifted, binary),
                        shifted);
            case IASTBinaryExpression.op_binaryAnd -> Value.of(a & b, type);
            case IASTBinaryExpression.op_binaryOr -> Value.of(a | b, type);
            case IASTBinaryExpression.op_binaryXor -> Value.of(a ^ b, type);
            case IASTBinaryExpression.op_equals -> Value.truth(a == b);
            case IASTBinaryExpression.op_notequals -> Value.truth(a != b);
            case IASTBinaryExpression.op_lessThan -> Value.truth(compare(a, b, type) < 0);
            case IASTBinaryExpression.op_lessEqual -> Value.truth(compare(a, b, type) <= 0);
            case IASTBinaryExpression.op_greaterThan -> Value.truth(compare(a, b, type) > 0);
            case IASTBinaryExpression.op_greaterEqual -> Value.truth(compare(a, b, type) >= 0);
            default -> throw new NotConstant(binary);
        };
    }

    /**
     * Returns the distance of a shift, or throws if it is not less than the width, because compilers do not fold such
     * shifts.
     */
    private static long distance(Value right, CType.Int shifted, IASTExpression expression) {
        if (right.bits() < 0 || right.bits() >= shifted.bytes() * 8L) {
            throw new NotConstant(expression);
        }
        return right.bits();
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

    /**
     * Thrown for an expression that is not an integer constant: ordinary among macros, an error where a value is
     * needed.
     */
    static final class NotConstant extends RuntimeException {

        private static final long serialVersionUID = 1L;

        NotConstant(String expression) {
            super("not an integer constant: " + expression);
        }

        NotConstant(IASTExpression expression) {
            this(expression.getRawSignature());
        }
    }
}
