// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import dev.jrtap.bindgen.header.Declarations;
import org.eclipse.cdt.core.dom.ast.IASTCastExpression;
import org.eclipse.cdt.core.dom.ast.IASTExpression;
import org.eclipse.cdt.core.dom.ast.IASTFunctionCallExpression;
import org.eclipse.cdt.core.dom.ast.IASTInitializerClause;

/**
 * Evaluates the choice of {@code _Generic} by the type of a number. A choice by a pointer is not supported, because
 * pointers differ by qualifiers, which types do not keep.
 *
 * <p>Source: C17, 6.5.1.1.
 */
final class Generics {

    private Generics() {}

    /**
     * Returns whether a call represents such a choice: the controlling expression, then pairs of a cast to a type and a
     * value.
     */
    static boolean isSelection(IASTFunctionCallExpression call) {
        return Builtins.name(call).equals(Declarations.GENERIC);
    }

    /** Returns the chosen expression; the others need not be constant. */
    static IASTExpression chosen(IASTFunctionCallExpression call, Types types) {
        IASTInitializerClause[] arguments = call.getArguments();
        CType asked = arithmetic(types.evaluator().typeOf(expression(call, 0)), call);
        IASTExpression otherwise = null;
        for (int i = 1; i < arguments.length; i += 2) {
            if (!(expression(call, i) instanceof IASTCastExpression cast)) {
                throw new Evaluator.NotConstant(call);
            }
            CType type = types.of(cast.getTypeId()).bare();
            if (type instanceof CType.Void) {
                otherwise = expression(call, i + 1);
            } else if (type.equals(asked)) {
                return expression(call, i + 1);
            }
        }
        if (otherwise == null) {
            throw new Evaluator.NotConstant(call);
        }
        return otherwise;
    }

    private static CType arithmetic(CType type, IASTFunctionCallExpression call) {
        CType bare = type.bare();
        if (bare instanceof CType.Int || bare instanceof CType.Real) {
            return bare;
        }
        throw new Evaluator.NotConstant(call);
    }

    private static IASTExpression expression(IASTFunctionCallExpression call, int index) {
        if (index < call.getArguments().length && call.getArguments()[index] instanceof IASTExpression expression) {
            return expression;
        }
        throw new Evaluator.NotConstant(call);
    }
}
