// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.header.Declarations;
import dev.jrtap.bindgen.header.DeepStack;
import dev.jrtap.bindgen.header.Syntax;
import dev.jrtap.bindgen.model.Fact;
import dev.jrtap.bindgen.model.Model;
import dev.jrtap.bindgen.model.Skipped;
import dev.jrtap.bindgen.model.Struct;
import dev.jrtap.bindgen.model.Variants;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.eclipse.cdt.core.dom.ast.IASTCompositeTypeSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTDeclSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTEnumerationSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTNode;
import org.eclipse.cdt.core.dom.ast.IASTPreprocessorMacroDefinition;

/** Reads all facts of a parsed header, and notes refused declarations. */
public final class FactReader {

    /** A place in generated text, for the value of a macro. */
    private static final Pattern PROBE = Pattern.compile("^<\\w+>\\.h:\\d+:\\d+: ");

    /** The longest reason, in characters: a macro's text may be as long as a header. */
    private static final int LONGEST = 250;

    private static final String HIDDEN = "is declared in a parameter list, outside of which it cannot be named";

    private final Declarations declarations;
    private final Types types;
    private final Model model;
    private final FunctionFacts functions;
    private final BiPredicate<String, String> wanted;

    private FactReader(Declarations declarations, String source, BiPredicate<String, String> wanted) {
        this.wanted = wanted;
        this.declarations = declarations;
        this.types = new Types(declarations);
        this.model = Model.empty(source, List.of(declarations.target().id()));
        this.functions = new FunctionFacts(this, declarations, types, model);
    }

    /** Returns everything that the headers declare, except for those of the compiler and the stand-ins for libc's. */
    public static Model read(Declarations declarations, String source) {
        return read(declarations, source, (header, name) -> true);
    }

    /** Like {@link #read(Declarations, String)}, for the headers and names that {@code wanted} accepts. */
    public static Model read(Declarations declarations, String source, BiPredicate<String, String> wanted) {
        return DeepStack.call(() -> all(declarations, source, wanted));
    }

    private static Model all(Declarations declarations, String source, BiPredicate<String, String> wanted) {
        FactReader reader = new FactReader(declarations, source, wanted);
        new Constants(reader, reader.types, reader.model).read();
        reader.structs();
        reader.functions.read();
        new Mistakes(reader, declarations).read();
        return reader.model;
    }

    /** Adds the fact that {@code fact} returns, or the reason why it throws. */
    <F extends Fact> void put(
            Skipped.Kind kind, Map<String, Variants<F>> into, String name, IASTNode node, Supplier<F> fact) {
        if (declarations.isOurs(node) || !wants(node, name)) {
            return;
        }
        if (name.indexOf('\\') >= 0) {
            skip(kind, name, node, Types.ESCAPED);
            return;
        }
        try {
            F found = fact.get();
            if (found != null) {
                JavaLimits.check(found);
                into.put(name, Variants.of(declarations.target().id(), found));
            }
        } catch (Evaluator.NotConstant | BindgenException e) {
            skip(kind, name, node, PROBE.matcher(e.getMessage()).replaceFirst(""));
        } catch (ArithmeticException e) {
            skip(kind, name, node, "larger than 64 bits count: " + e.getMessage());
        } catch (StackOverflowError e) {
            skip(kind, name, node, "refers to itself, or is nested too deeply");
        }
    }

    boolean wants(IASTNode node, String name) {
        return wants(declarations.header(node), name);
    }

    boolean wants(String header, String name) {
        return wanted.test(header, name);
    }

    void skip(Skipped.Kind kind, String name, IASTNode node, String reason) {
        skip(kind, name, declarations.header(node), declarations.place(node), reason);
    }

    void skip(Skipped.Kind kind, String name, String header, String place, String reason) {
        String said = reason.length() > LONGEST ? reason.substring(0, LONGEST) + "…" : reason;
        model.skipped().add(new Skipped(kind, header, place, name, said, said.isEmpty()));
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
        declarations.hidden().forEach(this::hidden);
        new TreeMap<>(declarations.typedefs()).forEach((name, typed) -> {
            if (typed.specifier() instanceof IASTCompositeTypeSpecifier composite
                    && composite.getName().toString().isEmpty()
                    && !model.structs().containsKey(name)) {
                put(Skipped.Kind.STRUCT, model.structs(), name, composite, () -> typedefStruct(name, composite));
            }
        });
    }

    /** Notes a type that is declared in a parameter list, and the values of an enum. */
    private void hidden(IASTDeclSpecifier type) {
        String tag = Syntax.tag(type);
        if (!declarations.composites().containsKey(tag)
                && (tag.isEmpty() || !declarations.enumerations().containsKey(tag))) {
            note(Skipped.Kind.STRUCT, tag.isEmpty() ? "a type without a tag" : tag, type, HIDDEN);
        }
        if (type instanceof IASTEnumerationSpecifier enumeration) {
            Declarations.Enumerator.of(enumeration).stream()
                    .filter(value -> !declarations.enumerators().containsKey(value.name()))
                    .forEach(value -> note(Skipped.Kind.CONSTANT, value.name(), value.node(), HIDDEN));
        }
    }

    /** Returns the struct of a typedef; {@code null} if the typedef is a pointer to it or an array of it. */
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
        functions.callbacks(Fields.types(aggregate), composite);
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

    /** Notes a declaration that patterns pass over silently and that is reported only if a selection names it. */
    void note(Skipped.Kind kind, String name, IASTNode node, String reason) {
        if (!declarations.isOurs(node) && wants(node, name)) {
            model.skipped()
                    .add(new Skipped(kind, declarations.header(node), declarations.place(node), name, reason, true));
        }
    }

    /** Returns the definition of a macro in a wanted header, if another header repeats it. */
    IASTPreprocessorMacroDefinition preferred(String name, IASTPreprocessorMacroDefinition definition) {
        return wants(definition, name)
                ? definition
                : declarations.repeatedMacro(name).stream()
                        .filter(other -> wants(other, name))
                        .findFirst()
                        .orElse(definition);
    }

    /** Returns whether a macro is another name of a function. */
    boolean isAlias(IASTPreprocessorMacroDefinition macro) {
        return functions.isAlias(macro);
    }
}
