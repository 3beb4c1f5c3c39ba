// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.project;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.emit.JavaSources;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.model.Model;
import dev.jrtap.bindgen.model.ModelReader;
import dev.jrtap.bindgen.model.ModelText;
import dev.jrtap.bindgen.select.Selection;
import dev.jrtap.bindgen.select.SelectionReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A module's bindings: reads headers into the model, generates Java from the model, and checks that both are current.
 *
 * <pre>{@code
 * Project project = new Project(Settings.of(Path.of("my-module")));
 * HeaderSet headers = new HeaderSet("7.3", SearchPath.of(Path.of("/usr/include")));
 * List<String> problems = new ArrayList<>();
 * Model model = project.read(List.of(headers), "linux-libc-dev 7.3", problems);
 * project.write(model);
 * project.write(project.generate(model));
 * }</pre>
 */
public final class Project {

    private final Settings settings;

    public Project(Settings settings) {
        this.settings = settings;
    }

    public List<Selection> selections() {
        return SelectionReader.readAll(settings.selections());
    }

    /**
     * Reads the selected declarations from headers.
     *
     * @param sets newest first; older ones are used for "first seen in" only
     * @param source the newest set's package, version and checksum, as a note in the model
     * @param problems receives a sentence for each selected declaration that is refused
     */
    public Model read(List<HeaderSet> sets, String source, List<String> problems) {
        ModelBuilder builder = new ModelBuilder(targets(sets.get(0)), selections(), source);
        Model model = builder.build(sets);
        problems.addAll(builder.problems());
        return model;
    }

    /**
     * Reads the selected declarations.
     *
     * @param source {@code null} for the directory of the headers
     * @param problems receives a sentence for each refused declaration
     */
    public Model read(List<HeaderSet> sets, String source, boolean keepGoing, Consumer<String> problems) {
        List<String> found = new ArrayList<>();
        Model model = read(sets, source == null ? sets.get(0).path().names() : source, found);
        found.forEach(problems);
        if (!found.isEmpty() && !keepGoing) {
            throw new BindgenException("refused: " + found.size() + " of the selected names; nothing was written"
                    + " (--keep-going, for Maven -Dbindings.keepGoing, continues without them)");
        }
        return model;
    }

    /** Returns the architectures of the settings, or those whose headers are there, or the machine's own. */
    private List<Target> targets(HeaderSet set) {
        if (!settings.targets().isEmpty()) {
            return settings.targets();
        }
        return set.targets().isEmpty() ? List.of(Target.machine()) : set.targets();
    }

    /** Returns the selected facts from one architecture's headers. */
    public Model readFor(Target target, HeaderSet set, List<String> problems) {
        ModelBuilder builder =
                new ModelBuilder(List.of(target), selections(), set.path().names());
        Model model = builder.build(List.of(set));
        problems.addAll(builder.problems());
        return model;
    }

    /** Returns the checked-in model. */
    public Model model() {
        try {
            return ModelReader.read(settings.model().toString(), Files.readAllLines(settings.model()));
        } catch (IOException e) {
            throw new BindgenException(
                    settings.model() + ": no model can be read there: run `read` to make one from headers", e);
        }
    }

    /** Stores the model's text. */
    public void write(Model model) throws IOException {
        Path file = settings.model().toAbsolutePath();
        try (Staged staged = new Staged(file.getParent())) {
            staged.add(file, ModelText.write(model));
            staged.move();
        }
    }

    /** Returns the Java files of a model: text by path below the source root. */
    public SortedMap<String, String> generate(Model model) {
        return generate(model, false, note -> {});
    }

    /**
     * Returns the Java files that a model gives: text by path below the source root.
     *
     * @param keepGoing whether the model may lack selected names, because it was read with this option
     * @param notes receives a sentence for each C name that has another name in Java
     */
    public SortedMap<String, String> generate(Model model, boolean keepGoing, Consumer<String> notes) {
        return JavaSources.emit(settings.packageName(), model, selections(), settings.regenerate(), keepGoing, notes)
                .files();
    }

    /**
     * Stores Java files and deletes outdated generated files of the package. Files that were not generated are kept; if
     * one is in the way, this method throws.
     */
    public void write(Map<String, String> files) throws IOException {
        SortedMap<String, String> present = checkedIn();
        present.forEach((path, text) -> {
            if (files.containsKey(path) && !isGenerated(text)) {
                throw new BindgenException(settings.sources().resolve(path)
                        + " is in the way and was not generated: choose another package, or `rename` the type");
            }
        });
        try (Staged staged = new Staged(settings.sources())) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                staged.add(settings.sources().resolve(file.getKey()), file.getValue());
            }
            staged.move();
        }
        for (Map.Entry<String, String> stale : present.entrySet()) {
            if (!files.containsKey(stale.getKey()) && isGenerated(stale.getValue())) {
                Files.delete(settings.sources().resolve(stale.getKey()));
            }
        }
    }

    private static boolean isGenerated(String text) {
        return text.isBlank() || text.contains("// Generated by bindings-gen ");
    }

    /** Returns the existing Java files of the package: text by path below the source root. */
    public SortedMap<String, String> checkedIn() {
        SortedMap<String, String> files = new TreeMap<>();
        Path directory = settings.sources().resolve(settings.packageName().replace('.', '/'));
        if (!Files.isDirectory(directory)) {
            return files;
        }
        try (Stream<Path> paths = Files.list(directory)) {
            for (Path path : paths.filter(Files::isRegularFile)
                    .filter(path -> path.toString().endsWith(".java"))
                    .toList()) {
                files.put(settings.sources().relativize(path).toString(), Files.readString(path));
            }
            return files;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Returns the differences between the checked-in files and those that would be written.
     *
     * @param sets headers to compare the model with, too; empty to compare the Java only
     */
    public List<String> check(List<HeaderSet> sets) {
        Model model = model();
        List<String> wrong = new ArrayList<>(Differences.between(generate(model), checkedIn()));
        if (!sets.isEmpty()) {
            List<String> problems = new ArrayList<>();
            String fresh = ModelText.write(read(sets, model.source(), problems));
            if (!fresh.equals(ModelText.write(model))) {
                wrong.add(settings.model()
                        + " differs from what the headers give: run `read` and examine the difference");
            }
        }
        return wrong;
    }
}
