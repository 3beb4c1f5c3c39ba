// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.header.Declarations;
import dev.jrtap.bindgen.model.Constant;
import dev.jrtap.bindgen.model.Model;
import dev.jrtap.bindgen.model.Real;
import dev.jrtap.bindgen.model.Skipped;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.cdt.core.dom.ast.IASTCastExpression;
import org.eclipse.cdt.core.dom.ast.IASTExpression;
import org.eclipse.cdt.core.dom.ast.IASTLiteralExpression;
import org.eclipse.cdt.core.dom.ast.IASTNode;
import org.eclipse.cdt.core.dom.ast.IASTPreprocessorFunctionStyleMacroDefinition;
import org.eclipse.cdt.core.dom.ast.IASTPreprocessorMacroDefinition;

/** Reads enumerators and macros: integers, addresses, floating-point numbers, strings, and functions of integers. */
final class Constants {

    private static final Pattern IOCTL = Pattern.compile("_IO(?:R|W|WR)(?:_BAD)?\\s*\\((.*)\\)", Pattern.DOTALL);

    private final Declarations declarations;
    private final Types types;
    private final Reals reals;
    private final FactReader facts;
    private final Model model;

    Constants(FactReader facts, Types types, Model model) {
        this.facts = facts;
        this.types = types;
        this.declarations = types.declarations();
        this.reals = new Reals(types);
        this.model = model;
    }

    void read() {
        enumerators();
        declarations.constants().forEach(this::object);
        declarations.definitions().forEach((name, definition) -> macro(name, facts.preferred(name, definition)));
    }

    private void enumerators() {
        declarations.enumerators().forEach((name, enumerator) -> {
            // A macro of the same name hides the enumerator from every user of the header.
            if (!declarations.macros().containsKey(name)) {
                String text =
                        enumerator.value() == null ? "" : enumerator.value().getRawSignature();
                facts.put(
                        Skipped.Kind.CONSTANT,
                        model.constants(),
                        name,
                        enumerator.node(),
                        () -> constant(name, enumerator.node(), types.enums().value(enumerator), text, ""));
            }
        });
    }

    private Constant constant(String name, IASTNode node, Value value, String text, String argument) {
        if (value.type().bytes() > 8) {
            throw new BindgenException("a constant of 128 bits");
        }
        return new Constant(
                declarations.header(node),
                declarations.line(node),
                name,
                value.type().name(),
                value.bits(),
                Literals.radix(text),
                argument);
    }

    /** Reads an object that is const and whose value the header gives. */
    private void object(String name, IASTExpression value) {
        Declarations.Typed typed = declarations.variables().get(name);
        IASTNode node = typed.declarator();
        Reals.Number number = facts.wants(node, name) ? reals.object(typed, value) : null;
        if (number != null) {
            facts.put(Skipped.Kind.CONSTANT, model.reals(), name, node, () -> real(name, node, number));
            return;
        }
        facts.put(
                Skipped.Kind.CONSTANT,
                model.constants(),
                name,
                node,
                () -> constant(name, node, types.evaluator().object(name), value.getRawSignature(), ""));
    }

    private Real real(String name, IASTNode node, Reals.Number number) {
        return new Real(
                declarations.header(node),
                declarations.line(node),
                name,
                number.type().name(),
                number.value());
    }

