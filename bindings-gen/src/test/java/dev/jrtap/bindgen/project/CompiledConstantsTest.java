// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.project;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindgen.Gcc;
import dev.jrtap.bindgen.header.SearchPath;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.model.Model;
import dev.jrtap.bindgen.select.Selection;
import dev.jrtap.fixtures.Headers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The constants of the checked-in bindings that a socket or file program needs are the C compiler's: one static
 * assertion for each name that the machine's headers define.
 */
class CompiledConstantsTest {

    private static final Set<String> CLASSES =
            Set.of("Fcntl", "SysSocket", "In", "In6", "Tcp", "Udp", "Poll", "Splice", "Falloc", "Fadvise", "Xattr");
    /** glibc has 0 for it on 64 bits, where open(2) always adds the kernel's bit. */
    private static final Set<String> OTHERWISE_IN_LIBC = Set.of("O_LARGEFILE");

    @TempDir
    private Path directory;

    @Test
    void areTheCompilers() throws Exception {
        Headers.requireLibcs();
        Headers.requireKernels();
        String gcc = Gcc.require(Target.machine(), SearchPath.of(Headers.ROOT)).toString();
        Project project = new Project(Settings.of(Path.of("../syscalls")));
        Model model = project.model();
        long asserted = 0;
        for (Selection selection : project.selections()) {
            if (CLASSES.contains(selection.className())) {
                List<String> assertions = assertions(selection, model);
                assertThat(errors(gcc, selection, assertions))
                        .as(selection.className())
                        .isEmpty();
                asserted += assertions.size();
            }
        }

        assertThat(asserted).isGreaterThan(500);
    }

    /** A name that the machine's headers do not know yet is passed over by the preprocessor. */
    private static List<String> assertions(Selection selection, Model model) {
        String machine = Target.machine().id();
        return model.constants().values().stream()
                .filter(all -> selection.wants(all.first().header(), all.first().name()))
                .filter(all -> selection.constants().match(all.first().name()))
                .filter(all -> !selection.excluded().match(all.first().name()))
                .filter(all -> !all.first().grows())
                .filter(all -> !OTHERWISE_IN_LIBC.contains(all.first().name()))
                .flatMap(all -> all.on(machine).stream())
                .map(c -> "#ifdef %1$s\n_Static_assert((unsigned)(%1$s) == (unsigned)%2$dll, \"%1$s\");\n#endif\n"
                        .formatted(c.name(), c.value()))
                .toList();
    }

    private String errors(String gcc, Selection selection, List<String> assertions)
            throws IOException, InterruptedException {
        Path source = directory.resolve(selection.className() + ".c");
        Path errors = directory.resolve("errors");
        Files.writeString(
                source,
                "#define _GNU_SOURCE\n"
                        + selection.headers().stream()
                                .filter(header -> !header.startsWith("bits/"))
                                .map(header -> "#include <" + header + ">\n")
                                .collect(Collectors.joining())
                        + String.join("", assertions));
        Process process = new ProcessBuilder(gcc, "-std=gnu17", "-w", "-fsyntax-only", source.toString())
                .redirectErrorStream(true)
                .redirectOutput(errors.toFile())
                .start();
        int status = process.waitFor();
        String text = Files.readString(errors);
        return status == 0 ? "" : text;
    }
}
