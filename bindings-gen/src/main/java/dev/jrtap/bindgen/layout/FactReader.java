// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.header.Declarations;
import dev.jrtap.bindgen.model.Constant;
import dev.jrtap.bindgen.model.Fact;
import dev.jrtap.bindgen.model.Model;
import dev.jrtap.bindgen.model.Skipped;
import dev.jrtap.bindgen.model.Struct;
import dev.jrtap.bindgen.model.Text;
import dev.jrtap.bindgen.model.Variants;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.cdt.core.dom.ast.IASTCompositeTypeSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTExpression;
import org.eclipse.cdt.core.dom.ast.IASTLiteralExpression;
import org.eclipse.cdt.core.dom.ast.IASTNode;
import org.eclipse.cdt.core.dom.ast.IASTPreprocessorFunctionStyleMacroDefinition;
import org.eclipse.cdt.core.dom.ast.IASTPreprocessorMacroDefinition;
import org.eclipse.cdt.core.dom.ast.IASTProblemDeclaration;
import org.eclipse.cdt.core.dom.ast.IASTSimpleDeclaration;
import org.eclipse.cdt.core.dom.ast.IASTUnaryExpression;

/** Takes all facts out of a parsed header, and notes what it cannot take. */
public final class FactReader {

    private static final Pattern IOCTL = Pattern.compile("_IO(?:R|W|WR)(?:_BAD)?\\s*\\((.*)\\)", Pattern.DOTALL);

    private final Declarations declarations;
    private final Types types;
    private final Model model;
    private final BiPredicate<String, String> wanted;

    private FactReader(Declarations declarations, String source, BiPredicate<String, String> wanted) {
        this.wanted = wanted;
        this.declarations = declarations;
        this.types = new Types(declarations);
        this.model = Model.empty(source, List.of(declarations.target().id()));
    }

    /** Everything that the headers declare, those of the compiler and of libc's stand-ins left out. */
    public static Model read(Declarations declarations, String source) {
        return read(declarations, source, (header, name) -> true);
    }

    /** The same for those headers and names alone that {@code wanted} takes. */
    public static Model read(Declarations declarations, String source, BiPredicate<String, String> wanted) {
        FactReader reader = new FactReader(declarations, source, wanted);
        reader.constants();
        reader.macros();
        reader.structs();
        reader.functions();
        reader.problems();
        return reader.model;
    }

    /** Adds what {@code fact} gives, or the reason why it gives nothing. */
    private <F extends Fact> void put(
            Skipped.Kind kind, Map<String, Variants<F>> into, String name, IASTNode node, Supplier<F> fact) {
        if (declarations.isOurs(node) || !wanted.test(declarations.header(node), name)) {
            return;
        }
        try {
            F found = fact.get();
            if (found != null) {
                into.put(name, Variants.of(declarations.target().id(), found));
            }
        } catch (Evaluator.NotConstant | BindgenException e) {
            skip(kind, name, node, e.getMessage());
        } catch (ArithmeticException e) {
            skip(kind, name, node, "larger than 64 bits count: " + e.getMessage());
        } catch (StackOverflowError e) {
            skip(kind, name, node, "refers to itself");
        }
    }

    private void skip(Skipped.Kind kind, String name, IASTNode node, String reason) {
        model.skipped()
                .add(new Skipped(
                        kind, declarations.header(node), declarations.place(node), name, reason, reason.isEmpty()));
    }

    private void constants() {
        declarations.enumerators().forEach((name, enumerator) -> {
            // A macro of the same name hides it from every user of the header.
            if (!declarations.macros().containsKey(name)) {
                put(
                        Skipped.Kind.CONSTANT,
                        model.constants(),
                        name,
                        enumerator.node(),
                        () -> constant(name, enumerator.node(), types.enums().value(enumerator), ""));
            }
        });
    }

    private Constant constant(String name, IASTNode node, Value value, String argument) {
        if (value.type().bytes() > 8) {
            throw new BindgenException("a constant of 128 bits");
        }
        return new Constant(
                declarations.header(node),
                declarations.line(node),
                name,
                value.type().name(),
                value.bits(),
                argument);
    }