    private void macro(String name, IASTPreprocessorMacroDefinition definition) {
        IASTExpression value = Evaluator.bare(declarations.macros().get(name));
        IASTExpression body = declarations.macroBodies().get(name);
        if (declarations.isRestored(name)) {
            if (!declarations.isOurs(definition) && facts.wants(definition, name)) {
                facts.skip(Skipped.Kind.CONSTANT, name, definition, "#pragma pop_macro is not supported");
            }
        } else if (facts.isAlias(definition)) {
            // Another name of a function is read with the functions.
            return;
        } else if (definition.getExpansion().isEmpty()) {
            if (facts.wants(definition, name)) {
                facts.skip(Skipped.Kind.CONSTANT, name, definition, "");
            }
        } else if (definition instanceof IASTPreprocessorFunctionStyleMacroDefinition function) {
            facts.put(
                    Skipped.Kind.MACRO,
                    model.macros(),
                    name,
                    definition,
                    () -> MacroReader.read(function, body, declarations, types));
        } else if (value instanceof IASTLiteralExpression literal
                && literal.getKind() == IASTLiteralExpression.lk_string_literal) {
            facts.put(
                    Skipped.Kind.CONSTANT,
                    model.texts(),
                    name,
                    definition,
                    () -> Literals.text(declarations.header(definition), declarations.line(definition), name, literal));
        } else if (!isReal(name, definition, value)) {
            facts.put(
                    Skipped.Kind.CONSTANT,
                    model.constants(),
                    name,
                    place(name, definition),
                    () -> number(name, definition, value));
        }
    }

    /** Returns a macro that is an integer, or an address with an integer value, such as {@code ((void *) -1)}. */
    private Constant number(String name, IASTPreprocessorMacroDefinition definition, IASTExpression value) {
        String text = definition.getExpansion();
        IASTNode place = place(name, definition);
        try {
            return constant(name, place, value(value, definition), text, argument(definition));
        } catch (Evaluator.NotConstant e) {
            if (!(value instanceof IASTCastExpression cast)
                    || !(types.of(cast.getTypeId()).named() instanceof CType.Pointer pointer)) {
                throw e;
            }
            return new Constant(
                    declarations.header(place),
                    declarations.line(place),
                    name,
                    pointer.toString(),
                    types.evaluator().address(value),
                    Literals.radix(text),
                    "");
        }
    }

    /** Adds a macro that is a floating-point number; returns false for any other. */
    private boolean isReal(String name, IASTPreprocessorMacroDefinition definition, IASTExpression value) {
        try {
            Reals.Number number = reals.value(value);
            if (number == null) {
                return false;
            }
            facts.put(Skipped.Kind.CONSTANT, model.reals(), name, definition, () -> real(name, definition, number));
            return true;
        } catch (BindgenException e) {
            if (!declarations.isOurs(definition) && facts.wants(definition, name)) {
                facts.skip(Skipped.Kind.CONSTANT, name, definition, e.getMessage());
            }
            return true;
        } catch (Evaluator.NotConstant | ArithmeticException | StackOverflowError e) {
            // Reading it as an integer reports the reason.
            return false;
        }
    }

    private Value value(IASTExpression expression, IASTPreprocessorMacroDefinition definition) {
        if (expression == null) {
            throw new BindgenException("not an expression: " + definition.getExpansion());
        }
        try {
            return types.evaluator().value(expression);
        } catch (Evaluator.NotConstant e) {
            // The macro's name alone is not a reason.
            String name = definition.getName().toString();
            throw e.getMessage().endsWith(": " + name)
                            && !definition.getExpansion().equals(name)
                    ? new Evaluator.NotConstant(definition.getExpansion())
                    : e;
        }
    }

    /** Returns the place of a constant; for {@code #define NAME NAME} beside an enumerator, the enumerator's. */
    private IASTNode place(String name, IASTPreprocessorMacroDefinition definition) {
        Declarations.Enumerator enumerator = declarations.enumerators().get(name);
        return enumerator != null && definition.getExpansion().trim().equals(name) ? enumerator.node() : definition;
    }

    /** Returns the third argument of {@code _IOR}, {@code _IOW} or {@code _IOWR}; empty for any other macro. */
    private static String argument(IASTPreprocessorMacroDefinition definition) {
        String text = definition.getExpansion().trim();
        Matcher matcher = IOCTL.matcher(text);
        if (!text.startsWith("_IO") || !matcher.matches()) {
            return "";
        }
        String[] arguments = matcher.group(1).split(",");
        return arguments.length == 3 ? arguments[2].trim().replaceAll("\\s+", " ") : "";
    }
}
