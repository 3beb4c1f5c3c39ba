// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.project;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.header.HeaderParser;
import dev.jrtap.bindgen.header.SearchPath;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes a selection of everything that a header declares, to be edited, and its Java. */
public final class Start {

    private final Settings settings;
    private final HeaderSet set;
    private final Consumer<String> lines;

    /** Makes a start in the places that {@code settings} name; {@code lines} receives a report of what was done. */
    public Start(Settings settings, HeaderSet set, Consumer<String> lines) {
        this.settings = settings;
        this.set = set;
        this.lines = lines;
    }

    /**
     * Writes the selection and the Java.
     *
     * @param headers the last one is selected, and the others are included before it
     * @param library the library of its functions, as for the linker's {@code -l}; {@code null} for libc
     * @param reachable see {@link Dump#of}
     */
    public void run(List<String> headers, String library, Path reachable) throws IOException {
        if (headers.isEmpty()) {
            throw new BindgenException("no header is given: name at least one to start with");
        }
        Path file = file(headers.get(headers.size() - 1));
        if (Files.exists(file)) {
            throw new BindgenException(
                    file + " already exists: edit it and run `generate`, or delete it to start again");
        }
        Target target = settings.targets().isEmpty()
                ? set.targets().stream().findFirst().orElse(Target.machine())
                : settings.targets().get(0);
        // A misspelt library is reported before headers are read, which may take long.
        Optional<NamedLibrary> named =
                Optional.ofNullable(library).map(name -> NamedLibrary.of(name, file, set.path(), target));
        boolean done = false;
        try {
            generate(file, select(file, headers, named, target, Dump.directory(set, target, reachable)));
            named.flatMap(of -> of.hint(target)).ifPresent(lines);
            lines.accept("edit the selection, and run: " + again());
            done = true;
        } finally {
            if (!done) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Writes the Java of all selections of the project, not only of the new one. */
    private void generate(Path file, Model started) throws IOException {
        Project project = new Project(settings);
        List<String> problems = new ArrayList<>();
        Model model = project.selections().size() == 1
                ? started
                : project.read(List.of(set), set.path().names(), problems);
        Map<String, String> files = project.generate(model, true, lines);
        project.write(files);
        problems.forEach(lines);
        lines.accept(file + ": the selection; refused: "
                + Files.readString(file)
                        .lines()
                        .filter(line -> line.startsWith("# refused: "))
                        .count() + " of the header's names, each with its reason");
        lines.accept(settings.sources() + ": " + files.size() + " Java files of package " + settings.packageName());
    }

    /** Returns the command that generates the Java again, with the directories and architectures of this run. */
    private String again() {
        List<String> words = new ArrayList<>(List.of(
                "bindings-gen",
                "generate",
                "--select",
                settings.selections().toString(),
                "--package",
                settings.packageName(),
                "--out",
                settings.sources().toString()));
        SearchPath path = set.path();
        if (!path.root().equals(Path.of("/", HeaderSet.USUAL))) {
            words.addAll(List.of("--headers", path.root().toString()));
        }
        if (path.libc() != null) {
            words.addAll(List.of("--libc", path.libc().toString()));
        }
        path.before().stream().distinct().forEach(directory -> words.addAll(List.of("-I", directory.toString())));
        if (!settings.targets().isEmpty()) {
            words.addAll(List.of(
                    "--arch", settings.targets().stream().map(Target::id).collect(Collectors.joining(","))));
        }
        return words.stream()
                .map(word -> word.matches("[\\w./:=,+@%-]+") ? word : "'" + word.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "));
    }

    /** Writes a selection of all that the header has, then one without the refused names, whose model it returns. */
    private Model select(Path file, List<String> headers, Optional<NamedLibrary> library, Target target, Path reachable)
            throws IOException {
        HeaderParser parser = new HeaderParser(target, set.path());
        List<String> named = headers.stream().map(Start::absolute).toList();
        Dump all = new Dump(parser, set, named, reachable);
        Model offered = all.read();
        all.requireNames(offered);
        write(file, all.text(offered, settings(offered, library), List.of()));
        Settings alone = new Settings(
                file,
                settings.model(),
                settings.sources(),
                settings.packageName(),
                settings.targets(),
                settings.regenerate());
        List<String> problems = new ArrayList<>();
        Model chosen = new Project(alone).read(List.of(set), set.path().names(), problems);
        chosen.skipped().addAll(offered.skipped());
        // A refused name is not in the selection, so its place there would be wrong.
        String place = Pattern.quote(file.toString()) + "(:\\d+)?: ";
        problems.replaceAll(problem -> problem.replaceFirst("^" + place, "").replaceFirst("; `exclude .*", ""));
        write(file, new Dump(parser, set, named, reachable).text(chosen, settings(chosen, library), problems));
        return chosen;
    }

    /** Returns the lines of a selection that apply to all functions and to all structs, if there are any. */
    private static List<String> settings(Model model, Optional<NamedLibrary> library) {
        List<String> more = new ArrayList<>();
        if (!model.functions().isEmpty()) {
            library.map(NamedLibrary::line).ifPresent(more::add);
        }
        if (!model.structs().isEmpty()) {
            more.add("style     accessors");
        }
        return more;
    }

    /** Returns an absolute path for a file, so that it is found from any working directory. */
    private static String absolute(String header) {
        return Files.isRegularFile(Path.of(header))
                ? Path.of(header).toAbsolutePath().toString()
                : header;
    }

    private static void write(Path file, String text) throws IOException {
        try (Staged staged = new Staged(file.toAbsolutePath().getParent())) {
            staged.add(file, text);
            staged.move();
        }
    }

    private Path file(String header) {
        Path selections = settings.selections();
        return selections.toString().endsWith(".txt")
                ? selections
                : selections.resolve(Path.of(header).getFileName().toString().replaceFirst("\\.h$", "") + ".txt");
    }
}