    private void macros() {
        declarations.definitions().forEach((name, definition) -> {
            IASTExpression value = bare(declarations.macros().get(name));
            IASTExpression body = declarations.macroBodies().get(name);
            if (definition.getExpansion().isEmpty()) {
                if (wanted.test(declarations.header(definition), name)) {
                    skip(Skipped.Kind.CONSTANT, name, definition, "");
                }
            } else if (definition instanceof IASTPreprocessorFunctionStyleMacroDefinition function) {
                put(
                        Skipped.Kind.MACRO,
                        model.macros(),
                        name,
                        definition,
                        () -> MacroReader.read(function, body, declarations, types));
            } else if (value instanceof IASTLiteralExpression literal
                    && literal.getKind() == IASTLiteralExpression.lk_string_literal) {
                put(
                        Skipped.Kind.CONSTANT,
                        model.texts(),
                        name,
                        definition,
                        () -> new Text(
                                declarations.header(definition),
                                declarations.line(definition),
                                name,
                                Literals.string(literal)));
            } else {
                put(
                        Skipped.Kind.CONSTANT,
                        model.constants(),
                        name,
                        place(name, definition),
                        () -> constant(name, place(name, definition), value(value, definition), argument(definition)));
            }
        });
    }

    /** Without the parentheses around it. */
    private static IASTExpression bare(IASTExpression expression) {
        IASTExpression inner = expression;
        while (inner instanceof IASTUnaryExpression unary
                && unary.getOperator() == IASTUnaryExpression.op_bracketedPrimary) {
            inner = unary.getOperand();
        }
        return inner;
    }

    private Value value(IASTExpression expression, IASTPreprocessorMacroDefinition definition) {
        if (expression == null) {
            throw new BindgenException("no expression: " + definition.getExpansion());
        }
        return types.evaluator().value(expression);
    }

    /** Of {@code #define NAME NAME} beside an enumerator, that one is the place. */
    private IASTNode place(String name, IASTPreprocessorMacroDefinition definition) {
        Declarations.Enumerator enumerator = declarations.enumerators().get(name);
        return enumerator != null && definition.getExpansion().trim().equals(name) ? enumerator.node() : definition;
    }

    /** The third argument of {@code _IOW} and its like. */
    private static String argument(IASTPreprocessorMacroDefinition definition) {
        Matcher matcher = IOCTL.matcher(definition.getExpansion().trim());
        if (!matcher.matches()) {
            return "";
        }
        String[] arguments = matcher.group(1).split(",");
        return arguments.length == 3 ? arguments[2].trim().replaceAll("\\s+", " ") : "";
    }

    private void structs() {
        declarations
                .composites()
                .forEach((tag, composite) -> put(
                        Skipped.Kind.STRUCT,
                        model.structs(),
                        tag,
                        composite,
                        () -> struct(tag, composite, types.aggregate(composite), true)));
        new TreeMap<>(declarations.typedefs()).forEach((name, typed) -> {
            if (typed.specifier() instanceof IASTCompositeTypeSpecifier composite
                    && composite.getName().toString().isEmpty()
                    && !model.structs().containsKey(name)) {
                put(Skipped.Kind.STRUCT, model.structs(), name, composite, () -> typedefStruct(name, composite));
            }
        });
    }

    /** {@code null} for a typedef that is not the struct itself but a pointer to it or an array. */
    private Struct typedefStruct(String name, IASTCompositeTypeSpecifier composite) {
        CType type = types.typedef(name, composite);
        if (!(type.bare() instanceof CType.Aggregate aggregate)) {
            return null;
        }
        Struct struct = struct(name, composite, aggregate, false);
        return new Struct(
                struct.header(),
                struct.line(),
                struct.keyword(),
                name,
                false,
                struct.size(),
                type.align(),
                struct.fields());
    }

    private Struct struct(
            String name, IASTCompositeTypeSpecifier composite, CType.Aggregate aggregate, boolean tagged) {
        return new Struct(
                declarations.header(composite),
                declarations.line(composite),
                aggregate.keyword(),
                name,
                tagged,
                aggregate.size(),
                aggregate.align(),
                Fields.of(aggregate));
    }

    private void functions() {
        Functions functions = new Functions(types);
        declarations.functions().forEach((name, declaration) -> {
            if (!name.startsWith(Declarations.FIXED)) {
                IASTSimpleDeclaration fixed = declarations.functions().get(Declarations.FIXED + name);
                put(
                        Skipped.Kind.FUNCTION,
                        model.functions(),
                        name,
                        declaration,
                        () -> functions.read(name, declaration, fixed));
            }
        });
    }

    private void problems() {
        for (IASTProblemDeclaration problem : declarations.problems()) {
            if (!declarations.isOurs(problem)) {
                skip(
                        Skipped.Kind.DECLARATION,
                        "a declaration",
                        problem,
                        problem.getProblem().getMessage());
            }
        }
    }
}
