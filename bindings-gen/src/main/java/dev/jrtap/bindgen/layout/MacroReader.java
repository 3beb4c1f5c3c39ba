// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.header.Declarations;
import dev.jrtap.bindgen.model.Macro;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.lang.model.SourceVersion;
import org.eclipse.cdt.core.dom.ast.ASTVisitor;
import org.eclipse.cdt.core.dom.ast.IASTExpression;
import org.eclipse.cdt.core.dom.ast.IASTFunctionCallExpression;
import org.eclipse.cdt.core.dom.ast.IASTFunctionStyleMacroParameter;
import org.eclipse.cdt.core.dom.ast.IASTPreprocessorFunctionStyleMacroDefinition;

/** Reads function-like macros that compute an integer from integers. */
final class MacroReader {

    private static final int LONGEST = 500;
    private static final long[] SAMPLED = {0, 1, 2, 3, 7, 16, 27, 84, 255, 4097};

    private MacroReader() {}

    static Macro read(
            IASTPreprocessorFunctionStyleMacroDefinition definition,
            IASTExpression body,
            Declarations declarations,
            Types types) {
        List<String> parameters = new ArrayList<>();
        for (IASTFunctionStyleMacroParameter parameter : definition.getParameters()) {
            String name = parameter.getParameter();
            parameters.add(SourceVersion.isKeyword(name) ? name + "_" : name);
        }
        if (body == null || parameters.stream().anyMatch(name -> !SourceVersion.isIdentifier(name))) {
            throw new BindgenException("not an expression of its parameters: " + definition.getExpansion());
        }
        Terms.Term term = term(definition, body, new Terms(types, parameters), declarations);
        if (term.java().length() > LONGEST) {
            throw new BindgenException("is too long to be a method");
        }
        return new Macro(
                declarations.header(definition),
                declarations.line(definition),
                definition.getName().toString(),
                List.copyOf(parameters),
                term.java(),
                samples(term, parameters.size()));
    }

    private static Terms.Term term(
            IASTPreprocessorFunctionStyleMacroDefinition definition,
            IASTExpression body,
            Terms terms,
            Declarations declarations) {
        try {
            return terms.of(body);
        } catch (Evaluator.NotConstant | BindgenException e) {
            throw new BindgenException(
                    "not an integer expression of its parameters: " + definition.getExpansion()
                            + called(body, declarations)
                                    .map(function -> "; `functions " + function + "` binds the function that it calls")
                                    .orElse(""),
                    e);
        }
    }

    /** Returns the first function of the headers that a macro calls. */
    private static Optional<String> called(IASTExpression body, Declarations declarations) {
        List<String> names = new ArrayList<>();
        body.accept(new ASTVisitor() {
            {
                shouldVisitExpressions = true;
            }

            @Override
            public int visit(IASTExpression expression) {
                if (expression instanceof IASTFunctionCallExpression call
                        && declarations.functions().containsKey(Builtins.name(call))) {
                    names.add(Builtins.name(call));
                    return PROCESS_ABORT;
                }
                return PROCESS_CONTINUE;
            }
        });
        return names.stream().findFirst();
    }

    /** Returns results for a few arguments; if C defines none, as for a division by zero, there is no sample. */
    private static List<Macro.Sample> samples(Terms.Term term, int parameters) {
        List<Macro.Sample> samples = new ArrayList<>();
        for (int i = 0; i < SAMPLED.length; i++) {
            List<Long> arguments = new ArrayList<>();
            for (int p = 0; p < parameters; p++) {
                arguments.add(SAMPLED[(i * (p + 1) + p) % SAMPLED.length]);
            }
            try {
                long[] values = arguments.stream().mapToLong(Long::longValue).toArray();
                samples.add(
                        new Macro.Sample(List.copyOf(arguments), term.result().applyAsLong(values)));
            } catch (ArithmeticException e) {
                continue;
            }
        }
        return samples;
    }
}
