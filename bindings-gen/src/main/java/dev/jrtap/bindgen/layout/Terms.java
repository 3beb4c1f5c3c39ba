// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import dev.jrtap.bindgen.header.Syntax;
import java.util.List;
import java.util.function.LongBinaryOperator;
import java.util.function.ToLongFunction;
import org.eclipse.cdt.core.dom.ast.IASTBinaryExpression;
import org.eclipse.cdt.core.dom.ast.IASTCastExpression;
import org.eclipse.cdt.core.dom.ast.IASTConditionalExpression;
import org.eclipse.cdt.core.dom.ast.IASTExpression;
import org.eclipse.cdt.core.dom.ast.IASTIdExpression;
import org.eclipse.cdt.core.dom.ast.IASTUnaryExpression;

/**
 * Translates expressions of a macro's parameters, each of C's type {@code long}, to Java that computes in {@code long}
 * and truncates to the C type wherever that is narrower.
 */
final class Terms {

    /** Java text, its type in C, and the function that it computes, which is kept so that the text can be verified. */
    record Term(String java, CType.Int type, ToLongFunction<long[]> result) {}

    private final Types types;
    private final List<String> parameters;

    Terms(Types types, List<String> parameters) {
        this.types = types;
        this.parameters = parameters;
    }

    Term of(IASTExpression expression) {
        try {
            Value value = types.evaluator().value(expression);
            return new Term(literal(value.bits()), value.type(), arguments -> value.bits());
        } catch (Evaluator.NotConstant e) {
            return variable(expression);
        }
    }

    private static String literal(long value) {
        return value < 0 ? "(" + value + "L)" : value + "L";
    }

    private Term variable(IASTExpression expression) {
        if (expression instanceof IASTIdExpression id) {
            int index = Syntax.parameter(id.getName().toString());
            if (index >= 0) {
                return new Term(parameters.get(index), CType.Int.LONG, arguments -> arguments[index]);
            }
        }
        if (expression instanceof IASTUnaryExpression unary) {
            return unary(unary);
        }
        if (expression instanceof IASTBinaryExpression binary) {
            return binary(binary);
        }
        if (expression instanceof IASTCastExpression cast
                && types.of(cast.getTypeId()).bare() instanceof CType.Int type
                && type.bytes() <= 8
                && type != CType.Int.BOOL) {
            return cut(of(cast.getOperand()), type);
        }
        if (expression instanceof IASTConditionalExpression conditional
                && conditional.getPositiveResultExpression() != null) {
            Term condition = of(conditional.getLogicalConditionExpression());
            Term positive = of(conditional.getPositiveResultExpression());
            Term negative = of(conditional.getNegativeResultExpression());
            CType.Int type = Value.common(positive.type(), negative.type());
            Term yes = cut(positive, type);
            Term no = cut(negative, type);
            return new Term(
                    "(" + condition.java() + " != 0 ? " + yes.java() + " : " + no.java() + ")",
                    type,
                    a -> condition.result().applyAsLong(a) != 0
                            ? yes.result().applyAsLong(a)
                            : no.result().applyAsLong(a));
        }
        throw new Evaluator.NotConstant("not an integer expression of its parameters: " + expression.getRawSignature());
    }

    /** Converts a term to another type, truncated if the type is narrower or differs in sign. */
    private static Term cut(Term term, CType.Int type) {
        boolean holdsAll = type.bytes() == 8
                || type.bytes() == term.type().bytes()
                        && type.signed() == term.type().signed()
                || type.bytes() > term.type().bytes()
                        && (type.signed() || !term.type().signed());
        return holdsAll ? new Term(term.java(), type, term.result()) : wrap(term, type);
    }

