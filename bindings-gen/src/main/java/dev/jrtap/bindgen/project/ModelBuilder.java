// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.project;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.header.DeepStack;
import dev.jrtap.bindgen.header.HeaderParser;
import dev.jrtap.bindgen.header.HeaderTexts;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.layout.FactReader;
import dev.jrtap.bindgen.model.Fact;
import dev.jrtap.bindgen.model.Model;
import dev.jrtap.bindgen.model.Struct;
import dev.jrtap.bindgen.model.Variants;
import dev.jrtap.bindgen.select.Binding;
import dev.jrtap.bindgen.select.Selection;
import dev.jrtap.bindgen.select.Selector;
import dev.jrtap.bindgen.select.Unmatched;
import dev.jrtap.bindgen.verify.SharedLibrary;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** Reads headers of several architectures and versions into one model of the selected declarations. */
final class ModelBuilder {

    private final List<Target> targets;
    private final List<Selection> selections;
    private final String source;
    private final List<String> problems = new ArrayList<>();
    private final HeaderTexts texts = new HeaderTexts();

    ModelBuilder(List<Target> targets, List<Selection> selections, String source) {
        this.targets = targets;
        this.selections = selections;
        this.source = source;
    }

    /** Returns one sentence for each selected declaration that was refused. */
    List<String> problems() {
        return problems;
    }

    /**
     * Returns the model of the first set; the others, newest to oldest, tell in which version each fact was first seen.
     */
    Model build(List<HeaderSet> sets) {
        HeaderSet newest = sets.get(0);
        List<Reading> readings = read(sets);
        Model model = Model.empty(source, targets.stream().map(Target::id).toList());
        for (int i = 0; i < selections.size(); i++) {
            int index = i;
            Model all = Model.merge(readings.stream()
                    .filter(reading -> reading.set() == newest)
                    .map(reading -> reading.models().get(index))
                    .toList());
            List<String> wrong = new ArrayList<>();
            Model chosen = Selector.select(selections.get(i), all, wrong);
            Unmatched.patterns(selections.get(i), all, wrong);
            Selector.add(chosen, model);
            if (!newest.version().isEmpty() && !newest.isOfLibc(selections.get(i))) {
                chosen.keys().forEach(key -> model.firstSeen().put(key, newest.version()));
            }
            problems.addAll(wrong.isEmpty() ? wrong : explain(newest, selections.get(i), wrong));
            library(selections.get(i), all, newest);
        }
        selections.forEach(selection -> Unmatched.structsInside(selection, model, problems));
        readings.stream()
                .filter(reading -> reading.set() != newest)
                .forEach(reading -> reading.models()
                        .forEach(known -> seen(model, known, reading.set().version())));
        return model;
    }

    private void library(Selection selection, Model all, HeaderSet set) {
        Binding binding = selection.binding();
        if (binding.hasLibrary() && !all.libraries().containsKey(binding.library())) {
            problems.add(selection.place("library") + ": "
                    + SharedLibrary.missing(binding, selection.file(), set.path(), targets.get(0))
                    + ": install the package that has it, or name its directory: `library " + binding.library()
                    + " DIR`");
        }
    }

    /** The facts from one architecture's headers of one set: a model for each selection. */
    private record Reading(HeaderSet set, List<Model> models) {}

    /** Returns all readings, in order. Each has a parser of its own; they share the texts of the files. */
    private List<Reading> read(List<HeaderSet> sets) {
        HeaderSet newest = sets.get(0);
        record Task(HeaderSet set, Target target) {}
        List<Task> tasks = new ArrayList<>();
        for (HeaderSet set : sets) {
            (set == newest ? targets : set.targets()).forEach(target -> tasks.add(new Task(set, target)));
        }
        return tasks.parallelStream()
                .map(task -> new Reading(
                        task.set(),
                        DeepStack.call(() -> task.set() == newest
                                ? everything(task.set(), task.target())
                                : everythingThere(task.set(), task.target()))))
                .toList();
    }

