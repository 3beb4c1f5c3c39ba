// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.model.Model;
import dev.jrtap.bindgen.select.Selection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Checks every selected fact against the machine's compiler and the machine's own headers, which need not be those that the
 * model was read from: what is proved is the reading.
 */
class CompilerAgreesTest {

    /** Another include directory, for a proof with the fetched headers. */
    private static final Path HEADERS = Path.of(System.getProperty("jrtap.headers", "/usr/include"));

    private static final boolean HAS_HEADERS = Files.exists(HEADERS.resolve("linux/io_uring.h"));

    private static final Path SYSCALLS = Path.of("../syscalls").toAbsolutePath().normalize();

    @TempDir
    private Path directory;

    static Stream<Selection> selections() {
        List<Selection> all = Selection.readAll(SYSCALLS.resolve("src/bindings/select"));
        // Older headers lack some of the files; what they have is checked.
        return HAS_HEADERS
                ? all.stream().filter(CompilerAgreesTest::isThere).map(CompilerAgreesTest::asFarAsThere)
                : all.stream();
    }

    /** The selection without the structs that older headers do not define. */
    private static Selection asFarAsThere(Selection selection) {
        Path header = HEADERS.resolve(selection.header());
        if (!Files.exists(header)) {
            return selection;
        }
        String text = read(header);
        return new Selection(
                selection.file(),
                selection.includes(),
                selection.header(),
                selection.className(),
                selection.constants(),
                selection.structs().stream()
                        .filter(tag -> text.matches("(?s).*\\b(struct|union) " + tag + "\\s*\\{.*"))
                        .toList(),
                selection.renames(),
                selection.functions());
    }

    private static String read(Path header) {
        try {
            return Files.readString(header);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isThere(Selection selection) {
        return Stream.of(HEADERS, HEADERS.resolve(Target.X86_64.triplet()))
                .anyMatch(root -> selection.inclusions().stream().allMatch(name -> isThere(root, name)));
    }

    private static boolean isThere(Path root, String name) {
        return Files.exists(root.resolve(name)) || Files.exists(Path.of(name).toAbsolutePath());
    }

    @ParameterizedTest
    @MethodSource("selections")
    void onEveryValueTypeSizeAndOffset(Selection selection) throws Exception {
        assumeTrue(HAS_HEADERS, "no kernel headers in " + HEADERS);
        assumeTrue(hasCompiler(), "no gcc for x86-64 on this machine");
        Target target = Target.X86_64;
        Model model = new Project(SYSCALLS).readFor(target, HEADERS, selection);

        CompilerProgram program = new CompilerProgram(selection, model);

        List<Path> path = HEADERS.equals(Path.of("/usr/include"))
                ? List.of()
                : List.of(HEADERS.resolve(target.triplet()), HEADERS);
        assertThat(program.compilers(directory, path)).containsExactlyElementsOf(program.ours());
    }

    private static boolean hasCompiler() throws InterruptedException {
        try {
            return CompilerProgram.run(List.of("gcc", "-dumpmachine")).startsWith("x86_64");
        } catch (IOException e) {
            return false;
        }
    }
}
