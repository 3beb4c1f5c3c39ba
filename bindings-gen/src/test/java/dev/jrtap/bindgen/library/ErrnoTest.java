// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.library;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindgen.Compiled;
import dev.jrtap.bindgen.Gcc;
import dev.jrtap.bindgen.header.SearchPath;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.project.HeaderSet;
import dev.jrtap.bindgen.project.Project;
import dev.jrtap.bindgen.project.Settings;
import dev.jrtap.fixtures.Headers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a function's errno is what the selection says, for the library and for each function. */
class ErrnoTest {

    private static final int EBUSY = 16;
    private static final int ENOSPC = 28;

    @TempDir
    private Path directory;

    @BeforeEach
    void buildsALibraryThatFails() throws Exception {
        Gcc.require(Target.machine(), SearchPath.of(Headers.ROOT));
        Headers.requireLibcs();
        Files.writeString(directory.resolve("fail.h"), """
                int fail(int error);
                long fail_long(int error);
                unsigned int fail_unsigned(int error);
                """);
        Files.writeString(directory.resolve("fail.c"), """
                #include <errno.h>
                int fail(int error) { errno = error; return -1; }
                long fail_long(int error) { errno = error; return -1; }
                unsigned int fail_unsigned(int error) { errno = error; return -1; }
                """);
        Process gcc = new ProcessBuilder("gcc", "-shared", "-fPIC", "-o", "libfail.so", "fail.c")
                .directory(directory.toFile())
                .inheritIO()
                .start();
        assertThat(gcc.waitFor()).isZero();
    }

    private Compiled bound(String... lines) throws Exception {
        Path selection = directory.resolve("select.txt");
        Files.writeString(
                selection,
                "library fail " + directory + "\nheader fail.h\nclass Fail\nfunctions *\n" + String.join("\n", lines)
                        + "\n");
        Project project = new Project(
                new Settings(selection, directory, directory, "fail", List.of(Target.machine()), "run the test."));
        List<String> problems = new ArrayList<>();
        var model = project.read(List.of(new HeaderSet("", SearchPath.of(directory))), "a test", problems);
        assertThat(problems).isEmpty();
        return Compiled.of(Files.createTempDirectory(directory, "java"), project.generate(model));
    }

    private static Object call(Compiled compiled, String function, int error) throws Exception {
        return compiled.call("fail.FailCalls", function, error);
    }

    @Test
    void ofALibraryIsNothingUnlessItIsAskedFor() throws Exception {
        for (Compiled compiled : List.of(bound(), bound("errno none"))) {
            assertThat(call(compiled, "fail", EBUSY)).isEqualTo(-1);
            assertThat(call(compiled, "fail_long", EBUSY)).isEqualTo(-1L);
            assertThat(call(compiled, "fail_unsigned", EBUSY)).isEqualTo(-1);
            assertThat(compiled.type("fail.FailCalls").getMethods())
                    .noneMatch(m -> m.getName().equals("errno"));
        }
    }

    @Test
    void negativeIsTheResultOfSignedFunctions() throws Exception {
        Compiled compiled = bound("errno negative");

        assertThat(call(compiled, "fail", EBUSY)).isEqualTo(-EBUSY);
        assertThat(call(compiled, "fail_long", ENOSPC)).isEqualTo((long) -ENOSPC);
        assertThat(call(compiled, "fail_unsigned", EBUSY)).isEqualTo(-1);
    }

    @Test
    void savedIsKeptBesideTheResult() throws Exception {
        Compiled compiled = bound("errno saved");

        assertThat(call(compiled, "fail", EBUSY)).isEqualTo(-1);
        assertThat(compiled.call("fail.FailCalls", "errno")).isEqualTo(EBUSY);
        assertThat(call(compiled, "fail_unsigned", ENOSPC)).isEqualTo(-1);
        assertThat(compiled.call("fail.FailCalls", "errno")).isEqualTo(ENOSPC);
    }

    @Test
    void aFunctionsOwnChoiceIsStrongerThanTheLibrarys() throws Exception {
        Compiled compiled = bound("errno saved", "errno negative fail_long", "errno none fail_unsigned");

        assertThat(call(compiled, "fail", EBUSY)).isEqualTo(-1);
        assertThat(call(compiled, "fail_long", ENOSPC)).isEqualTo((long) -ENOSPC);
        assertThat(call(compiled, "fail_unsigned", ENOSPC)).isEqualTo(-1);
        assertThat(call(compiled, "fail", EBUSY)).isEqualTo(-1);
        assertThat(compiled.call("fail.FailCalls", "errno")).isEqualTo(EBUSY);
    }
}
