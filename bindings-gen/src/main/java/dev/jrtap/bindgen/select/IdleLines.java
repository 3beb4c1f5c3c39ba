// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.select;

import dev.jrtap.bindgen.model.Function;
import dev.jrtap.bindgen.model.Model;
import dev.jrtap.bindgen.model.Struct;
import dev.jrtap.bindgen.model.Variants;
import dev.jrtap.bindgen.select.Details.Detail;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds lines of a selection that had no effect on the Java, and the reasons. */
public final class IdleLines {

    private final Model model;

    private IdleLines(Model model) {
        this.model = model;
    }

    /**
     * Returns a sentence for each line without effect.
     *
     * @param selection the selection, all of whose Java has been written
     * @param model everything that is selected, by this selection or by others
     */
    public static List<String> of(Selection selection, Model model) {
        IdleLines lines = new IdleLines(model);
        return Stream.concat(
                        selection.details().unused().stream()
                                .map(detail -> detail.sentence("does nothing: " + lines.reason(detail))),
                        settings(selection, Selector.select(selection, model, new ArrayList<>())))
                .toList();
    }

    /** Returns sentences for lines that apply to all functions, structs or ioctls of a selection that has none. */
    private static Stream<String> settings(Selection selection, Model chosen) {
        boolean functions = !chosen.functions().isEmpty();
        boolean structs = !chosen.structs().isEmpty();
        boolean members = structs && selection.styles().contains(Selection.Style.ACCESSORS);
        return Stream.of(
                        idle(selection, "library", functions, "function"),
                        idle(selection, "interface", functions, "function"),
                        idle(selection, "style pointers", functions || members, "function"),
                        idle(selection, "style addresses", functions || members, "function"),
                        idle(selection, "style offsets", structs, "struct"),
                        idle(selection, "style accessors", structs, "struct"),
                        idle(selection, "style structs", structs, "struct"),
                        idle(selection, "style caller", !selection.ioctls().isEmpty(), "ioctl"),
                        idle(selection, "check", structs, "struct"))
                .flatMap(Optional::stream);
    }

    private static Optional<String> idle(Selection selection, String line, boolean used, String kind) {
        return used || !selection.lines().containsKey(line)
                ? Optional.empty()
                : Optional.of(selection.place(line) + ": `" + line + "` does nothing: no " + kind + " is selected");
    }

    private String reason(Detail detail) {
        int dot = detail.subject().indexOf('.');
        String name = dot < 0 ? detail.subject() : detail.subject().substring(0, dot);
        String part = detail.subject().substring(dot + 1);
        return switch (detail.keyword()) {
            case "rename" -> dot < 0 ? type(name) : member(name, part, "a member for Java");
            case "ordered" -> member(name, part, "a single number with accessors (`style accessors`)");
            case "errno" ->
                unselected("function", name, model.functions().keySet()).orElse("it is not called");
            default -> parameter(detail.keyword(), name, part);
        };
    }

    private String type(String name) {
        boolean other = model.functions().containsKey(name)
                || model.constants().containsKey(name)
                || model.macros().containsKey(name);
        return other
                ? name + " is neither a type nor a member of one"
                : "no struct, handle or callback " + name + " is generated";
    }

    private String member(String tag, String path, String what) {
        return unselected("struct", tag, model.structs().keySet())
                .or(() -> absent(
                        tag + " has no member ", path, fields(model.structs().get(tag))))
                .orElse("it is not " + what);
    }

    private static List<String> fields(Variants<Struct> struct) {
        return struct.first().fields().stream().map(Struct.Field::path).toList();
    }

    private String parameter(String keyword, String name, String part) {
        Variants<Function> function = model.functions().get(name);
        if (function == null) {
            return unselected("function", name, model.functions().keySet()).orElseThrow();
        }
        List<Function.Parameter> parameters = function.first().parameters();
        Function.Type type = Stream.concat(
                        Stream.of(new Function.Parameter(
                                "return", function.first().result())),
                        parameters.stream())
                .filter(parameter -> parameter.name().equals(part))
                .map(Function.Parameter::type)
                .findFirst()
                .orElse(null);
        if (type == null) {
            return name + " has no parameter " + part
                    + parameters.stream().map(Function.Parameter::name).collect(Collectors.joining(", ", ", but ", ""));
        }
        if (!type.isPointer()) {
            return "it is not a pointer but " + type.c();
        }
        return keyword.equals("out") && type.c().startsWith("const ")
                ? "it is " + type.c() + ", which is not written to"
                : "pointers are numbers here: add `style pointers`";
    }

    private static Optional<String> unselected(String kind, String name, Collection<String> known) {
        return absent("no selected " + kind + " is called ", name, known);
    }

    private static Optional<String> absent(String sentence, String name, Collection<String> known) {
        return known.contains(name)
                ? Optional.empty()
                : Optional.of(sentence
                        + name
                        + (known.isEmpty() ? "" : "; nearest: " + String.join(", ", NearestNames.of(name, known))));
    }
}
