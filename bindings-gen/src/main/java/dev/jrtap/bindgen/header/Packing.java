// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.cdt.core.dom.ast.IASTNode;
import org.eclipse.cdt.core.dom.ast.IASTPreprocessorPragmaStatement;
import org.eclipse.cdt.core.dom.ast.IASTPreprocessorStatement;
import org.eclipse.cdt.core.dom.ast.IASTTranslationUnit;
import org.eclipse.cdt.internal.core.dom.parser.ASTNode;

/**
 * Where {@code #pragma pack} is in force. Layouts under it are not computed, so it must not go unseen.
 *
 * <p>Source: gcc manual, "Structure-Layout Pragmas".
 */
final class Packing {

    private static final Pattern PACK = Pattern.compile("pack\\s*\\(\\s*([^)]*)\\)");

    private final TreeMap<Integer, Boolean> states = new TreeMap<>();
    private final Deque<Boolean> pushed = new ArrayDeque<>();
    private boolean packed;

    Packing(IASTTranslationUnit unit) {
        for (IASTPreprocessorStatement statement : unit.getAllPreprocessorStatements()) {
            if (statement instanceof IASTPreprocessorPragmaStatement pragma) {
                Matcher pack = PACK.matcher(new String(pragma.getMessage()));
                if (pack.find()) {
                    obey(pack.group(1));
                    states.put(((ASTNode) pragma).getOffset(), packed);
                }
            }
        }
    }

    private void obey(String arguments) {
        if (arguments.startsWith("pop")) {
            packed = !pushed.isEmpty() && pushed.pop();
            return;
        }
        if (arguments.startsWith("push")) {
            pushed.push(packed);
        }
        String number = arguments.replaceFirst("push\\s*,?", "").trim();
        packed = number.isEmpty() ? packed && arguments.startsWith("push") : true;
    }

    boolean isInForceAt(IASTNode node) {
        var state = states.floorEntry(((ASTNode) node).getOffset());
        return state != null && state.getValue();
    }
}
