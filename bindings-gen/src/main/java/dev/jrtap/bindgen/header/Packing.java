// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
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
 * What pragmas do to declarations, from each such line to the next: {@code pack} lowers alignments,
 * {@code scalar_storage_order} turns bytes around, {@code push_macro} and {@code redefine_extname} give names another
 * meaning. gcc has no others that matter here, and reads over those of other compilers.
 *
 * <p>Source: gcc manual, "Structure-Layout Pragmas", "Push/Pop Macro Pragmas", "Symbol-Renaming Pragmas".
 */
final class Packing {

    private static final Pattern PACK = Pattern.compile("\\bpack\\s*\\(\\s*([^)]*)\\)");
    private static final Pattern ORDER = Pattern.compile("\\bscalar_storage_order\\s+([\\w-]+)");
    private static final Pattern MACRO = Pattern.compile("\\bpop_macro\\s*\\(\\s*\"(\\w+)\"\\s*\\)");
    private static final Pattern SYMBOL = Pattern.compile("\\bredefine_extname\\s+(\\w+)\\s+\\w+");

    /** What {@code pack} has been told, and the name that it was pushed under. */
    private record Pushed(String name, int limit) {}

    private final TreeMap<Integer, Integer> limits = new TreeMap<>();
    private final TreeMap<Integer, Boolean> reversed = new TreeMap<>();
    private final Set<String> macros = new HashSet<>();
    private final Set<String> symbols = new HashSet<>();
    private final Deque<Pushed> pushed = new ArrayDeque<>();
    private int limit;

    /** The pragmas of a unit; {@code operators} are those that stand in {@code _Pragma}. */
    Packing(IASTTranslationUnit unit, Map<Integer, String> operators) {
        TreeMap<Integer, String> all = new TreeMap<>(operators);
        for (IASTPreprocessorStatement statement : unit.getAllPreprocessorStatements()) {
            if (statement instanceof IASTPreprocessorPragmaStatement pragma) {
                all.put(((ASTNode) pragma).getOffset(), new String(pragma.getMessage()));
            }
        }
        all.forEach((offset, text) -> read(text, offset));
    }

    private void read(String text, int offset) {
        Matcher pack = PACK.matcher(text);
        Matcher order = ORDER.matcher(text);
        Matcher macro = MACRO.matcher(text);
        Matcher symbol = SYMBOL.matcher(text);
        if (pack.find()) {
            obey(pack.group(1).trim());
            limits.put(offset, limit);
        } else if (order.find()) {
            reversed.put(offset, order.group(1).equals("big-endian"));
        } else if (macro.find()) {
            macros.add(macro.group(1));
        } else if (symbol.find()) {
            symbols.add(symbol.group(1));
        }
    }

    /** {@code [push|pop][, name][, n]}, {@code n}, or nothing. */
    private void obey(String arguments) {
        String[] words = arguments.split("\\s*,\\s*");
        String name = "";
        int number = -1;
        for (String word : words) {
            if (word.matches("\\d{1,2}")) {
                number = Integer.parseInt(word);
            } else if (!word.matches("push|pop|show|")) {
                name = word;
            }
        }
        switch (words[0]) {
            case "push" -> pushed.push(new Pushed(name, limit));
            case "pop" -> pop(name);
            case "show" -> {
                return;
            }
            default -> limit = 0;
        }
        limit = number < 0 ? limit : number;
    }

    /** To what was before the push of that name, or of the last one; if nothing was pushed, gcc only warns. */
    private void pop(String name) {
        if (name.isEmpty()) {
            limit = pushed.isEmpty() ? limit : pushed.pop().limit();
            return;
        }
        if (pushed.stream().anyMatch(one -> one.name().equals(name))) {
            for (Iterator<Pushed> all = pushed.iterator(); all.hasNext(); ) {
                Pushed one = all.next();
                all.remove();
                limit = one.limit();
                if (one.name().equals(name)) {
                    return;
                }
            }
        }
    }

    /** The largest alignment of a member, in bytes, of a struct that stands here; 0 for no limit. */
    int limitAt(IASTNode node) {
        var state = limits.floorEntry(((ASTNode) node).getOffset());
        return state == null ? 0 : state.getValue();
    }

    /** Whether a struct that stands here has its bytes the other way round. */
    boolean isReversedAt(IASTNode node) {
        var state = reversed.floorEntry(((ASTNode) node).getOffset());
        return state != null && state.getValue();
    }

    /** Whether a macro has been given back a meaning that the parser does not know. */
    boolean isRestored(String macro) {
        return macros.contains(macro);
    }

    /** Whether a function is another symbol of the library. */
    boolean isRenamed(String function) {
        return symbols.contains(function);
    }
}