    private List<Model> everything(HeaderSet set, Target target) {
        HeaderParser parser = new HeaderParser(target, set.path(), texts);
        return selections.stream()
                .map(selection -> exported(selected(parser, selection), selection, set, target))
                .toList();
    }

    /**
     * Returns the facts of an older set, except for headers that it lacks and for libc's, which have no kernel's
     * version.
     */
    private List<Model> everythingThere(HeaderSet set, Target target) {
        HeaderParser parser = new HeaderParser(target, set.path(), texts);
        List<Model> models = new ArrayList<>();
        for (Selection selection : selections) {
            if (set.isOfLibc(selection)) {
                continue;
            }
            try {
                models.add(selected(parser, selection));
            } catch (BindgenException e) {
                // The header was added later, so none of its names is seen here.
                continue;
            }
        }
        return models;
    }

    private Model selected(HeaderParser parser, Selection selection) {
        return FactReader.read(
                parser.parse(selection.inclusions(), selection.defines(), selection.appendix(), selection::mayWant),
                source,
                selection::wants);
    }

    /** Leaves out the functions that the selection's library does not export. */
    private static Model exported(Model model, Selection selection, HeaderSet set, Target target) {
        if (selection.binding().hasLibrary()) {
            SharedLibrary.find(selection.binding(), selection.file(), set.path(), target)
                    .ifPresent(library -> library.restrict(model, selection));
        }
        return model;
    }

    /**
     * Returns the sentences for refused declarations of a selection. They name similar declarations, which takes
     * another reading of the headers.
     */
    private List<String> explain(HeaderSet set, Selection selection, List<String> otherwise) {
        List<String> reasons = new ArrayList<>();
        HeaderParser parser = new HeaderParser(targets.get(0), set.path(), texts);
        Model all = FactReader.read(
                parser.parse(selection.inclusions(), selection.defines(), selection.appendix(), name -> true), source);
        exported(all, selection, set, targets.get(0));
        Selector.select(selection, all, reasons);
        Unmatched.patterns(selection, all, reasons);
        return reasons.isEmpty() ? otherwise : reasons;
    }

    private static void seen(Model model, Model known, String version) {
        Map<String, String> changed = new HashMap<>();
        values(model.constants(), known.constants(), changed);
        known.structs().forEach((name, old) -> {
            Variants<Struct> variants = model.structs().get(name);
            if (variants != null
                    && !variants.on(known.architectures().get(0))
                            .map(Struct::size)
                            .equals(old.all().stream()
                                    .findFirst()
                                    .map(v -> v.fact().size()))) {
                changed.put(Model.structKey(name), Model.CHANGED);
            }
        });
        for (String key : known.keys()) {
            model.firstSeen()
                    .computeIfPresent(
                            key,
                            (k, before) -> version
                                    + (before.endsWith(Model.CHANGED) ? Model.CHANGED : changed.getOrDefault(key, "")));
        }
    }

    private static <F extends Fact> void values(
            SortedMap<String, Variants<F>> now, SortedMap<String, Variants<F>> before, Map<String, String> changed) {
        before.forEach((name, old) -> {
            Variants<F> variants = now.get(name);
            boolean differs = variants != null && !variants.equals(old) && differs(variants, old);
            if (differs) {
                changed.put(name, Model.CHANGED);
            }
        });
    }

    /** Returns whether two sets of headers differ in a fact on an architecture, other than in its place. */
    private static <F extends Fact> boolean differs(Variants<F> variants, Variants<F> old) {
        return variants.all().stream()
                .flatMap(variant -> variant.architectures().stream())
                .filter(architecture -> old.on(architecture).isPresent())
                .anyMatch(architecture -> !old.on(architecture)
                        .map(Fact::withoutPlace)
                        .equals(variants.on(architecture).map(Fact::withoutPlace)));
    }
}