    /** Truncates the result of a computation in {@code long} to a type. */
    private static Term wrap(Term term, CType.Int type) {
        String java = switch (type.bytes()) {
            case 8 -> "%s";
            case 4 -> type.signed() ? "(long) (int) %s" : "(%s & 0xffffffffL)";
            case 2 -> type.signed() ? "(long) (short) %s" : "(%s & 0xffffL)";
            default -> type.signed() ? "(long) (byte) %s" : "(%s & 0xffL)";
        };
        String text = String.format(java, term.java());
        return new Term(
                text.startsWith("(long)") ? "(" + text + ")" : text,
                type,
                a -> Value.of(term.result().applyAsLong(a), type).bits());
    }

    private Term unary(IASTUnaryExpression unary) {
        if (unary.getOperator() == IASTUnaryExpression.op_bracketedPrimary) {
            return of(unary.getOperand());
        }
        if (unary.getOperator() == IASTUnaryExpression.op_sizeof) {
            throw new Evaluator.NotConstant("the size of an argument: " + unary.getRawSignature());
        }
        Term operand = of(unary.getOperand());
        CType.Int type = Value.common(operand.type(), CType.Int.INT);
        ToLongFunction<long[]> x = operand.result();
        return switch (unary.getOperator()) {
            case IASTUnaryExpression.op_plus -> cut(operand, type);
            case IASTUnaryExpression.op_minus ->
                wrap(new Term("(-" + operand.java() + ")", type, a -> -x.applyAsLong(a)), type);
            case IASTUnaryExpression.op_tilde ->
                wrap(new Term("(~" + operand.java() + ")", type, a -> ~x.applyAsLong(a)), type);
            case IASTUnaryExpression.op_not -> truth(operand.java() + " == 0", a -> x.applyAsLong(a) == 0 ? 1 : 0);
            default -> throw new Evaluator.NotConstant(unary);
        };
    }

    private static Term truth(String java, ToLongFunction<long[]> result) {
        return new Term("(" + java + " ? 1L : 0L)", CType.Int.INT, result);
    }

    private Term binary(IASTBinaryExpression binary) {
        Term left = of(binary.getOperand1());
        Term right = of(binary.getOperand2());
        CType.Int type = Value.common(left.type(), right.type());
        CType.Int shifted = Value.common(left.type(), CType.Int.INT);
        boolean signed = type.signed();
        return switch (binary.getOperator()) {
            case IASTBinaryExpression.op_multiply -> infix(left, "*", right, type, (a, b) -> a * b);
            case IASTBinaryExpression.op_plus -> infix(left, "+", right, type, (a, b) -> a + b);
            case IASTBinaryExpression.op_minus -> infix(left, "-", right, type, (a, b) -> a - b);
            case IASTBinaryExpression.op_binaryAnd -> infix(left, "&", right, type, (a, b) -> a & b);
            case IASTBinaryExpression.op_binaryOr -> infix(left, "|", right, type, (a, b) -> a | b);
            case IASTBinaryExpression.op_binaryXor -> infix(left, "^", right, type, (a, b) -> a ^ b);
            case IASTBinaryExpression.op_shiftLeft -> shift(left, "<<", right, shifted, (a, b) -> a << b);
            case IASTBinaryExpression.op_shiftRight ->
                shifted.signed()
                        ? shift(left, ">>", right, shifted, (a, b) -> a >> b)
                        : shift(left, ">>>", right, shifted, (a, b) -> a >>> b);
            case IASTBinaryExpression.op_divide, IASTBinaryExpression.op_modulo -> quotient(binary, left, right, type);
            default -> comparison(binary, cut(left, type), cut(right, type), signed);
        };
    }

    /** Returns a quotient, or throws if the divisor is the constant zero, about which javac warns. */
    private static Term quotient(IASTBinaryExpression binary, Term left, Term right, CType.Int type) {
        if (right.java().equals(literal(0))) {
            throw new Evaluator.NotConstant("division by zero");
        }
        if (binary.getOperator() == IASTBinaryExpression.op_divide) {
            return type.signed()
                    ? infix(left, "/", right, type, (a, b) -> a / b)
                    : call("divideUnsigned", left, right, type, Long::divideUnsigned);
        }
        return type.signed()
                ? infix(left, "%", right, type, (a, b) -> a % b)
                : call("remainderUnsigned", left, right, type, Long::remainderUnsigned);
    }

