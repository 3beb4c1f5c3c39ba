// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.header.Declarations;
import dev.jrtap.bindgen.model.Constant;
import dev.jrtap.bindgen.model.Model;
import dev.jrtap.bindgen.model.Struct;
import dev.jrtap.bindgen.select.NearestNames;
import dev.jrtap.bindgen.select.Selection;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.eclipse.cdt.core.dom.ast.IASTCompositeTypeSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTExpression;
import org.eclipse.cdt.core.dom.ast.IASTNode;

/** Takes the selected facts out of a parsed header. */
public final class FactReader {

    private final Declarations declarations;
    private final Selection selection;
    private final Types types;
    private final Model into;
    private final List<String> skipped = new ArrayList<>();

    private FactReader(Declarations declarations, Selection selection, Model into) {
        this.declarations = declarations;
        this.selection = selection;
        this.types = new Types(declarations);
        this.into = into;
    }

    /** An empty model to be filled. */
    public static Model empty(String source) {
        return new Model(source, new TreeMap<>(), new TreeMap<>(), new ArrayList<>());
    }

    /**
     * Adds to {@code into} what {@code selection} wants of {@code declarations}; throws for what is not there.
     *
     * @return one sentence for each macro that a pattern matches and that is no integer
     */
    public static List<String> read(Declarations declarations, Selection selection, Model into) {
        FactReader reader = new FactReader(declarations, selection, into);
        selection.constants().forEach(reader::constants);
        selection.structs().forEach(reader::struct);
        if (selection.functions()) {
            declarations
                    .functions()
                    .forEach((name, declaration) ->
                            into.functions().add(Functions.read(name, declaration, reader.types)));
        }
        // A pattern is about the header's own names; what it includes defines others that match.
        String own = selection.header() + ":";
        return reader.skipped.stream().filter(reason -> reason.startsWith(own)).toList();
    }

    private void constants(String pattern) {
        if (!pattern.contains("*")) {
            Constant constant = constant(pattern);
            if (constant == null) {
                throw constantNames().contains(pattern)
                        ? new BindgenException(selection.file() + ": " + skipped.get(skipped.size() - 1))
                        : missing("constant", pattern, constantNames());
            }
            put(constant);
            return;
        }
        Pattern glob = Pattern.compile(pattern.replace("*", ".*"));
        String own = selection.header();
        for (String name : constantNames()) {
            Constant constant = glob.matcher(name).matches() ? constant(name) : null;
            if (constant != null && constant.header().equals(own)) {
                put(constant);
            }
        }
    }

    /** The model knows a constant by its name alone, so that one name cannot have two values. */
    private void put(Constant constant) {
        Constant other = into.constants().put(constant.name(), constant);
        if (other != null && !other.equals(constant)) {
            throw new BindgenException(selection.file() + ": " + constant.name() + " is selected from "
                    + constant.header() + ":" + constant.line() + " and from " + other.header() + ":" + other.line());
        }
    }

    private TreeSet<String> constantNames() {
        TreeSet<String> names = new TreeSet<>(declarations.enumeratorNames());
        names.addAll(declarations.macroNames());
        return names;
    }

    /** The constant, or {@code null} if there is no such name or it is no integer. A macro hides an enumerator. */
    private Constant constant(String name) {
        IASTExpression macro = declarations.macro(name);
        Declarations.Enumerator enumerator = declarations.enumerator(name);
        if (macro == null && enumerator == null) {
            return null;
        }
        IASTNode node = enumerator != null ? enumerator.node() : declarations.macroDefinition(name);
        try {
            Value value = macro != null
                    ? types.evaluator().value(macro)
                    : types.evaluator().enumerator(name);
            return new Constant(
                    declarations.header(node),
                    declarations.line(node),
                    name,
                    value.type().name(),
                    value.bits());
        } catch (Evaluator.NotConstant e) {
            skipped.add(
                    declarations.header(node) + ":" + declarations.line(node) + ": " + name + " is " + e.getMessage());
            return null;
        }
    }

    private void struct(String tag) {
        IASTCompositeTypeSpecifier composite = declarations.composite(tag);
        if (composite == null) {
            throw missing("struct", tag, declarations.compositeTags());
        }
        CType.Aggregate aggregate = types.aggregate(composite);
        List<Struct.Field> fields = new ArrayList<>();
        fields(tag, "", aggregate, 0, fields);
        into.structs()
                .put(
                        tag,
                        new Struct(
                                declarations.header(composite),
                                declarations.line(composite),
                                aggregate.keyword(),
                                tag,
                                aggregate.size(),
                                aggregate.align(),
                                fields));
    }

    private void fields(String tag, String prefix, CType.Aggregate aggregate, long base, List<Struct.Field> into) {
        for (CType.Member member : aggregate.members()) {
            if (isPadding(member.name())) {
                continue;
            }
            String path = prefix + member.name();
            if (member.bits() >= 0) {
                throw new BindgenException(member.header() + ":" + member.line() + ": " + tag + "." + path
                        + " is a bit-field, which has no offset");
            }
            if (!member.name().isEmpty()) {
                into.add(new Struct.Field(path, member.type().toString(), base + member.offset(), member.line()));
            }
            if (member.type() instanceof CType.Aggregate inner && inner.tag().isEmpty()) {
                fields(tag, member.name().isEmpty() ? prefix : path + ".", inner, base + member.offset(), into);
            }
        }
    }

    private static boolean isPadding(String name) {
        return name.matches("_*(\\w+_)?(pad|resv|reserved|unused)\\d*|__empty_\\w+");
    }

    private BindgenException missing(String kind, String name, java.util.Collection<String> names) {
        return new BindgenException(selection.file() + ": " + selection.header() + " has no " + kind + " " + name
                + "; nearest: " + String.join(", ", NearestNames.of(name, names)));
    }
}
