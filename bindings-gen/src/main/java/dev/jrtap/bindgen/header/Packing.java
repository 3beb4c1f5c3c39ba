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
 * How far {@code #pragma pack} lowers alignments, from each such line to the next.
 *
 * <p>Source: gcc manual, "Structure-Layout Pragmas".
 */
final class Packing {

    private static final Pattern PACK = Pattern.compile("\\bpack\\s*\\(\\s*([^)]*)\\)");

    private final TreeMap<Integer, Integer> limits = new TreeMap<>();
    private final Deque<Integer> pushed = new ArrayDeque<>();
    private int limit;

    Packing(IASTTranslationUnit unit) {
        for (IASTPreprocessorStatement statement : unit.getAllPreprocessorStatements()) {
            if (statement instanceof IASTPreprocessorPragmaStatement pragma) {
                Matcher pack = PACK.matcher(new String(pragma.getMessage()));
                if (pack.find()) {
                    obey(pack.group(1).trim());
                    limits.put(((ASTNode) pragma).getOffset(), limit);
                }
            }
        }
    }

    private void obey(String arguments) {
        if (arguments.startsWith("pop")) {
            limit = pushed.isEmpty() ? 0 : pushed.pop();
            return;
        }
        boolean push = arguments.startsWith("push");
        if (push) {
            pushed.push(limit);
        }
        String number = arguments.replaceFirst("push\\s*,?", "").trim();
        if (number.matches("\\d{1,2}")) {
            limit = Integer.parseInt(number);
        } else if (!push) {
            limit = 0;
        }
    }

    /** The largest alignment of a member, in bytes, of a struct that stands here; 0 for no limit. */
    int limitAt(IASTNode node) {
        var state = limits.floorEntry(((ASTNode) node).getOffset());
        return state == null ? 0 : state.getValue();
    }
}
