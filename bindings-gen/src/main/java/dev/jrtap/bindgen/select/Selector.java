// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.select;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.model.Fact;
import dev.jrtap.bindgen.model.Function;
import dev.jrtap.bindgen.model.Model;
import dev.jrtap.bindgen.model.Skipped;
import dev.jrtap.bindgen.model.Struct;
import dev.jrtap.bindgen.model.Variants;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Picks the selected facts from all facts of the headers. */
public final class Selector {

    private static final Pattern DIMENSIONS = Pattern.compile("(\\[\\d*])+$");

    private final Selection selection;
    private final Model all;
    private final Model chosen;
    private final List<String> problems = new ArrayList<>();

    private Selector(Selection selection, Model all) {
        this.selection = selection;
        this.all = all;
        this.chosen = Model.empty(all.source(), all.architectures());
    }

    /**
     * Returns the selected facts.
     *
     * @param problems receives a sentence for each selected name that is refused or unknown, and for each refused name
     *     that a pattern matches
     */
    public static Model select(Selection selection, Model all, List<String> problems) {
        Selector selector = new Selector(selection, all);
        selector.run();
        problems.addAll(selector.problems);
        return selector.chosen;
    }

    private void run() {
        Names constants = selection.constants();
        selection
                .ioctls()
                .keySet()
                .forEach(name ->
                        take(constants, name, "constant", all.constants(), chosen.constants(), this::constantNames));
        for (String name : constants.exact()) {
            if (all.texts().containsKey(name)) {
                chosen.texts().put(name, all.texts().get(name));
            } else if (all.reals().containsKey(name)) {
                chosen.reals().put(name, all.reals().get(name));
            } else {
                take(constants, name, "constant", all.constants(), chosen.constants(), this::constantNames);
            }
        }
        match(constants, all.constants(), chosen.constants());
        match(constants, all.reals(), chosen.reals());
        match(constants, all.texts(), chosen.texts());
        skipped(constants, Skipped.Kind.CONSTANT);
        each(selection.macros(), "macro", all.macros(), chosen.macros());
        skipped(selection.macros(), Skipped.Kind.MACRO);
        each(selection.functions(), "function", all.functions(), chosen.functions());
        skipped(selection.functions(), Skipped.Kind.FUNCTION);
        chosen.functions().values().removeIf(this::differs);
        forms();
        each(selection.structs(), "struct", all.structs(), chosen.structs());
        skipped(selection.structs(), Skipped.Kind.STRUCT);
        chosen.structs().replaceAll((name, variants) -> withoutPadding(variants));
        callbacks();
        chosen.libraries().putAll(all.libraries());
    }

    /** Adds the further forms of the selected variadic functions. */
    private void forms() {
        for (Selection.Fixed form : selection.fixed()) {
            Variants<Function> found = all.functions().get(form.name());
            Optional<String> reason = reason(form);
            if (found != null && reason.isEmpty()) {
                chosen.functions().put(form.name(), found);
            } else {
                problems.add(selection.file() + ":" + form.line() + ": `fixed " + form.function() + "("
                        + form.parameters() + ")`: "
                        + reason.orElse("there is no such function, or the parameters are not valid C"));
            }
        }
    }

    private Optional<String> reason(Selection.Fixed form) {
        if (!selection.functions().match(form.function())) {
            return Optional.of("does nothing: no line `functions` selects " + form.function());
        }
        return all.skipped().stream()
                .filter(skip ->
                        skip.kind() == Skipped.Kind.FUNCTION && skip.name().equals(form.name()))
                .map(Skipped::reason)
                .findFirst();
    }

    /** Adds the signatures of all pointers to functions in the selected facts, and of those in such signatures. */
    private void callbacks() {
        Deque<String> types = new ArrayDeque<>();
        chosen.structs()
                .values()
                .forEach(variants -> variants.all()
                        .forEach(variant -> variant.fact().fields().forEach(field -> types.add(field.type()))));
        chosen.functions().values().forEach(variants -> variants.all().forEach(v -> types(v.fact(), types)));
        while (!types.isEmpty()) {
            // A member may be an array of such pointers: its type is the element's.
            String type = DIMENSIONS
                    .matcher(types.remove().replaceFirst("^const ", ""))
                    .replaceFirst("");
            Variants<Function> callback = all.callbacks().get(type);
            if (callback != null && chosen.callbacks().put(type, callback) == null) {
                callback.all().forEach(variant -> types(variant.fact(), types));
            }
        }
    }

