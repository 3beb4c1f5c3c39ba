// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.cdt.core.dom.ast.IASTNode;
import org.eclipse.cdt.core.dom.ast.IASTPreprocessorPragmaStatement;
import org.eclipse.cdt.core.dom.ast.IASTPreprocessorStatement;
import org.eclipse.cdt.core.dom.ast.IASTTranslationUnit;
import org.eclipse.cdt.internal.core.dom.parser.ASTNode;

/**
 * The effects of pragmas on declarations, from each such line to the next: {@code pack} lowers alignments, {@code
 * scalar_storage_order} reverses the byte order, {@code push_macro} and {@code redefine_extname} give names another
 * meaning. gcc has no others that matter here, and ignores those of other compilers.
 *
 * <p>Source: gcc manual, "Structure-Layout Pragmas", "Push/Pop Macro Pragmas", "Symbol-Renaming Pragmas".
 */
final class Packing {

    private static final Pattern PACK = Pattern.compile("^\\s*pack\\s*\\(([^)]*)\\)");
    private static final Pattern CONTINUED = Pattern.compile("\\\\\\s*\\R");
    private static final Pattern ORDER = Pattern.compile("\\bscalar_storage_order\\s+([\\w-]+)");
    private static final Pattern MACRO = Pattern.compile("\\bpop_macro\\s*\\(\\s*\"(\\w+)\"\\s*\\)");
    private static final Pattern SYMBOL = Pattern.compile("\\bredefine_extname\\s+(\\w+)\\s+\\w+");

    private final TreeMap<Integer, Integer> limits = new TreeMap<>();
    private final TreeMap<Integer, Boolean> reversed = new TreeMap<>();
    private final Set<String> macros = new HashSet<>();
    private final Set<String> symbols = new HashSet<>();
    private final PackStack packs = new PackStack();

    /** Reads the pragmas of a unit; {@code operators} are those in {@code _Pragma}. */
    Packing(IASTTranslationUnit unit, Map<Integer, String> operators) {
        TreeMap<Integer, String> all = new TreeMap<>(operators);
        for (IASTPreprocessorStatement statement : unit.getAllPreprocessorStatements()) {
            if (statement instanceof IASTPreprocessorPragmaStatement pragma) {
                all.put(((ASTNode) pragma).getOffset(), new String(pragma.getMessage()));
            }
        }
        all.forEach((offset, text) -> read(text, offset));
    }

    private void read(String line, int offset) {
        String text = CONTINUED.matcher(line).replaceAll("");
        Matcher pack = PACK.matcher(text);
        Matcher order = ORDER.matcher(text);
        Matcher macro = MACRO.matcher(text);
        Matcher symbol = SYMBOL.matcher(text);
        if (pack.find()) {
            packs.obey(pack.group(1).trim());
            limits.put(offset, packs.limit());
        } else if (order.find()) {
            reversed.put(offset, order.group(1).equals("big-endian"));
        } else if (macro.find()) {
            macros.add(macro.group(1));
        } else if (symbol.find()) {
            symbols.add(symbol.group(1));
        }
    }

    /**
     * Returns the limit of members' alignments in a struct, in bytes; 0 for no limit. A struct is laid out at its
     * closing brace.
     */
    int limitOf(IASTNode struct) {
        return at(limits, end(struct), 0);
    }

    /** Returns whether a struct, or part of it, has the other byte order. */
    boolean isReversed(IASTNode struct) {
        return at(reversed, ((ASTNode) struct).getOffset(), false) || at(reversed, end(struct), false);
    }

    private static int end(IASTNode node) {
        ASTNode place = (ASTNode) node;
        return place.getOffset() + place.getLength() - 1;
    }

    private static <T> T at(TreeMap<Integer, T> states, int offset, T unlessTold) {
        var state = states.floorEntry(offset);
        return state == null ? unlessTold : state.getValue();
    }

    /** Returns whether a macro's earlier meaning has been restored, which the parser does not do. */
    boolean isRestored(String macro) {
        return macros.contains(macro);
    }

    /** Returns whether a function has been given another symbol. */
    boolean isRenamed(String function) {
        return symbols.contains(function);
    }
}
