// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import dev.jrtap.bindgen.header.Declarations;
import dev.jrtap.bindgen.model.Skipped;
import java.util.List;
import java.util.regex.Pattern;
import org.eclipse.cdt.core.dom.ast.IASTProblemDeclaration;

/** Reports text in headers that is not C, or not C that the parser knows, each with the names that it loses. */
final class Mistakes {

    private static final Pattern NAMES = Pattern.compile("\\b(?:struct|union|enum)\\s+(\\w+)|([A-Za-z_]\\w*)\\s*\\(");
    private static final Pattern NONE =
            Pattern.compile("__attribute__|sizeof|typeof|__typeof__|_\\w*|int|void|char|long");
    private static final int MOST_NAMES = 10;

    private final FactReader facts;
    private final Declarations declarations;

    Mistakes(FactReader facts, Declarations declarations) {
        this.facts = facts;
        this.declarations = declarations;
    }

    void read() {
        String[] unclosed = declarations.unclosed();
        if (unclosed != null) {
            String reason = "this brace is never closed; declarations that follow may be taken for its content";
            facts.skip(Skipped.Kind.DECLARATION, "a declaration", unclosed[0], unclosed[1], reason);
        }
        declarations.mistakes().forEach(this::mistake);
        declarations.problems().forEach(this::problem);
        declarations.broken().forEach(this::broken);
        declarations.lost().forEach(this::lost);
    }

    private void mistake(Declarations.Mistake mistake) {
        boolean isMacro = !mistake.macro().isEmpty();
        String name = isMacro ? mistake.macro() : "a line of the preprocessor";
        if (facts.wants(mistake.node(), name)) {
            Skipped.Kind kind = isMacro ? Skipped.Kind.CONSTANT : Skipped.Kind.DECLARATION;
            facts.skip(kind, name, mistake.node(), mistake.reason());
        }
    }

    private void problem(IASTProblemDeclaration problem) {
        String text = plain(problem.getRawSignature());
        if (!declarations.isOurs(problem) && !text.equals(";")) {
            String reason = problem.getProblem().getMessage() + ": " + text;
            names(text).forEach(name -> facts.skip(Skipped.Kind.DECLARATION, name, problem, reason));
        }
    }

    private void broken(Declarations.Unread broken) {
        String text = plain(broken.text());
        String reason = broken.reason() + ": " + text;
        for (String name : names(text)) {
            if (facts.wants(broken.header(), name)) {
                facts.skip(Skipped.Kind.DECLARATION, name, broken.header(), broken.place(), reason);
            }
        }
    }

    private static String plain(String text) {
        return text.replaceAll("\\s+", " ").trim();
    }

    private void lost(Declarations.Lost lost) {
        String name = lost.tag().isEmpty() ? "a type without a tag" : lost.tag();
        if (!declarations.isOurs(lost.declaration()) && facts.wants(lost.declaration(), name)) {
            facts.skip(
                    Skipped.Kind.STRUCT,
                    name,
                    lost.declaration(),
                    "is defined within another declaration, where the parser does not read it");
        }
    }

    /**
     * Returns the names that a text that is not C seems to declare: tags, and names before parentheses; "a declaration"
     * if there are none.
     */
    private static List<String> names(String text) {
        List<String> names = NAMES.matcher(text)
                .results()
                .map(match -> match.group(1) == null ? match.group(2) : match.group(1))
                .filter(name -> !NONE.matcher(name).matches())
                .distinct()
                .limit(MOST_NAMES)
                .toList();
        return names.isEmpty() ? List.of("a declaration") : names;
    }
}