    private static void types(Function function, Deque<String> types) {
        types.add(function.result().c());
        function.parameters().forEach(parameter -> types.add(parameter.type().c()));
    }

    private Collection<String> constantNames() {
        TreeSet<String> names = new TreeSet<>(all.constants().keySet());
        names.addAll(all.reals().keySet());
        names.addAll(all.texts().keySet());
        return names;
    }

    private <F extends Fact> void each(
            Names names, String kind, SortedMap<String, Variants<F>> from, SortedMap<String, Variants<F>> into) {
        names.exact().forEach(name -> take(names, name, kind, from, into, from::keySet));
        match(names, from, into);
    }

    private <F extends Fact> void take(
            Names names,
            String name,
            String kind,
            SortedMap<String, Variants<F>> from,
            SortedMap<String, Variants<F>> into,
            Supplier<Collection<String>> candidates) {
        Variants<F> found = from.get(name);
        if (found != null) {
            into.put(name, found);
            return;
        }
        if (selection.hasForm(name)) {
            return;
        }
        List<Skipped> reasons =
                all.skipped().stream().filter(skip -> skip.name().equals(name)).toList();
        problems.add(selection.place(names, name) + ": "
                + (reasons.isEmpty()
                        ? selection.headerNames() + " has no " + kind + " " + name + "; nearest: "
                                + String.join(", ", NearestNames.of(name, candidates.get()))
                        : reasons.get(0).reason().isEmpty()
                                ? reasons.get(0).place() + ": " + name + " is defined without a value"
                                : reasons.get(0).toString()));
    }

    /**
     * Adds the names that patterns match. Patterns apply to the header's own names, because included headers define
     * others that match.
     */
    private <F extends Fact> void match(
            Names names, SortedMap<String, Variants<F>> from, SortedMap<String, Variants<F>> into) {
        Names globs = new Names(names.globs());
        from.forEach((name, fact) -> {
            if (globs.match(name)
                    && selection.owns(fact.first().header())
                    && !selection.excluded().match(name)) {
                into.put(name, fact);
            }
        });
    }

    private void skipped(Names names, Skipped.Kind kind) {
        Names globs = new Names(names.globs());
        for (Skipped skip : all.skipped()) {
            if (skip.kind() == kind
                    && !skip.isEmpty()
                    && globs.match(skip.name())
                    && selection.owns(skip.header())
                    && !selection.excluded().match(skip.name())
                    && !all.constants().containsKey(skip.name())) {
                problems.add(skip + "; `exclude " + skip.name() + "` in " + selection.file() + " leaves it out");
            }
        }
    }

    private static Variants<Struct> withoutPadding(Variants<Struct> variants) {
        return new Variants<>(variants.all().stream()
                .map(variant -> new Variants.Variant<>(variant.architectures(), withoutPadding(variant.fact())))
                .toList());
    }

    /**
     * Returns whether a function's signature differs between architectures, because one interface cannot have several.
     */
    private boolean differs(Variants<Function> variants) {
        Function f = variants.first();
        boolean differs = !variants.isCommonTo(all.architectures());
        if (differs) {
            problems.add(f.header() + ":" + f.line() + ": " + f.name()
                    + " has another signature on another architecture, or does not exist there; `exclude " + f.name()
                    + "` in " + selection.file() + " leaves it out");
        }
        return differs;
    }

    private static Struct withoutPadding(Struct s) {
        return new Struct(
                s.header(),
                s.line(),
                s.keyword(),
                s.name(),
                s.tagged(),
                s.size(),
                s.align(),
                s.fields().stream().filter(field -> !field.isPadding()).toList());
    }

    /** Adds a selection's facts to those of others; throws if one name has two values. */
    public static void add(Model from, Model into) {
        add(from.constants(), into.constants());
        add(from.reals(), into.reals());
        add(from.texts(), into.texts());
        add(from.structs(), into.structs());
        add(from.macros(), into.macros());
        add(from.functions(), into.functions());
        add(from.callbacks(), into.callbacks());
        into.libraries().putAll(from.libraries());
    }

    private static <F extends Fact> void add(SortedMap<String, Variants<F>> from, SortedMap<String, Variants<F>> into) {
        from.forEach((name, fact) -> {
            Variants<F> other = into.put(name, fact);
            if (other != null
                    && !other.first().withoutPlace().equals(fact.first().withoutPlace())) {
                throw new BindgenException(name + " is selected from " + place(fact.first())
                        + " and, with another value, from " + place(other.first()));
            }
        });
    }

    private static String place(Fact fact) {
        return fact.header() + ":" + fact.line();
    }
}
