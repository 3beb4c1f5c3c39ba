// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.select;

import dev.jrtap.bindgen.model.Function;
import dev.jrtap.bindgen.model.Model;
import dev.jrtap.bindgen.model.Struct;
import dev.jrtap.bindgen.model.Variants;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Lines of a selection about a member, a parameter or a function that is not there: they would do nothing. */
final class IdleLines {

    private final Selection selection;
    private final Model all;
    private final List<String> problems = new ArrayList<>();

    private IdleLines(Selection selection, Model all) {
        this.selection = selection;
        this.all = all;
    }

    /** Returns a sentence for each such line; {@code all} is what the headers say. */
    static List<String> of(Selection selection, Model all) {
        IdleLines lines = new IdleLines(selection, all);
        lines.read();
        return lines.problems;
    }

    private void read() {
        selection.ordered().forEach(path -> member("ordered", path));
        selection.renames().keySet().stream()
                .filter(path -> path.contains("."))
                .forEach(path -> member("rename", path));
        selection.written().forEach(path -> parameter("out", path));
        selection
                .binding()
                .forms()
                .forEach((path, form) -> parameter(form.name().toLowerCase(Locale.ROOT), path));
        selection.binding().errnoOf().forEach((function, errno) -> {
            if (isMissing(function) && all.functions().get(function) == null) {
                idle("errno", errno.name().toLowerCase(Locale.ROOT) + " " + function, "function " + function);
            }
        });
    }

    private void member(String keyword, String path) {
        String tag = path.replaceFirst("\\..*", "");
        Variants<Struct> struct = all.structs().get(tag);
        boolean known = struct != null
                && struct.first().fields().stream().anyMatch(field -> path.equals(tag + "." + field.path()));
        if (!known && isMissing(tag)) {
            idle(keyword, path, struct == null ? "struct " + tag : "member " + path);
        }
    }

    private void parameter(String keyword, String path) {
        String name = path.replaceFirst("\\..*", "");
        Variants<Function> function = all.functions().get(name);
        Stream<String> parameters = function == null
                ? Stream.of()
                : Stream.concat(
                        Stream.of("return"),
                        function.first().parameters().stream().map(Function.Parameter::name));
        if (parameters.noneMatch(parameter -> path.equals(name + "." + parameter)) && isMissing(name)) {
            idle(keyword, path, function == null ? "function " + name : "parameter " + path);
        }
    }

    /** What is refused is told with its own reason. */
    private boolean isMissing(String name) {
        return all.skipped().stream().noneMatch(skipped -> skipped.name().equals(name));
    }

    private void idle(String keyword, String text, String missing) {
        problems.add(selection.file() + ": `" + keyword + " " + text + "` does nothing: " + selection.headerNames()
                + " has no " + missing);
    }
}
