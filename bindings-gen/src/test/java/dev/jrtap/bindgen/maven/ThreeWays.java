// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.maven;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindgen.cli.Main;
import dev.jrtap.bindgen.project.HeaderSet;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A package of headers, and what a command, a goal and a call do with it. */
abstract class ThreeWays {

    private static final String PC = "prefix=/usr\nincludedir=${prefix}/include\n\nName: p\nRequires: base >= 1.0\n"
            + "Cflags: -I${includedir}/p -DTHROUGH_PKG\nLibs: -L${prefix}/lib -lp\n";

    @TempDir
    Path root;

    Path headers;

    @BeforeEach
    void hasAPackageOfHeaders() throws IOException {
        headers = root.resolve("usr/include");
        write("usr/include/p/p.h", "#include <p/part.h>\n#include <other.h>\n");
        write(
                "usr/include/p/part.h",
                "#define PART 1\nstruct part { int a; };\nint part(struct part *p);\nint variadic(int n, ...);\n");
        write("usr/include/other.h", "#define OTHER 2\n#ifdef THROUGH_PKG\n#define DEFINED 3\n#endif\n");
        write("usr/lib/x86_64-linux-gnu/pkgconfig/p.pc", PC);
        write("usr/share/pkgconfig/base.pc", "Name: base\nCflags: -DBASE=7\n");
    }

    final Goal goal(String name) throws Exception {
        return Goal.named(name).with("bindings.headers", headers.toFile());
    }

    final HeaderSet set(List<String> packages) {
        return HeaderSet.of("", headers, null, List.of(), List.of(), packages);
    }

    final void write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    static Map<String, String> files(Path directory) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                files.put(directory.relativize(path).toString(), Files.readString(path));
            }
        }
        return files;
    }

    static String failure(String... args) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream err = System.err;
        try (PrintStream all = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            System.setErr(all);
            assertThat(Main.run(args)).isEqualTo(1);
        } finally {
            System.setErr(err);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    static String command(String... args) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = System.out;
        try (PrintStream all = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            System.setOut(all);
            assertThat(Main.run(args)).isZero();
        } finally {
            System.setOut(out);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
