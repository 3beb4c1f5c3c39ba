// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.header.Declarations;
import dev.jrtap.bindgen.model.Function;
import dev.jrtap.bindgen.model.Model;
import dev.jrtap.bindgen.model.Skipped;
import dev.jrtap.bindgen.model.Variants;
import java.util.List;
import java.util.Map;
import org.eclipse.cdt.core.dom.ast.IASTDeclSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTIdExpression;
import org.eclipse.cdt.core.dom.ast.IASTNamedTypeSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTNode;
import org.eclipse.cdt.core.dom.ast.IASTPreprocessorMacroDefinition;
import org.eclipse.cdt.core.dom.ast.IASTSimpleDeclSpecifier;

/** Reads functions of a parsed header, under all their names, and the signatures of pointers to functions. */
final class FunctionFacts {

    private final FactReader facts;
    private final Declarations declarations;
    private final Types types;
    private final Model model;

    FunctionFacts(FactReader facts, Declarations declarations, Types types, Model model) {
        this.facts = facts;
        this.declarations = declarations;
        this.types = types;
        this.model = model;
    }

    void read() {
        inlines();
        declarations.functions().forEach(this::function);
        declarations.definitions().forEach((name, definition) -> {
            if (isAlias(definition) && facts.wants(definition, name)) {
                String function = target(name);
                forms(function, name, declarations.functions().get(function));
            }
        });
        declarations.variables().forEach((name, typed) -> {
            // A declaration by a typedef, or by typeof, may declare a function.
            if (isNamed(typed.specifier())
                    && typed.declarator().getPointerOperators().length == 0
                    && facts.wants(typed.declarator(), name)
                    && isFunction(typed)) {
                function(name, typed);
            } else {
                variable(name, typed);
            }
        });
    }

    private static boolean isNamed(IASTDeclSpecifier specifier) {
        return specifier instanceof IASTNamedTypeSpecifier
                || specifier instanceof IASTSimpleDeclSpecifier simple && simple.getDeclTypeExpression() != null;
    }

    /** Notes an object of the library, unless its value is read as a constant. */
    private void variable(String name, Declarations.Typed typed) {
        IASTNode node = typed.declarator();
        if (!declarations.constants().containsKey(name) && !declarations.isOurs(node) && facts.wants(node, name)) {
            facts.skip(Skipped.Kind.DECLARATION, name, node, "is a variable; variables of a library are not bound");
        }
    }

    private void inlines() {
        declarations.inlines().forEach((name, typed) -> {
            if (!declarations.functions().containsKey(name)) {
                facts.note(
                        Skipped.Kind.FUNCTION,
                        name,
                        typed.declarator(),
                        "is inline, defined in the header: no library exports it");
            }
        });
    }

    private boolean isFunction(Declarations.Typed typed) {
        try {
            return types.of(typed.specifier(), typed.declarator()).bare() instanceof CType.Function;
        } catch (BindgenException | Evaluator.NotConstant e) {
            return false;
        }
    }

    private void function(String name, Declarations.Typed declared) {
        if (facts.wants(declared.declarator(), name)) {
            forms(name, name, declared);
            return;
        }
        // A wanted header may declare it, too.
        declarations.repeated(name).stream()
                .filter(other -> facts.wants(other.declarator(), name))
                .findFirst()
                .ifPresent(other -> forms(name, name, other));
    }

    /** Adds a function under a name, with the fixed forms of a variadic one. */
    private void forms(String function, String name, Declarations.Typed declared) {
        Map<String, Declarations.Typed> forms = declarations.fixed(name);
        if (forms.isEmpty()) {
            function(function, name, declared, null);
        }
        forms.forEach((form, fixed) -> {
            if (!form.equals(name) && declarations.functions().containsKey(form)) {
                facts.put(Skipped.Kind.FUNCTION, model.functions(), form, declared.declarator(), () -> {
                    throw new BindgenException(
                            "the headers have a function " + form + ": choose another name for this form");
                });
            } else {
                function(function, form, declared, fixed);
            }
        });
    }

    /** Returns whether a macro is another name of a function, as {@code mpz_add} is of {@code __gmpz_add}. */
    boolean isAlias(IASTPreprocessorMacroDefinition macro) {
        return !target(macro.getName().toString()).isEmpty();
    }

    /**
     * Returns the function that a macro expands to, even through other macros; empty if it expands to something else.
     */
    private String target(String macro) {
        boolean function = Evaluator.bare(declarations.macros().get(macro)) instanceof IASTIdExpression id
                && declarations.functions().containsKey(id.getName().toString());
        return function
                ? ((IASTIdExpression) Evaluator.bare(declarations.macros().get(macro)))
                        .getName()
                        .toString()
                : "";
    }

    private void function(String name, String form, Declarations.Typed declared, Declarations.Typed fixed) {
        facts.put(Skipped.Kind.FUNCTION, model.functions(), form, declared.declarator(), () -> {
            Function function = types.functions().read(name, declared, fixed).as(form);
            callbacks(types.functions().types(declared), declared.declarator());
            if (fixed != null) {
                callbacks(types.functions().types(fixed), declared.declarator());
            }
            return function;
        });
    }

    /** Remembers the signatures of the pointers to functions among some types. */
    void callbacks(List<CType> used, IASTNode node) {
        for (CType type : used) {
            CType element = type;
            while (element.named() instanceof CType.Array array) {
                element = array.element();
            }
            Function callback = types.functions().callback(element, node);
            if (callback != null && !model.callbacks().containsKey(callback.name())) {
                model.callbacks()
                        .put(callback.name(), Variants.of(declarations.target().id(), callback));
                callbacks(types.functions().types(element), node);
            }
        }
    }
}
