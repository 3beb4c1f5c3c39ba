// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.header.Declarations;
import java.util.Locale;
import java.util.Map;
import org.eclipse.cdt.core.dom.ast.IASTBinaryExpression;
import org.eclipse.cdt.core.dom.ast.IASTCastExpression;
import org.eclipse.cdt.core.dom.ast.IASTConditionalExpression;
import org.eclipse.cdt.core.dom.ast.IASTExpression;
import org.eclipse.cdt.core.dom.ast.IASTFunctionCallExpression;
import org.eclipse.cdt.core.dom.ast.IASTLiteralExpression;
import org.eclipse.cdt.core.dom.ast.IASTUnaryExpression;

/**
 * Computes floating-point constants in the type that C uses.
 *
 * <p>Source: C17, 6.4.4.2 and 6.3.1.8; {@code FLT_EVAL_METHOD} is 0 on all targets.
 */
final class Reals {

    static final CType.Real FLOAT = new CType.Real("float", 4);
    static final CType.Real DOUBLE = new CType.Real("double", 8);

    /** A constant; a {@code double} holds constants of both types exactly. */
    record Number(double value, CType.Real type) {

        static Number of(double value, CType.Real type) {
            // The NaN that a processor computes for 0.0 / 0.0 has a sign bit, which C's constant lacks.
            double one = Double.isNaN(value) ? Double.NaN : value;
            return new Number(type == FLOAT ? (float) one : one, type);
        }
    }

    /** gcc's built-in functions behind libc's INFINITY, HUGE_VAL and NAN. */
    private static final Map<String, Number> BUILTINS = Map.of(
            "__builtin_inf", new Number(Double.POSITIVE_INFINITY, DOUBLE),
            "__builtin_huge_val", new Number(Double.POSITIVE_INFINITY, DOUBLE),
            "__builtin_nan", new Number(Double.NaN, DOUBLE),
            "__builtin_inff", new Number(Double.POSITIVE_INFINITY, FLOAT),
            "__builtin_huge_valf", new Number(Double.POSITIVE_INFINITY, FLOAT),
            "__builtin_nanf", new Number(Double.NaN, FLOAT));

    private final Types types;
    private final Evaluator evaluator;

    Reals(Types types) {
        this.types = types;
        this.evaluator = types.evaluator();
    }

    /**
     * Returns the value, or {@code null} if an expression is not a constant of type {@code float} or {@code double}.
     */
    Number value(IASTExpression expression) {
        if (expression instanceof IASTLiteralExpression literal) {
            return literal.getKind() == IASTLiteralExpression.lk_float_constant ? literal(literal) : null;
        }
        if (expression instanceof IASTUnaryExpression unary) {
            return switch (unary.getOperator()) {
                case IASTUnaryExpression.op_bracketedPrimary, IASTUnaryExpression.op_plus -> value(unary.getOperand());
                case IASTUnaryExpression.op_minus -> negated(value(unary.getOperand()));
                default -> null;
            };
        }
        if (expression instanceof IASTCastExpression cast) {
            return cast(cast);
        }
        if (expression instanceof IASTFunctionCallExpression call) {
            return Generics.isSelection(call) ? value(Generics.chosen(call, types)) : BUILTINS.get(Builtins.name(call));
        }
        if (expression instanceof IASTConditionalExpression conditional) {
            return conditional(conditional);
        }
        return expression instanceof IASTBinaryExpression binary ? binary(binary) : null;
    }

    /** Returns the chosen operand, in the common type of both. */
    private Number conditional(IASTConditionalExpression conditional) {
        if (conditional.getPositiveResultExpression() == null
                || !(evaluator.typeOf(conditional).bare() instanceof CType.Real type)) {
            return null;
        }
        boolean yes = evaluator.isTrue(conditional.getLogicalConditionExpression());
        return converted(
                yes ? conditional.getPositiveResultExpression() : conditional.getNegativeResultExpression(), type);
    }

    private static Number negated(Number number) {
        return number == null ? null : Number.of(-number.value(), number.type());
    }

    /** Returns the value of an object in its type; {@code null} if that is neither {@code float} nor {@code double}. */
    Number object(Declarations.Typed object, IASTExpression value) {
        try {
            return converted(value, types.of(object.specifier(), object.declarator()));
        } catch (BindgenException | Evaluator.NotConstant e) {
            // Reading it as an integer reports the reason.
            return null;
        }
    }

    private Number cast(IASTCastExpression cast) {
        return converted(cast.getOperand(), evaluator.typeOf(cast));
    }

