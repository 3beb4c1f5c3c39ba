// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import dev.jrtap.bindgen.header.Syntax;
import java.util.Arrays;
import org.eclipse.cdt.core.dom.ast.IASTExpression;
import org.eclipse.cdt.core.dom.ast.IASTFunctionCallExpression;
import org.eclipse.cdt.core.dom.ast.IASTIdExpression;
import org.eclipse.cdt.core.dom.ast.IASTInitializerClause;
import org.eclipse.cdt.core.dom.ast.IASTName;
import org.eclipse.cdt.core.dom.ast.IASTNode;

/**
 * Folds calls of gcc's built-in functions to constants.
 *
 * <p>Source: gcc manual, "Other Built-in Functions Provided by GCC".
 */
final class Builtins {

    private static final long LOWEST_32 = 0xffff_ffffL;

    private static final CType.Int UNSIGNED_SHORT = new CType.Int("unsigned short", 2, false);

    private Builtins() {}

    static Value value(IASTFunctionCallExpression call, Evaluator evaluator) {
        String name = name(call);
        if (!name.startsWith("__builtin_") || call.getArguments().length == 0) {
            throw new Evaluator.NotConstant(call);
        }
        String function = name.substring("__builtin_".length());
        IASTInitializerClause[] arguments = call.getArguments();
        return switch (function) {
            case "constant_p" -> Value.truth(isConstant(arguments[0], evaluator));
            case "expect" -> Value.of(argument(call, 0, evaluator).bits(), CType.Int.LONG);
            case "choose_expr" -> argument(call, argument(call, 0, evaluator).isTrue() ? 1 : 2, evaluator);
            default -> folded(call, function, argument(call, 0, evaluator).bits());
        };
    }

    /** Returns the called function; empty if it is called through a pointer. */
    static String name(IASTFunctionCallExpression call) {
        return call.getFunctionNameExpression() instanceof IASTIdExpression id
                ? id.getName().toString()
                : "";
    }

    private static Value folded(IASTFunctionCallExpression call, String function, long x) {
        return switch (function) {
            case "bswap16" -> Value.of(Short.reverseBytes((short) x), UNSIGNED_SHORT);
            case "bswap32" -> Value.of(Integer.reverseBytes((int) x), CType.Int.UNSIGNED_INT);
            case "bswap64" -> Value.of(Long.reverseBytes(x), CType.Int.UNSIGNED_LONG);
            case "popcount" -> Value.of(Integer.bitCount((int) x), CType.Int.INT);
            case "popcountl", "popcountll" -> Value.of(Long.bitCount(x), CType.Int.INT);
            case "clz" -> Value.of(Integer.numberOfLeadingZeros((int) nonZero(x & LOWEST_32, call)), CType.Int.INT);
            case "clzl", "clzll" -> Value.of(Long.numberOfLeadingZeros(nonZero(x, call)), CType.Int.INT);
            case "ctz" -> Value.of(Integer.numberOfTrailingZeros((int) nonZero(x & LOWEST_32, call)), CType.Int.INT);
            case "ctzl", "ctzll" -> Value.of(Long.numberOfTrailingZeros(nonZero(x, call)), CType.Int.INT);
            case "ffs" -> Value.of((int) x == 0 ? 0 : Integer.numberOfTrailingZeros((int) x) + 1, CType.Int.INT);
            case "ffsl", "ffsll" -> Value.of(x == 0 ? 0 : Long.numberOfTrailingZeros(x) + 1, CType.Int.INT);
            default -> throw new Evaluator.NotConstant(call);
        };
    }

    /** Returns an argument, or throws for zero, for which these functions are undefined. */
    private static long nonZero(long x, IASTFunctionCallExpression call) {
        if (x == 0) {
            throw new Evaluator.NotConstant(call);
        }
        return x;
    }

    private static Value argument(IASTFunctionCallExpression call, int index, Evaluator evaluator) {
        if (index < call.getArguments().length && call.getArguments()[index] instanceof IASTExpression expression) {
            return evaluator.value(expression);
        }
        throw new Evaluator.NotConstant(call);
    }

    /** Returns whether an expression is constant; throws if that depends on a macro's arguments. */
    private static boolean isConstant(IASTInitializerClause clause, Evaluator evaluator) {
        try {
            return clause instanceof IASTExpression expression && evaluator.value(expression) != null;
        } catch (Evaluator.NotConstant e) {
            if (hasParameter(clause)) {
                throw e;
            }
            return false;
        }
    }

    private static boolean hasParameter(IASTNode node) {
        return node instanceof IASTName name && Syntax.parameter(name.toString()) >= 0
                || Arrays.stream(node.getChildren()).anyMatch(Builtins::hasParameter);
    }
}
