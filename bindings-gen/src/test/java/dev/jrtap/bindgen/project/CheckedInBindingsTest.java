// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.project;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindgen.model.Model;
import dev.jrtap.bindgen.model.ModelText;
import dev.jrtap.fixtures.Feature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The checked-in bindings of {@code syscalls} are those that its selections and headers give. */
@Tag("any-user")
class CheckedInBindingsTest {

    private static final Path PROJECT = Path.of("../syscalls");
    private static final Path HEADERS = Path.of("target/headers");

    /** After a change of the generator: {@code mvn -q -pl bindings-gen compile exec:java}. */
    @Test
    void areExactlyWhatTheModelGives() {
        assertThat(new Project(Settings.of(PROJECT)).check(List.of())).isEmpty();
    }

    /** After a change of a selection or of the headers: {@code bindings-gen/headers/update}. */
    @Test
    void theModelIsExactlyWhatTheHeadersGive() throws IOException {
        Path fetched = HEADERS.resolve("packages.lock");
        Feature.require("headers of the model", Files.exists(fetched), "bindings-gen/headers/fetch has not been run");
        List<HeaderSet> sets = Files.readAllLines(fetched).stream()
                .map(line -> line.substring(0, line.indexOf(' ')))
                .filter(set -> !set.equals("#") && !set.equals("libc"))
                .map(set -> HeaderSet.of(set, include(set), include("libc"), List.of(), List.of()))
                .toList();
        Project project = new Project(Settings.of(PROJECT));
        Model model = project.model();
        List<String> problems = new ArrayList<>();

        Model fresh = project.read(sets, model.source(), problems);

        assertThat(problems).isEmpty();
        assertThat(ModelText.write(fresh)).isEqualTo(ModelText.write(model));
    }

    private static Path include(String set) {
        return HEADERS.resolve(set).resolve(HeaderSet.USUAL);
    }
}
