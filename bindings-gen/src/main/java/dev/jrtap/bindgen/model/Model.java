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
 * Facts of one set of headers, for one architecture or several.
 *
 * @param source the headers' package, version and checksum, for people
 * @param callbacks signatures of pointers to functions, by the C text of the pointer's type, as functions and
 *     members have it
 * @param libraries the sonames of the libraries that functions are bound to, by the names that selections have for them
 * @param firstSeen the oldest kernel whose headers have a fact, by {@link #keys}; without an entry, it is not known
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

    /** Behind a version: headers since then have said different things under the name. */
    public static final String CHANGED = "~";

    /** A model to be filled. */
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

    /** One model of several architectures; the place of a fact is the first one's. */
    public static Model merge(List<Model> models) {
        Model all = empty(
                models.get(0).source(),
                models.stream().flatMap(model -> model.architectures().stream()).toList());
        models.forEach(all::add);
        return all;
    }

    /** Takes in another model's facts, as further variants of those that are here. */
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

    /** Returns the name by which a library is loaded. */
    public String soname(String library) {
        return libraries.getOrDefault(library, library);
    }

    /** Returns what {@link #firstSeen} knows a struct by; a constant, a macro or a function goes by its name alone. */
    public static String structKey(String struct) {
        return "struct " + struct;
    }

    /** Returns what {@link #firstSeen} knows a member by. */
    public static String fieldKey(String struct, String path) {
        return struct + "." + path;
    }

    /** All that {@link #firstSeen} could know. */
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
