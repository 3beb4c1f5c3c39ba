// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.project;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.emit.JavaSources;
import dev.jrtap.bindgen.header.HeaderParser;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.layout.FactReader;
import dev.jrtap.bindgen.model.Fact;
import dev.jrtap.bindgen.model.Model;
import dev.jrtap.bindgen.model.Skipped;
import dev.jrtap.bindgen.model.Variants;
import dev.jrtap.bindgen.verify.HeaderList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Writes everything that a header declares as a selection. */
public final class Dump {

    private static final int WIDTH = 120;

    private static final int SHOWN = 8;

    private final StringBuilder text = new StringBuilder();
    private final HeaderParser parser;
    private final HeaderSet set;
    private final List<String> headers;
    private final String header;
    private final Path reachable;
    private final Map<String, Boolean> own = new HashMap<>();

    /**
     * Makes a dump of the last of {@code headers}; the others are included before it.
     *
     * @param reachable a directory; declarations of all included headers below it count as the header's own; {@code
     *     null} for none
     */
    Dump(HeaderParser parser, HeaderSet set, List<String> headers, Path reachable) {
        this.parser = parser;
        this.set = set;
        this.headers = headers;
        this.header = parser.includeName(headers.get(headers.size() - 1));
        this.reachable = reachable;
    }

    /**
     * Passes the text of a selection to {@code selections}.
     *
     * @param headers the last one is dumped, and the others are included before it; if empty, each of the kernel's
     *     headers is dumped, as a selection of its own
     */
    public static void of(Target target, HeaderSet set, List<String> headers, Consumer<String> selections)
            throws IOException {
        of(target, set, headers, null, selections);
    }

    /**
     * Passes the text of a selection to {@code selections}, with the declarations of all included headers below a
     * directory.
     *
     * @param reachable the directory, absolute or relative to the working directory or to an include directory; {@code
     *     null} for none
     */
    public static void of(
            Target target, HeaderSet set, List<String> headers, Path reachable, Consumer<String> selections)
            throws IOException {
        HeaderParser parser = new HeaderParser(target, set.path());
        if (!headers.isEmpty()) {
            Dump dump = new Dump(parser, set, headers, directory(set, target, reachable));
            selections.accept(dump.text(dump.read(), List.of(), List.of()));
            return;
        }
        for (String header : HeaderList.of(set.path().root(), target)) {
            try {
                Dump dump = new Dump(parser, set, List.of(header), null);
                selections.accept(dump.text(dump.read(), List.of(), List.of()));
            } catch (BindgenException e) {
                // Some headers cannot be included first, or do not exist for this architecture.
                selections.accept("# not to be read on its own: " + header + ": " + e.getMessage() + "\n");
            }
        }
    }

    /** Returns a directory as it is given, or the directory of that name below an include directory. */
    static Path directory(HeaderSet set, Target target, Path given) {
        if (given == null || Files.isDirectory(given)) {
            return given == null ? null : given.toAbsolutePath().normalize();
        }
        return set.path().directories(target).stream()
                .map(directory -> directory.resolve(given))
                .filter(Files::isDirectory)
                .findFirst()
                .orElseThrow(() -> new BindgenException(
                        given + ": there is no such directory, neither here nor below an include directory"));
    }

    /** Returns the header's own declarations. */
    Model read() {
        return FactReader.read(parser.parse(headers), set.path().names(), (from, name) -> isOwn(from));
    }

    private boolean isOwn(String from) {
        return own.computeIfAbsent(
                from, name -> name.equals(header) || reachable != null && parser.isBelow(name, reachable));
    }

    /**
     * Returns the selection.
     *
     * @param more lines that come after the class
     * @param refused sentences about declarations that are left out, besides those of the model
     */
    String text(Model model, List<String> more, List<String> refused) {
        new TreeMap<>(set.path().defines())
                .forEach((name, value) -> text.append("define    ")
                        .append(name)
                        .append(' ')
                        .append(value)
                        .append('\n'));
        headers.subList(0, headers.size() - 1)
                .forEach(name -> text.append("include   ").append(word(name)).append('\n'));
        String last = headers.get(headers.size() - 1);
        text.append("header    ").append(word(last)).append('\n');
        text.append("class     ").append(className(last)).append('\n');
        more.forEach(line -> text.append(line).append('\n'));
        int start = text.length();
        List<String> constants = own(model.constants());
        constants.addAll(own(model.reals()));
        constants.addAll(own(model.texts()));
        lines("constants", constants);
        lines("structs", own(model.structs()));
        lines("macros", own(model.macros()));
        lines("functions", own(model.functions()));
        for (Skipped skipped : model.skipped()) {
            if (isOwn(skipped.header()) && !skipped.reason().isEmpty()) {
                refused(skipped.toString());
            }
        }
        refused.forEach(this::refused);
        if (text.length() == start) {
            hint().lines().forEach(line -> text.append("# ").append(line).append('\n'));
        }
        return text.toString();
    }

    /** Returns a word of a selection, in quotes if it contains blanks. */
    private static String word(String name) {
        return name.matches("\\S+") ? name : '"' + name + '"';
    }

    private void refused(String sentence) {
        text.append("# refused: ").append(sentence.replace('\n', ' ')).append('\n');
    }

    /** Throws if the header declares nothing itself; the message names the headers that it includes. */
    void requireNames(Model model) {
        boolean none = model.skipped().stream()
                .noneMatch(
                        skipped -> isOwn(skipped.header()) && !skipped.reason().isEmpty());
        for (Map<String, ? extends Variants<?>> facts : facts(model)) {
            none &= facts.values().stream().noneMatch(fact -> isOwn(fact.first().header()));
        }
        if (none) {
            throw new BindgenException(hint());
        }
    }

    private static List<Map<String, ? extends Variants<?>>> facts(Model model) {
        return List.of(
                model.constants(), model.reals(), model.texts(), model.structs(), model.macros(), model.functions());
    }

    /** Returns which included headers declare names, because a header may be a mere collection of others. */
    private String hint() {
        Map<String, Integer> names = new TreeMap<>();
        Model all = FactReader.read(parser.parse(headers), set.path().names());
        for (Map<String, ? extends Variants<?>> facts : facts(all)) {
            facts.values().forEach(fact -> names.merge(fact.first().header(), 1, Integer::sum));
        }
        StringBuilder hint = new StringBuilder(header).append(" declares nothing itself.");
        if (!names.isEmpty()) {
            hint.append(
                    " The headers that it includes declare these names; --reachable DIR takes those of headers below DIR:");
        }
        names.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .limit(SHOWN)
                .forEach(entry ->
                        hint.append("\n  ").append(entry.getKey()).append(": ").append(entry.getValue()));
        return hint.toString();
    }

    static String className(String header) {
        StringBuilder name = new StringBuilder();
        for (String word : Path.of(header)
                .getFileName()
                .toString()
                .replaceFirst("\\.h$", "")
                .split("[^A-Za-z0-9]+")) {
            name.append(word.isEmpty() ? "" : Character.toUpperCase(word.charAt(0)) + word.substring(1));
        }
        // A class name cannot begin with a digit.
        return JavaSources.className(Character.isDigit(name.charAt(0)) ? "_" + name : name.toString());
    }

    private <F extends Fact> List<String> own(Map<String, Variants<F>> facts) {
        List<String> names = new ArrayList<>();
        facts.forEach((name, variants) -> {
            if (isOwn(variants.first().header())) {
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