    /** Converts a number; returns {@code null} if the type is neither {@code float} nor {@code double}. */
    private Number converted(IASTExpression expression, CType asked) {
        if (!(asked.bare() instanceof CType.Real real)
                || real.bytes() != DOUBLE.bytes() && real.bytes() != FLOAT.bytes()) {
            return null;
        }
        CType.Real type = real.bytes() == DOUBLE.bytes() ? DOUBLE : FLOAT;
        if (Evaluator.bare(expression) instanceof IASTLiteralExpression literal && isLong(literal)) {
            String digits = text(literal).substring(0, text(literal).length() - 1);
            return new Number(type == FLOAT ? Float.parseFloat(digits) : Double.parseDouble(digits), type);
        }
        Number number = value(expression);
        return Number.of(number == null ? integer(expression, type) : number.value(), type);
    }

    /** Returns the type of a literal. */
    static CType typeOf(IASTLiteralExpression literal) {
        String text = text(literal).toLowerCase(Locale.ROOT);
        if (text.endsWith("l")) {
            return new CType.Real("long double", 16);
        }
        return text.endsWith("f") ? FLOAT : DOUBLE;
    }

    /** Returns whether a literal is a {@code long double}, which only a cast converts to a type that Java has. */
    private static boolean isLong(IASTLiteralExpression literal) {
        return literal.getKind() == IASTLiteralExpression.lk_float_constant
                && text(literal).toLowerCase(Locale.ROOT).endsWith("l");
    }

    private static String text(IASTLiteralExpression literal) {
        return new String(literal.getValue()).replace("'", "");
    }

    static boolean isComparison(IASTBinaryExpression binary) {
        return switch (binary.getOperator()) {
            case IASTBinaryExpression.op_equals,
                    IASTBinaryExpression.op_notequals,
                    IASTBinaryExpression.op_lessThan,
                    IASTBinaryExpression.op_lessEqual,
                    IASTBinaryExpression.op_greaterThan,
                    IASTBinaryExpression.op_greaterEqual -> true;
            default -> false;
        };
    }

    /** Returns the result of a comparison; {@code null} if neither side is a floating-point constant. */
    Boolean holds(IASTBinaryExpression comparison) {
        Operands operands = operands(comparison);
        if (operands == null) {
            return null;
        }
        double left = operands.left();
        double right = operands.right();
        return switch (comparison.getOperator()) {
            case IASTBinaryExpression.op_equals -> left == right;
            case IASTBinaryExpression.op_notequals -> left != right;
            case IASTBinaryExpression.op_lessThan -> left < right;
            case IASTBinaryExpression.op_lessEqual -> left <= right;
            case IASTBinaryExpression.op_greaterThan -> left > right;
            default -> left >= right;
        };
    }

    private record Operands(double left, double right, CType.Real type) {}

    /** Returns both operands in their common type; {@code null} if neither is a floating-point constant. */
    private Operands operands(IASTBinaryExpression binary) {
        Number a = value(binary.getOperand1());
        Number b = value(binary.getOperand2());
        if (a == null && b == null) {
            return null;
        }
        CType.Real type = a != null && a.type() == DOUBLE || b != null && b.type() == DOUBLE ? DOUBLE : FLOAT;
        double left = a == null ? integer(binary.getOperand1(), type) : a.value();
        double right = b == null ? integer(binary.getOperand2(), type) : b.value();
        return new Operands(left, right, type);
    }

    private Number binary(IASTBinaryExpression binary) {
        Operands operands = operands(binary);
        if (operands == null) {
            return null;
        }
        double left = operands.left();
        double right = operands.right();
        CType.Real type = operands.type();
        return switch (binary.getOperator()) {
            case IASTBinaryExpression.op_plus -> Number.of(left + right, type);
            case IASTBinaryExpression.op_minus -> Number.of(left - right, type);
            case IASTBinaryExpression.op_multiply -> Number.of(left * right, type);
            case IASTBinaryExpression.op_divide -> Number.of(left / right, type);
            default -> null;
        };
    }

    /** Returns an integer operand, converted. */
    private double integer(IASTExpression expression, CType.Real type) {
        Value value = evaluator.value(expression);
        if (!value.type().signed() && value.bits() < 0) {
            throw new Evaluator.NotConstant(expression);
        }
        return type == FLOAT ? (float) value.bits() : (double) value.bits();
    }

    /** Returns the value of a literal; {@code null} if its suffix is that of a gcc type. */
    private static Number literal(IASTLiteralExpression literal) {
        String text = text(literal);
        int end = text.length();
        // A hexadecimal one ends with its exponent, which is decimal.
        while (Character.isLetter(text.charAt(end - 1))) {
            end--;
        }
        String suffix = text.substring(end);
        if (suffix.equalsIgnoreCase("l")) {
            throw new BindgenException("a constant of type long double, which Java lacks: " + text);
        }
        try {
            String digits = text.substring(0, end);
            return suffix.isEmpty()
                    ? new Number(Double.parseDouble(digits), DOUBLE)
                    : suffix.equalsIgnoreCase("f") ? new Number(Float.parseFloat(digits), FLOAT) : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
