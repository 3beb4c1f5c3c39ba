// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.select;

import dev.jrtap.bindgen.model.Model;
import dev.jrtap.bindgen.model.Shape;
import dev.jrtap.bindgen.model.Skipped;
import dev.jrtap.bindgen.model.Struct;
import dev.jrtap.bindgen.model.Variants;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Stream;

/** Finds patterns of a selection that match nothing, and structs inside selected structs that are not selected. */
public final class Unmatched {

    private final Selection selection;
    private final Model all;
    private final List<String> problems;

    private Unmatched(Selection selection, Model all, List<String> problems) {
        this.selection = selection;
        this.all = all;
        this.problems = problems;
    }

    /** Adds a sentence for each pattern that matches nothing in the headers. */
    public static void patterns(Selection selection, Model all, List<String> problems) {
        Unmatched unmatched = new Unmatched(selection, all, problems);
        unmatched.unmatched(
                "constants", selection.constants(), Skipped.Kind.CONSTANT, all.constants(), all.reals(), all.texts());
        unmatched.unmatched("macros", selection.macros(), Skipped.Kind.MACRO, all.macros());
        unmatched.unmatched("functions", selection.functions(), Skipped.Kind.FUNCTION, all.functions());
        unmatched.unmatched("structs", selection.structs(), Skipped.Kind.STRUCT, all.structs());
        unmatched.excluded();
    }

    /** Reports each exclusion of something that no pattern matches. */
    private void excluded() {
        Set<String> names = new HashSet<>();
        Stream.of(all.constants(), all.reals(), all.texts(), all.structs(), all.macros(), all.functions())
                .forEach(facts -> names.addAll(facts.keySet()));
        all.skipped().forEach(skip -> names.add(skip.name()));
        for (String excluded : selection.excluded().patterns()) {
            if (names.stream().noneMatch(name -> Names.match(excluded, name))) {
                problems.add(selection.place(selection.excluded(), excluded) + ": `exclude " + excluded
                        + "` does nothing: no pattern matches such a name");
            }
        }
    }

    /** Reports each pattern without a match; a match that is excluded, or already reported as refused, counts. */
    @SafeVarargs
    private void unmatched(
            String keyword, Names names, Skipped.Kind kind, SortedMap<String, ? extends Variants<?>>... facts) {
        for (String glob : names.globs()) {
            boolean means = all.skipped().stream()
                    .anyMatch(skip ->
                            skip.kind() == kind && selection.owns(skip.header()) && Names.match(glob, skip.name()));
            for (SortedMap<String, ? extends Variants<?>> some : facts) {
                means = means
                        || some.entrySet().stream()
                                .anyMatch(fact -> Names.match(glob, fact.getKey())
                                        && selection.owns(
                                                fact.getValue().first().header()));
            }
            if (!means) {
                problems.add(selection.place(names, glob) + ": `" + keyword + " " + glob + "` matches nothing in "
                        + selection.headerNames());
            }
        }
    }

    /**
     * Checks that the structs inside a selection's structs are selected, too: a {@code jnr.ffi.Struct} has them as
     * objects of their own classes.
     *
     * @param model everything that is selected, by this selection or by others
     * @param problems receives a sentence for each struct that is not selected
     */
    public static void structsInside(Selection selection, Model model, List<String> problems) {
        if (!selection.styles().contains(Selection.Style.STRUCTS)) {
            return;
        }
        Model chosen = Selector.select(selection, model, new ArrayList<>());
        for (Variants<Struct> variants : chosen.structs().values()) {
            for (Struct.Field field : variants.first().fields()) {
                Shape shape = field.shape();
                boolean needed = shape.kind() == Shape.Kind.STRUCT
                        && !shape.isArray()
                        && !shape.tag().isEmpty();
                if (needed && !model.structs().containsKey(shape.tag())) {
                    problems.add(variants.first().header() + ":" + field.line() + ": "
                            + variants.first().name() + "." + field.path() + " is a " + field.type()
                            + ", which is not selected: add `structs " + shape.tag() + "` to " + selection.file());
                }
            }
        }
    }
}
