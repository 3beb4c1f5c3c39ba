// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.verify;

import dev.jrtap.bindgen.emit.Emitted;
import dev.jrtap.bindgen.emit.JavaSources;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.model.Fact;
import dev.jrtap.bindgen.model.Model;
import dev.jrtap.bindgen.model.Variants;
import dev.jrtap.bindgen.select.Selection;
import dev.jrtap.bindgen.select.SelectionReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** Emits everything of a header that needs no library as Java, for a proof to compile. */
final class JavaSource {

    static final String PACKAGE = "proved";

    private JavaSource() {}

    /**
     * Returns a header's own facts without its functions; for a header that only includes others, their facts.
     *
     * @param header its name in facts
     */
    static Model own(Model all, String header, Target target) {
        boolean hasOwn = List.of(all.constants(), all.texts(), all.reals(), all.macros(), all.structs()).stream()
                .flatMap(facts -> facts.values().stream())
                .anyMatch(fact -> ((Variants<?>) fact).first().header().equals(header));
        Model own = Model.empty(all.source(), List.of(target.id()));
        copy(all.constants(), own.constants(), hasOwn ? header : null);
        copy(all.texts(), own.texts(), hasOwn ? header : null);
        copy(all.reals(), own.reals(), hasOwn ? header : null);
        copy(all.macros(), own.macros(), hasOwn ? header : null);
        copy(all.structs(), own.structs(), hasOwn ? header : null);
        return own;
    }

    private static <F extends Fact> void copy(
            SortedMap<String, Variants<F>> from, SortedMap<String, Variants<F>> into, String header) {
        from.forEach((name, fact) -> {
            if (header == null || fact.first().header().equals(header)) {
                into.put(name, fact);
            }
        });
    }

    /** Emits all of a model. */
    static Emitted emit(Model model, Path directory) throws IOException {
        Path file = directory.resolve("select.txt");
        StringBuilder text = new StringBuilder("header proved.h\nclass Proved\nstyle accessors\n");
        Map.of(
                        "constants", List.of(model.constants(), model.texts(), model.reals()),
                        "macros", List.of(model.macros()),
                        "structs", List.of(model.structs()))
                .forEach((keyword, kinds) -> kinds.forEach(facts -> facts.keySet()
                        .forEach(name ->
                                text.append(keyword).append(' ').append(name).append('\n'))));
        Files.writeString(file, text);
        List<Selection> selections = SelectionReader.readAll(file);
        return JavaSources.emit(PACKAGE, model, selections, "verify.", true, note -> {});
    }
}
