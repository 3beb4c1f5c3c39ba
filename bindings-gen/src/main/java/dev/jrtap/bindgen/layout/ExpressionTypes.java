// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import dev.jrtap.bindgen.header.Declarations;
import org.eclipse.cdt.core.dom.ast.IASTArraySubscriptExpression;
import org.eclipse.cdt.core.dom.ast.IASTBinaryExpression;
import org.eclipse.cdt.core.dom.ast.IASTCastExpression;
import org.eclipse.cdt.core.dom.ast.IASTConditionalExpression;
import org.eclipse.cdt.core.dom.ast.IASTExpression;
import org.eclipse.cdt.core.dom.ast.IASTFieldReference;
import org.eclipse.cdt.core.dom.ast.IASTFunctionCallExpression;
import org.eclipse.cdt.core.dom.ast.IASTIdExpression;
import org.eclipse.cdt.core.dom.ast.IASTLiteralExpression;
import org.eclipse.cdt.core.dom.ast.IASTTypeIdExpression;
import org.eclipse.cdt.core.dom.ast.IASTUnaryExpression;

/** Computes the types of expressions, which {@code sizeof} and {@code typeof} need without a value. */
final class ExpressionTypes {

    private final Declarations declarations;
    private final Types types;
    private final Evaluator evaluator;

    ExpressionTypes(Declarations declarations, Types types, Evaluator evaluator) {
        this.declarations = declarations;
        this.types = types;
        this.evaluator = evaluator;
    }

    CType of(IASTExpression expression) {
        if (expression instanceof IASTLiteralExpression literal) {
            return switch (literal.getKind()) {
                case IASTLiteralExpression.lk_string_literal -> Literals.string(literal, declarations.target());
                case IASTLiteralExpression.lk_float_constant -> Reals.typeOf(literal);
                default -> Literals.parse(literal, declarations.target()).type();
            };
        }
        if (expression instanceof IASTIdExpression id) {
            return named(id);
        }
        if (expression instanceof IASTUnaryExpression unary) {
            return unary(unary);
        }
        if (expression instanceof IASTBinaryExpression binary) {
            return binary(binary);
        }
        if (expression instanceof IASTCastExpression cast) {
            return types.of(cast.getTypeId());
        }
        if (expression instanceof IASTTypeIdExpression id) {
            boolean isType = id.getOperator() == IASTTypeIdExpression.op_typeof;
            return isType ? types.of(id.getTypeId()) : CType.Int.UNSIGNED_LONG;
        }
        if (expression instanceof IASTConditionalExpression conditional) {
            IASTExpression positive = conditional.getPositiveResultExpression();
            return arithmetic(
                    of(positive == null ? conditional.getLogicalConditionExpression() : positive),
                    of(conditional.getNegativeResultExpression()));
        }
        if (expression instanceof IASTFieldReference field) {
            CType.Member member =
                    member(owner(field, evaluator), field.getFieldName().toString());
            if (member != null) {
                return member.type();
            }
        }
        if (expression instanceof IASTArraySubscriptExpression subscript) {
            return pointedTo(of(subscript.getArrayExpression()), expression);
        }
        if (expression instanceof IASTFunctionCallExpression call) {
            return call(call);
        }
        throw new Evaluator.NotConstant(expression);
    }

    private CType named(IASTIdExpression id) {
        String name = id.getName().toString();
        if (declarations.enumerators().containsKey(name)) {
            return evaluator.enumerator(name).type();
        }
        Declarations.Typed variable = declarations.variables().get(name);
        if (variable != null) {
            CType type = types.of(variable.specifier(), variable.declarator());
            int asked = Math.max(
                    Attributes.alignas(variable.specifier(), types), Attributes.aligned(variable.declarator(), types));
            // A function has no alignment, and must not be asked for one.
            return asked > 0 && asked > type.align() ? new CType.Named(type.toString(), type, asked) : type;
        }
        CType function = function(name);
        if (function != null) {
            return function;
        }
        throw new Evaluator.NotConstant(name);
    }