    private static Term infix(Term left, String operator, Term right, CType.Int type, LongBinaryOperator compute) {
        Term a = cut(left, type);
        Term b = cut(right, type);
        return wrap(
                new Term(
                        "(" + a.java() + " " + operator + " " + b.java() + ")",
                        type,
                        x -> compute.applyAsLong(
                                a.result().applyAsLong(x), b.result().applyAsLong(x))),
                type);
    }

    /** Returns a shift; a distance that C leaves undefined has no sample. */
    private static Term shift(Term left, String operator, Term right, CType.Int type, LongBinaryOperator compute) {
        Term a = cut(left, type);
        LongBinaryOperator checked = (value, distance) -> {
            if (distance < 0 || distance >= type.bytes() * 8L) {
                throw new ArithmeticException("shift by " + distance);
            }
            return compute.applyAsLong(value, distance);
        };
        return wrap(
                new Term(
                        "(" + a.java() + " " + operator + " " + right.java() + ")",
                        type,
                        x -> checked.applyAsLong(
                                a.result().applyAsLong(x), right.result().applyAsLong(x))),
                type);
    }

    private static Term call(String method, Term left, Term right, CType.Int type, LongBinaryOperator compute) {
        Term a = cut(left, type);
        Term b = cut(right, type);
        return new Term(
                "Long." + method + "(" + a.java() + ", " + b.java() + ")",
                type,
                x -> compute.applyAsLong(a.result().applyAsLong(x), b.result().applyAsLong(x)));
    }

    private static Term comparison(IASTBinaryExpression binary, Term left, Term right, boolean signed) {
        ToLongFunction<long[]> a = left.result();
        ToLongFunction<long[]> b = right.result();
        String operator = switch (binary.getOperator()) {
            case IASTBinaryExpression.op_logicalAnd -> "&&";
            case IASTBinaryExpression.op_logicalOr -> "||";
            case IASTBinaryExpression.op_equals -> "==";
            case IASTBinaryExpression.op_notequals -> "!=";
            case IASTBinaryExpression.op_lessThan -> "<";
            case IASTBinaryExpression.op_lessEqual -> "<=";
            case IASTBinaryExpression.op_greaterThan -> ">";
            case IASTBinaryExpression.op_greaterEqual -> ">=";
            default -> throw new Evaluator.NotConstant(binary);
        };
        if (operator.equals("&&") || operator.equals("||")) {
            boolean isAnd = operator.equals("&&");
            return truth(
                    left.java() + " != 0 " + operator + " " + right.java() + " != 0",
                    x -> (a.applyAsLong(x) != 0) == isAnd ? b.applyAsLong(x) != 0 ? 1 : 0 : isAnd ? 0 : 1);
        }
        ToLongFunction<long[]> order = x -> signed
                ? Long.compare(a.applyAsLong(x), b.applyAsLong(x))
                : Long.compareUnsigned(a.applyAsLong(x), b.applyAsLong(x));
        String java = signed || operator.equals("==") || operator.equals("!=")
                ? left.java() + " " + operator + " " + right.java()
                : "Long.compareUnsigned(" + left.java() + ", " + right.java() + ") " + operator + " 0";
        return truth(java, x -> holds(operator, order.applyAsLong(x)) ? 1 : 0);
    }

    private static boolean holds(String operator, long order) {
        return switch (operator) {
            case "==" -> order == 0;
            case "!=" -> order != 0;
            case "<" -> order < 0;
            case "<=" -> order <= 0;
            case ">" -> order > 0;
            default -> order >= 0;
        };
    }
}
