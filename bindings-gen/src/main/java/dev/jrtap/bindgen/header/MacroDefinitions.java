// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import dev.jrtap.bindgen.header.Declarations.Mistake;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.eclipse.cdt.core.dom.ast.IASTNode;
import org.eclipse.cdt.core.dom.ast.IASTPreprocessorFunctionStyleMacroDefinition;
import org.eclipse.cdt.core.dom.ast.IASTPreprocessorMacroDefinition;
import org.eclipse.cdt.core.dom.ast.IASTProblem;
import org.eclipse.cdt.core.dom.ast.IASTTranslationUnit;
import org.eclipse.cdt.internal.core.dom.parser.ASTNode;

/** The macros that a unit's headers define, and invalid lines of the preprocessor. */
final class MacroDefinitions {

    /** Prefix of the generator's own names. */
    private static final String OURS = "__jrtap_";

    /** The wanted macros; of several with one name, the last. */
    final Map<String, IASTPreprocessorMacroDefinition> definitions = new LinkedHashMap<>();

    /** Earlier definitions with the same text. */
    final Map<String, List<IASTPreprocessorMacroDefinition>> repeated = new HashMap<>();

    final List<Mistake> mistakes = new ArrayList<>();

    private final NavigableMap<Integer, IASTPreprocessorMacroDefinition> places = new TreeMap<>();

    MacroDefinitions(IASTTranslationUnit unit, Predicate<String> wanted, Predicate<IASTNode> isOurs, Asides asides) {
        for (IASTPreprocessorMacroDefinition macro : unit.getMacroDefinitions()) {
            String name = macro.getName().toString();
            if (!name.startsWith(OURS) && wanted.test(name) && !isOurs.test(macro)) {
                IASTPreprocessorMacroDefinition before = definitions.put(name, macro);
                if (before == null || !isSame(before, macro)) {
                    repeated.remove(name);
                } else {
                    repeated.computeIfAbsent(name, n -> new ArrayList<>()).add(before);
                }
                places.put(((ASTNode) macro).getOffset(), macro);
            }
        }
        for (IASTProblem problem : unit.getPreprocessorProblems()) {
            if (problem.getID() != IASTProblem.PREPROCESSOR_POUND_WARNING && !isOurs.test(problem)) {
                // The declaration with such a character is reported itself.
                if (problem.getID() != IASTProblem.SCANNER_BAD_CHARACTER || !asides.isBroken(problem)) {
                    mistake(problem);
                }
            }
        }
        asides.refusedMacros.forEach((name, reason) -> {
            IASTPreprocessorMacroDefinition macro = definitions.remove(name);
            if (macro != null) {
                mistakes.add(new Mistake(macro, name, reason));
            }
        });
    }

    private static boolean isSame(IASTPreprocessorMacroDefinition one, IASTPreprocessorMacroDefinition other) {
        return one.getExpansion().equals(other.getExpansion())
                && one instanceof IASTPreprocessorFunctionStyleMacroDefinition
                        == other instanceof IASTPreprocessorFunctionStyleMacroDefinition;
    }

    /** Notes a mistake; a macro with a mistake has no value. */
    private void mistake(IASTProblem problem) {
        ASTNode node = (ASTNode) problem;
        var before = places.floorEntry(node.getOffset());
        String name = "";
        if (before != null && node.getOffset() < before.getKey() + ((ASTNode) before.getValue()).getLength()) {
            name = before.getValue().getName().toString();
            definitions.remove(name, before.getValue());
        } else if (problem.getID() == IASTProblem.PREPROCESSOR_INVALID_MACRO_DEFN) {
            name = String.join("", problem.getArguments());
        }
        String text = problem.getRawSignature().strip();
        mistakes.add(new Mistake(problem, name, problem.getMessage().strip() + ": " + text));
    }
}
