// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindgen.header.SearchPath;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.model.Model;
import dev.jrtap.bindgen.model.ModelReader;
import dev.jrtap.bindgen.model.ModelText;
import dev.jrtap.bindgen.project.HeaderSet;
import dev.jrtap.bindgen.project.Project;
import dev.jrtap.bindgen.project.Settings;
import dev.jrtap.bindgen.verify.Compiler;
import dev.jrtap.bindgen.verify.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One directory a feature of C: the header, the selection, and the Java that is expected.
 *
 * <p>After a change of what is generated, {@code -Djrtap.update=true} writes the expected files anew; the difference is
 * then for people to judge.
 */
@Tag("any-user")
class FeatureTest {

    private static final Path FEATURES = Path.of("src/test/resources/features");

    /** Copied as they stand, and tested on their own. */
    private static final Set<String> RUNTIME = Set.of(
            "Abi.java",
            "Addresses.java",
            "Bits.java",
            "Btf.java",
            "Callback.java",
            "Chars.java",
            "Handle.java",
            "IoctlCaller.java",
            "LayoutCheck.java",
            "Libraries.java",
            "Lookup.java",
            "package-info.java");

    static Stream<Path> features() throws IOException {
        try (Stream<Path> directories = Files.list(FEATURES)) {
            return directories.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("features")
    void givesTheExpectedJava(Path feature) throws IOException {
        SortedMap<String, String> files = generate(feature);
        Map<String, String> expected = new TreeMap<>();
        Map<String, String> given = new TreeMap<>();
        files.forEach((path, text) -> {
            String name = Path.of(path).getFileName().toString();
            if (!RUNTIME.contains(name)) {
                given.put(name, text);
            }
        });
        if (Boolean.getBoolean("jrtap.update")) {
            update(feature.resolve("expected"), given);
        }
        try (Stream<Path> paths = Files.list(feature.resolve("expected"))) {
            for (Path path : paths.toList()) {
                expected.put(path.getFileName().toString(), Files.readString(path));
            }
        }

        assertThat(given).isEqualTo(expected);
    }

    @Test
    void allOfItCompiles(@TempDir Path directory) throws IOException {
        Map<String, String> files = new TreeMap<>();
        for (Path feature : features().toList()) {
            files.putAll(generate(feature));
        }

        assertThat(Compiled.of(directory, files)).isNotNull();
    }

    @ParameterizedTest
    @MethodSource("features")
    void isReadAsTheCompilersReadIt(Path feature) {
        SearchPath path = SearchPath.of(feature);
        if (isC23(feature)) {
            isReadAs(Gcc.requireC23(path), Target.X86_64, path);
            return;
        }
        for (Target target : List.of(Target.X86_64, Target.AARCH64)) {
            isReadAs(Gcc.require(target, path), target, path);
        }
    }

    private static void isReadAs(Compiler compiler, Target target, SearchPath path) {
        Verification verification = new Verification(compiler, target, path);

        verification.run(List.of("linux/feature.h"));

        assertThat(verification.refusedByCompiler()).isEmpty();
        assertThat(verification.tally().differences()).isEmpty();
        assertThat(verification.refusedHere()).isEmpty();
        assertThat(verification.compared()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("features")
    void anOlderCompilerProvesNothingThatItCannotRead(Path feature) {
        SearchPath path = SearchPath.of(feature);
        Verification verification = new Verification(Gcc.require(Target.X86_64, path), Target.X86_64, path);

        verification.run(List.of("linux/feature.h"));

        boolean read = verification.refusedByCompiler().isEmpty();
        assertThat(read).isEqualTo(verification.compared() == 1);
        assertThat(verification.tally().total() > 0).isEqualTo(read);
    }

    private static boolean isC23(Path feature) {
        return feature.getFileName().toString().startsWith("c23_");
    }

    @ParameterizedTest
    @MethodSource("features")
    void theModelsTextHoldsAllOfIt(Path feature) {
        Project project = project(feature);
        Model model = read(project, feature);

        Model again = ModelReader.read("model", ModelText.write(model).lines().toList());

        assertThat(ModelText.write(again)).isEqualTo(ModelText.write(model));
        assertThat(project.generate(again)).isEqualTo(project.generate(model));
    }

    private static SortedMap<String, String> generate(Path feature) {
        Project project = project(feature);
        return project.generate(read(project, feature));
    }

    private static Model read(Project project, Path feature) {
        List<String> problems = new ArrayList<>();
        Model model = project.read(List.of(new HeaderSet("", SearchPath.of(feature))), "a test", problems);
        assertThat(problems).isEmpty();
        return model;
    }

    private static Project project(Path feature) {
        return new Project(new Settings(
                feature.resolve("select.txt"),
                feature.resolve("model.tsv"),
                feature.resolve("java"),
                "feature." + feature.getFileName(),
                List.of(Target.values()),
                "run the test."));
    }

    private static void update(Path expected, Map<String, String> files) throws IOException {
        Files.createDirectories(expected);
        try (Stream<Path> stale = Files.list(expected)) {
            for (Path path : stale.toList()) {
                Files.delete(path);
            }
        }
        for (Map.Entry<String, String> file : files.entrySet()) {
            Files.writeString(expected.resolve(file.getKey()), file.getValue());
        }
    }
}
