// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.library;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.Compiled;
import dev.jrtap.bindgen.header.SearchPath;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.project.HeaderSet;
import dev.jrtap.bindgen.project.Project;
import dev.jrtap.bindgen.project.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Everything of every header, in all styles, must compile: {@code AllHeaders INCLUDE-DIRECTORY HEADER…}, the headers as
 * they would be included. Those that cannot be read, and say why, are counted.
 */
public final class AllHeaders {

    private static final List<String> STYLES = List.of("accessors structs pointers", "offsets addresses");

    /** What became of some headers. */
    public record Result(int compiled, List<String> refused, List<String> failed) {}

    private AllHeaders() {}

    public static void main(String[] arguments) throws IOException {
        Result result = run(Path.of(arguments[0]), List.of(arguments).subList(1, arguments.length));
        result.refused.forEach(reason -> System.out.println("refused " + reason));
        result.failed.forEach(reason -> System.out.println("FAILED " + reason));
        System.out.printf(
                "%d compile, %d are refused, %d fail%n", result.compiled, result.refused.size(), result.failed.size());
        System.exit(result.failed.isEmpty() ? 0 : 1);
    }

    static Result run(Path root, List<String> headers) throws IOException {
        HeaderSet set = new HeaderSet("", SearchPath.of(root));
        int compiled = 0;
        List<String> refused = new ArrayList<>();
        List<String> failed = new ArrayList<>();
        for (String header : headers) {
            Path directory = Files.createTempDirectory("headers");
            try {
                Map<String, String> files = new TreeMap<>();
                for (int i = 0; i < STYLES.size(); i++) {
                    files.putAll(generated(directory, set, header, i));
                }
                Compiled.of(directory, files);
                compiled++;
            } catch (BindgenException e) {
                refused.add(header + ": " + e.getMessage().lines().findFirst().orElse(""));
            } catch (RuntimeException | AssertionError e) {
                failed.add(header + ": " + e + (e instanceof RuntimeException ? " at " + e.getStackTrace()[0] : ""));
            } finally {
                delete(directory);
            }
        }
        return new Result(compiled, refused, failed);
    }

    private static Map<String, String> generated(Path directory, HeaderSet set, String header, int style)
            throws IOException {
        Path selection = directory.resolve(style + ".txt");
        Files.writeString(
                selection,
                "header " + header + "\nclass Everything\nconstants *\nstructs *\nmacros *\nfunctions *\nstyle "
                        + STYLES.get(style) + "\n");
        Project project = new Project(new Settings(
                selection, directory, directory, "everything" + style, List.of(Target.X86_64), "run the test."));
        // Not every header has what each line is about.
        return project.generate(project.read(List.of(set), "a test", new ArrayList<>()), true, note -> {});
    }

    private static void delete(Path directory) throws IOException {
        try (var paths = Files.walk(directory)) {
            for (Path path : paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
