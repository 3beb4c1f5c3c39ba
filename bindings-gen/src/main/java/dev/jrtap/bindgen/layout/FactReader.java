// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.header.Declarations;
import dev.jrtap.bindgen.model.Fact;
import dev.jrtap.bindgen.model.Function;
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
import org.eclipse.cdt.core.dom.ast.IASTIdExpression;
import org.eclipse.cdt.core.dom.ast.IASTNamedTypeSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTNode;
import org.eclipse.cdt.core.dom.ast.IASTPreprocessorMacroDefinition;

/** Takes all facts out of a parsed header, and notes what it cannot take. */
public final class FactReader {

    /** A place in text that is made here, for the value of a macro. */
    private static final Pattern PROBE = Pattern.compile("^<\\w+>\\.h:\\d+:\\d+: ");

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

    /** Takes those headers and names alone that {@code wanted} takes. */
    public static Model read(Declarations declarations, String source, BiPredicate<String, String> wanted) {
        FactReader reader = new FactReader(declarations, source, wanted);
        new Constants(reader, reader.types, reader.model).read();
        reader.structs();
        reader.functions();
        new Mistakes(reader, declarations).read();
        return reader.model;
    }

    /** Adds what {@code fact} gives, or the reason why it gives nothing. */
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
            skip(kind, name, node, "refers to itself");
        }
    }

    boolean wants(IASTNode node, String name) {
        return wanted.test(declarations.header(node), name);
    }

    void skip(Skipped.Kind kind, String name, IASTNode node, String reason) {
        add(new Skipped(kind, declarations.header(node), declarations.place(node), name, reason, reason.isEmpty()));
    }

    void add(Skipped skipped) {
        model.skipped().add(skipped);
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
        declarations.hidden().forEach((tag, composite) -> {
            if (!declarations.composites().containsKey(tag)) {
                note(Skipped.Kind.STRUCT, tag, composite, "is declared among parameters, where nobody can name it");
            }
        });
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
        callbacks(Fields.types(aggregate), composite);
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
        inlines();
        declarations.functions().forEach(this::function);
        declarations.definitions().forEach((name, definition) -> {
            if (isAlias(definition) && wants(definition, name)) {
                String function = target(name);
                forms(function, name, declarations.functions().get(function));
            }
        });
        declarations.variables().forEach((name, typed) -> {
            // A typedef can be of a function's type, and then declares one.
            if (typed.specifier() instanceof IASTNamedTypeSpecifier
                    && typed.declarator().getPointerOperators().length == 0
                    && wants(typed.declarator(), name)
                    && isFunction(typed)) {
                function(name, typed);
            } else {
                variable(name, typed);
            }
        });
    }

    /** An object of the library, unless its value is read as a constant. */
    private void variable(String name, Declarations.Typed typed) {
        IASTNode node = typed.declarator();
        if (!declarations.constants().containsKey(name) && !declarations.isOurs(node) && wants(node, name)) {
            skip(Skipped.Kind.DECLARATION, name, node, "is a variable, and variables of a library are not bound");
        }
    }

    private void inlines() {
        declarations.inlines().forEach((name, typed) -> {
            if (!declarations.functions().containsKey(name)) {
                note(
                        Skipped.Kind.FUNCTION,
                        name,
                        typed.declarator(),
                        "is inline, defined in the header: no library has it for others");
            }
        });
    }

    /** Notes what is no loss to a pattern; a selection that names it is told. */
    private void note(Skipped.Kind kind, String name, IASTNode node, String reason) {
        if (!declarations.isOurs(node) && wants(node, name)) {
            add(new Skipped(kind, declarations.header(node), declarations.place(node), name, reason, true));
        }
    }

    private boolean isFunction(Declarations.Typed typed) {
        try {
            return types.of(typed.specifier(), typed.declarator()).bare() instanceof CType.Function;
        } catch (BindgenException | Evaluator.NotConstant e) {
            return false;
        }
    }

    private void function(String name, Declarations.Typed declared) {
        if (wants(declared.declarator(), name)) {
            forms(name, name, declared);
            return;
        }
        // A header that is wanted may declare it, too.
        declarations.repeated(name).stream()
                .filter(other -> wants(other.declarator(), name))
                .findFirst()
                .ifPresent(other -> forms(name, name, other));
    }

    /** The definition of a macro in a header that is wanted, if another one repeats it. */
    IASTPreprocessorMacroDefinition preferred(String name, IASTPreprocessorMacroDefinition definition) {
        return wants(definition, name)
                ? definition
                : declarations.repeatedMacro(name).stream()
                        .filter(other -> wants(other, name))
                        .findFirst()
                        .orElse(definition);
    }

    /** A function under a name, and what is given for its dots under that name. */
    private void forms(String function, String name, Declarations.Typed declared) {
        Map<String, Declarations.Typed> forms = declarations.fixed(name);
        if (forms.isEmpty()) {
            function(function, name, declared, null);
        }
        forms.forEach((form, fixed) -> {
            if (!form.equals(name) && declarations.functions().containsKey(form)) {
                put(Skipped.Kind.FUNCTION, model.functions(), form, declared.declarator(), () -> {
                    throw new BindgenException("the headers have a function " + form + ": name this form otherwise");
                });
            } else {
                function(function, form, declared, fixed);
            }
        });
    }

    /** Whether a macro is another name of a function, as {@code mpz_add} is of {@code __gmpz_add}. */
    boolean isAlias(IASTPreprocessorMacroDefinition macro) {
        return !target(macro.getName().toString()).isEmpty();
    }

    /** The function that a macro becomes, whatever macros are between; empty for what becomes something else. */
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
        if (declarations.isOurs(declared.declarator())) {
            return;
        }
        put(Skipped.Kind.FUNCTION, model.functions(), form, declared.declarator(), () -> {
            Function function = types.functions().read(name, declared, fixed).as(form);
            callbacks(types.functions().types(declared), declared.declarator());
            if (fixed != null) {
                callbacks(types.functions().types(fixed), declared.declarator());
            }
            return function;
        });
    }

    /** Remembers the signatures of the pointers to functions among some types. */
    private void callbacks(List<CType> used, IASTNode node) {
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
