// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.project;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.header.HeaderParser;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.layout.FactReader;
import dev.jrtap.bindgen.model.Fact;
import dev.jrtap.bindgen.model.Model;
import dev.jrtap.bindgen.model.Skipped;
import dev.jrtap.bindgen.model.Variants;
import dev.jrtap.bindgen.verify.HeaderList;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** All that a header offers, as a selection that takes everything. */
public final class Dump {

    private static final int WIDTH = 120;

    private final StringBuilder text = new StringBuilder();
    private final String header;

    private Dump(String header) {
        this.header = header;
    }

    /**
     * Tells {@code selections} the text of a selection.
     *
     * @param headers the last one is meant, and the others come before it; empty for each of the kernel's headers that there are,
     *     with a selection of its own
     */
    public static void of(Target target, HeaderSet set, List<String> headers, Consumer<String> selections)
            throws IOException {
        HeaderParser parser = new HeaderParser(target, set.path());
        if (!headers.isEmpty()) {
            selections.accept(text(parser, set, headers));
            return;
        }
        for (String header : HeaderList.of(set.path().root(), target)) {
            try {
                selections.accept(text(parser, set, List.of(header)));
            } catch (BindgenException e) {
                // Some headers are not made to be included first, or not for this architecture.
                selections.accept("# not to be read on its own: " + header + ": " + e.getMessage() + "\n");
            }
        }
    }

    private static String text(HeaderParser parser, HeaderSet set, List<String> headers) {
        String last = headers.get(headers.size() - 1);
        Dump dump = new Dump(parser.includeName(last));
        new TreeMap<>(set.path().defines())
                .forEach((name, value) -> dump.text
                        .append("define    ")
                        .append(name)
                        .append(' ')
                        .append(value)
                        .append('\n'));
        Model model = FactReader.read(
                parser.parse(headers), set.path().root().toString(), (header, name) -> header.equals(dump.header));
        dump.write(model, headers.subList(0, headers.size() - 1), last);
        return dump.text.toString();
    }

    private void write(Model model, List<String> before, String last) {
        before.forEach(name -> text.append("include   ").append(name).append('\n'));
        text.append("header    ").append(last).append('\n');
        text.append("class     ").append(className(last)).append('\n');
        List<String> constants = own(model.constants());
        constants.addAll(own(model.reals()));
        constants.addAll(own(model.texts()));
        lines("constants", constants);
        lines("structs", own(model.structs()));
        lines("macros", own(model.macros()));
        lines("functions", own(model.functions()));
        for (Skipped skipped : model.skipped()) {
            if (skipped.header().equals(header) && !skipped.isEmpty()) {
                text.append("# not to be had: ")
                        .append(skipped.toString().replace('\n', ' '))
                        .append('\n');
            }
        }
    }

    private static String className(String header) {
        StringBuilder name = new StringBuilder();
        for (String word : Path.of(header)
                .getFileName()
                .toString()
                .replaceFirst("\\.h$", "")
                .split("[^A-Za-z0-9]+")) {
            name.append(word.isEmpty() ? "" : Character.toUpperCase(word.charAt(0)) + word.substring(1));
        }
        // No class can begin with a digit.
        return Character.isDigit(name.charAt(0)) ? "_" + name : name.toString();
    }

    private <F extends Fact> List<String> own(Map<String, Variants<F>> facts) {
        List<String> names = new ArrayList<>();
        facts.forEach((name, variants) -> {
            if (variants.first().header().equals(header)) {
                names.add(name);
            }
        });
        return names;
    }

    private void lines(String keyword, List<String> names) {
        StringBuilder line = new StringBuilder();
        for (String name : names) {
            if (line.length() + name.length() > WIDTH) {
                text.append(line).append('\n');
                line.setLength(0);
            }
            line.append(line.length() == 0 ? String.format("%-9s", keyword) : "")
                    .append(' ')
                    .append(name);
        }
        text.append(line).append(line.length() == 0 ? "" : "\n");
    }
}
