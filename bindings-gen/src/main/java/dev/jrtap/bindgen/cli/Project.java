// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.cli;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.emit.JavaSources;
import dev.jrtap.bindgen.header.HeaderParser;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.layout.FactReader;
import dev.jrtap.bindgen.model.Model;
import dev.jrtap.bindgen.model.ModelText;
import dev.jrtap.bindgen.select.Selection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A module with bindings: selections and the model under {@code src/bindings}, Java under {@code src/generated/java}.
 */
public final class Project {

    private final Path selections;
    private final Path model;
    private final Path sources;
    private final SortedSet<String> skipped = new TreeSet<>();

    public Project(Path root) {
        this.selections = root.resolve("src/bindings/select");
        this.model = root.resolve("src/bindings/model/linux.tsv");
        this.sources = root.resolve("src/generated/java");
    }

    /**
     * The facts that the headers below {@code root} give. They must be the same for every target; the places where they stand may
     * differ, and are those of the first.
     */
    public String read(Path root, String source) {
        Target first = Target.values()[0];
        String common = ModelText.write(readFor(first, root, source));
        for (Target target : Target.values()) {
            refuseDifferences(first, common, target, ModelText.write(readFor(target, root, source)));
        }
        return common;
    }

    /** The facts for one target alone. */
    public Model readFor(Target target, Path root, String source) {
        Model facts = FactReader.empty(source);
        HeaderParser parser = new HeaderParser(target, root);
        for (Selection selection : Selection.readAll(selections)) {
            skipped.addAll(FactReader.read(parser.parse(selection.inclusions()), selection, facts));
        }
        return facts;
    }

    /** The facts of one selection alone. */
    Model readFor(Target target, Path root, Selection selection) {
        Model facts = FactReader.empty(root.toString());
        FactReader.read(new HeaderParser(target, root).parse(selection.inclusions()), selection, facts);
        return facts;
    }

    /** What patterns matched in the headers read so far and was left out, with the reason. */
    SortedSet<String> skipped() {
        return skipped;
    }

    private static void refuseDifferences(Target a, String ofA, Target b, String ofB) {
        String onlyA = firstOnlyIn(ofA, ofB);
        String onlyB = firstOnlyIn(ofB, ofA);
        if (!onlyA.isEmpty() || !onlyB.isEmpty()) {
            throw new BindgenException("a selected fact differs between " + a.id() + " and " + b.id() + ": " + a.id()
                    + " alone has [" + onlyA + "], " + b.id() + " alone has [" + onlyB + "]");
        }
    }

    private static String firstOnlyIn(String one, String other) {
        Set<String> facts = other.lines().map(ModelText::withoutPlace).collect(Collectors.toSet());
        return one.lines()
                .map(ModelText::withoutPlace)
                .filter(fact -> !facts.contains(fact))
                .findFirst()
                .orElse("")
                .replace('\t', ' ');
    }

    void writeModel(String text) throws IOException {
        Files.createDirectories(model.getParent());
        Files.writeString(model, text);
    }

    String modelText() throws IOException {
        return Files.readString(model);
    }

    /** The Java files that the checked-in model gives. */
    public SortedMap<String, String> generate() throws IOException {
        return JavaSources.emit(
                ModelText.read(model.toString(), Files.readAllLines(model)), Selection.readAll(selections));
    }

    void write(Map<String, String> files) throws IOException {
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = sources.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
        for (String stale : checkedIn().keySet()) {
            if (!files.containsKey(stale)) {
                Files.delete(sources.resolve(stale));
            }
        }
    }

    /** The Java files that are there now. */
    public SortedMap<String, String> checkedIn() throws IOException {
        SortedMap<String, String> files = new TreeMap<>();
        try (Stream<Path> paths = Files.exists(sources) ? Files.walk(sources) : Stream.empty()) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                files.put(sources.relativize(path).toString(), Files.readString(path));
            }
        }
        return files;
    }
}