    /** Returns the type of a function; {@code null} if there is none of that name. */
    private CType function(String name) {
        Declarations.Typed function = declarations
                .functions()
                .getOrDefault(name, declarations.inlines().get(name));
        return function == null ? null : types.of(function.specifier(), function.declarator());
    }

    private CType unary(IASTUnaryExpression unary) {
        return switch (unary.getOperator()) {
            case IASTUnaryExpression.op_bracketedPrimary -> of(unary.getOperand());
            case IASTUnaryExpression.op_amper -> new CType.Pointer(of(unary.getOperand()));
            case IASTUnaryExpression.op_star -> pointedTo(of(unary.getOperand()), unary);
            case IASTUnaryExpression.op_not -> CType.Int.INT;
            case IASTUnaryExpression.op_sizeof, IASTUnaryExpression.op_alignOf -> CType.Int.UNSIGNED_LONG;
            default -> arithmetic(of(unary.getOperand()), CType.Int.INT);
        };
    }

    private CType binary(IASTBinaryExpression binary) {
        return switch (binary.getOperator()) {
            case IASTBinaryExpression.op_equals,
                    IASTBinaryExpression.op_notequals,
                    IASTBinaryExpression.op_lessThan,
                    IASTBinaryExpression.op_lessEqual,
                    IASTBinaryExpression.op_greaterThan,
                    IASTBinaryExpression.op_greaterEqual,
                    IASTBinaryExpression.op_logicalAnd,
                    IASTBinaryExpression.op_logicalOr -> CType.Int.INT;
            case IASTBinaryExpression.op_shiftLeft, IASTBinaryExpression.op_shiftRight ->
                arithmetic(of(binary.getOperand1()), CType.Int.INT);
            default -> arithmetic(of(binary.getOperand1()), of(binary.getOperand2()));
        };
    }

    private static CType arithmetic(CType a, CType b) {
        if (a.bare() instanceof CType.Int left && b.bare() instanceof CType.Int right) {
            return Value.common(left, right);
        }
        boolean wider = a.bare() instanceof CType.Real left
                && b.bare() instanceof CType.Real right
                && right.bytes() > left.bytes();
        return a.bare() instanceof CType.Int || wider ? b : a;
    }

    private CType call(IASTFunctionCallExpression call) {
        if (Generics.isSelection(call)) {
            return of(Generics.chosen(call, types));
        }
        return function(Builtins.name(call)) instanceof CType.Function declared
                ? declared.result()
                : evaluator.value(call).type();
    }

    private static CType pointedTo(CType type, IASTExpression expression) {
        if (type.bare() instanceof CType.Pointer pointer) {
            return pointer.target();
        }
        if (type.bare() instanceof CType.Array array) {
            return array.element();
        }
        throw new Evaluator.NotConstant(expression);
    }

    /** Returns the struct of a member reference. */
    static CType.Aggregate owner(IASTFieldReference field, Evaluator evaluator) {
        CType type = evaluator.typeOf(field.getFieldOwner());
        if (field.isPointerDereference()) {
            type = pointedTo(type, field);
        }
        if (type.bare() instanceof CType.Aggregate aggregate) {
            return aggregate;
        }
        throw new Evaluator.NotConstant(field);
    }

    /**
     * Returns the member, which may be one of an anonymous member, with its offset from the start of {@code owner};
     * {@code null} if there is none.
     */
    static CType.Member member(CType.Aggregate owner, String name) {
        for (CType.Member member : owner.members()) {
            if (member.name().equals(name)) {
                return member;
            }
            if (member.name().isEmpty() && member.type().bare() instanceof CType.Aggregate inner) {
                CType.Member found = member(inner, name);
                if (found != null) {
                    return new CType.Member(
                            name, found.type(), member.offset() + found.offset(), found.bits(), found.line());
                }
            }
        }
        return null;
    }
}
