// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.model;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The facts of one set of headers, for one architecture or several.
 *
 * @param source the headers' package, version and checksum, as a note
 * @param callbacks signatures of pointers to functions, by the C text of the pointer's type in functions and members
 * @param libraries the sonames of the libraries that functions are bound to, by the names that selections use
 * @param firstSeen the oldest kernel whose headers have a fact, by {@link #keys}; a fact without an entry is of unknown
 *     age
 */
public record Model(
        String source,
        List<String> architectures,
        SortedMap<String, Variants<Constant>> constants,
        SortedMap<String, Variants<Real>> reals,
        SortedMap<String, Variants<Text>> texts,
        SortedMap<String, Variants<Struct>> structs,
        SortedMap<String, Variants<Macro>> macros,
        SortedMap<String, Variants<Function>> functions,
        SortedMap<String, Variants<Function>> callbacks,
        SortedMap<String, String> libraries,
        SortedMap<String, String> firstSeen,
        List<Skipped> skipped) {

    /** Follows a version if headers have changed the meaning of the name since then. */
    public static final String CHANGED = "~";

    /** Returns an empty model, to be filled. */
    public static Model empty(String source, List<String> architectures) {
        return new Model(
                source,
                List.copyOf(architectures),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                new ArrayList<>());
    }

    /** Merges the models of several architectures into one; a fact's place is that in the first model that has it. */
    public static Model merge(List<Model> models) {
        Model all = empty(
                models.get(0).source(),
                models.stream().flatMap(model -> model.architectures().stream()).toList());
        models.forEach(all::add);
        return all;
    }

    /** Adds another model's facts, as further variants of those in this model. */
    private void add(Model other) {
        add(constants, other.constants);
        add(reals, other.reals);
        add(texts, other.texts);
        add(structs, other.structs);
        add(macros, other.macros);
        add(functions, other.functions);
        add(callbacks, other.callbacks);
        other.libraries.forEach(libraries::putIfAbsent);
        other.skipped.stream().filter(reason -> !skipped.contains(reason)).forEach(skipped::add);
    }

    private static <F extends Fact> void add(Map<String, Variants<F>> into, Map<String, Variants<F>> from) {
        from.forEach((name, variants) -> into.merge(name, variants, Variants::plus));
    }

    /** Returns the soname of a library, by which it is loaded. */
    public String soname(String library) {
        return libraries.getOrDefault(library, library);
    }

    /** Returns the key of a struct in {@link #firstSeen}; that of a constant, a macro or a function is its name. */
    public static String structKey(String struct) {
        return "struct " + struct;
    }

    /** Returns the key of a member in {@link #firstSeen}. */
    public static String fieldKey(String struct, String path) {
        return struct + "." + path;
    }

    /** Returns all possible keys of {@link #firstSeen}. */
    public Set<String> keys() {
        Set<String> keys = new LinkedHashSet<>(constants.keySet());
        keys.addAll(reals.keySet());
        keys.addAll(texts.keySet());
        keys.addAll(macros.keySet());
        keys.addAll(functions.keySet());
        structs.forEach((name, variants) -> {
            keys.add(structKey(name));
            variants.all()
                    .forEach(variant ->
                            variant.fact().fields().forEach(field -> keys.add(fieldKey(name, field.path()))));
        });
        return keys;
    }
}
