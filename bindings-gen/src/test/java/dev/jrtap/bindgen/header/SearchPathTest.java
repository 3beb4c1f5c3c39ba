// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.fixtures.Feature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchPathTest {

    @TempDir
    private Path directory;

    private Path kernel;
    private Path libc;
    private Path own;
    private SearchPath path;

    @BeforeEach
    void hasAKernelAndALibc() throws IOException {
        kernel = Files.createDirectories(directory.resolve("kernel"));
        libc = Files.createDirectories(directory.resolve("libc"));
        own = Files.createDirectories(directory.resolve("own"));
        write(kernel.resolve("linux/if.h"), "#include <sys/types.h>\n");
        write(libc.resolve("fcntl.h"), "#include <bits/fcntl.h>\n#include <linux/if.h>\n");
        write(libc.resolve("x86_64-linux-gnu/bits/fcntl.h"), "#define OF 1\n");
        write(libc.resolve("aarch64-linux-gnu/bits/fcntl.h"), "#define OF 2\n");
        write(libc.resolve("x86_64-linux-gnu/sys/types.h"), "#define TYPES 1\n");
        write(libc.resolve("aarch64-linux-gnu/sys/types.h"), "#define TYPES 1\n");
        path = new SearchPath(kernel, libc, List.of(own), Map.of());
    }

    @Test
    void kernelHeadersAreReadWithoutLibc() {
        assertThat(path.directories(Target.X86_64, List.of("linux/if.h")))
                .containsExactly(own, kernel.resolve("x86_64-linux-gnu"), kernel);
        assertThat(read(Target.X86_64, "linux/if.h").definitions()).doesNotContainKey("TYPES");
    }

    @Test
    void libcsHeadersFindTheirArchitecturesAndThenTheKernels() {
        assertThat(path.directories(Target.AARCH64, List.of("fcntl.h")))
                .containsExactly(
                        own, libc.resolve("aarch64-linux-gnu"), libc, kernel.resolve("aarch64-linux-gnu"), kernel);
        assertThat(read(Target.AARCH64, "fcntl.h").definitions().get("OF").getExpansion())
                .isEqualTo("2");
        assertThat(read(Target.X86_64, "fcntl.h").definitions().get("OF").getExpansion())
                .isEqualTo("1");
        assertThat(read(Target.X86_64, "fcntl.h").definitions()).containsKey("TYPES");
    }

    @Test
    void aHeaderOfOneArchitectureIsLibcsToo() {
        assertThat(path.isOfLibc("sys/types.h")).isTrue();
        assertThat(path.isOfLibc("linux/if.h")).isFalse();
        assertThat(path.isOfLibc(kernel.resolve("linux/if.h").toString())).isFalse();
        assertThat(SearchPath.of(kernel).isOfLibc("sys/types.h")).isFalse();
    }

    @Test
    void aDirectoryThatIsNotThereIsNamed() {
        Path absent = directory.resolve("absent");

        assertThatThrownBy(() -> new SearchPath(kernel, absent, List.of(), Map.of()))
                .isInstanceOf(BindgenException.class)
                .hasMessageContaining(absent + ": no such directory of headers");
    }

    @Test
    void aDirectoryThatIsNamedHasArchitecturesToo() {
        SearchPath named = new SearchPath(kernel, null, List.of(own, libc), Map.of());

        assertThat(named.directories(Target.AARCH64))
                .containsExactly(
                        own, libc.resolve("aarch64-linux-gnu"), libc, kernel.resolve("aarch64-linux-gnu"), kernel);
        assertThat(named.names()).isEqualTo(own + ", " + libc + ", " + kernel);
    }

    @Test
    void aHeaderThatTheMachinesOwnDirectoryHasIsToldSo() throws IOException {
        Feature.require(
                "libc headers", Files.exists(Path.of("/usr/include/stdio_ext.h")), "libc6-dev is not installed");
        write(kernel.resolve("x.h"), "#include <stdio_ext.h>\n#include <no/such/header.h>\n");
        write(kernel.resolve("y.h"), "#include <no/such/header.h>\n");

        assertThatThrownBy(() -> read(Target.X86_64, "x.h"))
                .isInstanceOf(BindgenException.class)
                .hasMessageContaining("stdio_ext.h is not found")
                .hasMessageContaining("/usr/include has it: to search both, name the other directory with -I only");
        assertThatThrownBy(() -> read(Target.X86_64, "y.h"))
                .hasMessageContaining("no/such/header.h is not found")
                .hasMessageNotContaining("has it");
    }

    /** As {@code postgresql/libpq-fe.h} is, with {@code -I /usr/include/postgresql}: its facts were nobody's. */
    @Test
    void aHeaderKeepsTheNameByWhichItIsAskedFor() throws IOException {
        Path nested = Files.createDirectories(kernel.resolve("nested"));
        write(nested.resolve("x.h"), "struct x { int i; };\n");
        SearchPath both = new SearchPath(kernel, null, List.of(nested), Map.of());

        for (String name : List.of("nested/x.h", "x.h")) {
            HeaderParser parser = new HeaderParser(Target.X86_64, both);
            assertThat(parser.includeName(name)).isEqualTo(name);
            Declarations declarations = parser.parse(List.of(name));
            assertThat(declarations.header(declarations.composites().get("x"))).isEqualTo(name);
        }
    }

    private Declarations read(Target target, String header) {
        return new HeaderParser(target, path).parse(List.of(header));
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
