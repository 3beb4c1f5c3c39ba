// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jrtap.bindgen.header.HeaderParser;
import dev.jrtap.bindgen.header.SearchPath;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.layout.FactReader;
import dev.jrtap.bindgen.model.Function;
import dev.jrtap.bindgen.model.Model;
import dev.jrtap.bindgen.model.Struct;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What {@code syscalls} declares of libc, in {@code libc.h}, is what the machine's own libc says: the kernel's package of headers,
 * which the model is read from, has no libc.
 */
class LibcHeaderTest {

    private static final Path HEADERS = Path.of("/usr/include");
    private static final List<String> LIBC = List.of(
            "sys/socket.h",
            "fcntl.h",
            "sys/wait.h",
            "sys/mman.h",
            "sys/ioctl.h",
            "sys/eventfd.h",
            "poll.h",
            "sched.h",
            "sys/uio.h",
            "unistd.h",
            "linux/netlink.h");
    /** The fixed form of a variadic function, and what has no struct of its own in libc. */
    private static final List<String> VARIADIC = List.of("open", "fcntl", "ioctl", "syscall");

    private final Model ours = read(
            SearchPath.of(HEADERS),
            List.of(Path.of("../syscalls/src/bindings/select/libc.h").toString()));
    private final Model theirs = read(new SearchPath(HEADERS, null, List.of(), Map.of("_GNU_SOURCE", "1")), LIBC);

    @Test
    void constantsAreLibcs() {
        assumeTrue(Files.exists(HEADERS.resolve("stdlib.h")), "no libc headers in " + HEADERS);
        ours.constants().forEach((name, constant) -> {
            assertThat(theirs.constants()).containsKey(name);
            assertThat(constant.first().value())
                    .as(name)
                    .isEqualTo(theirs.constants().get(name).first().value());
        });
        assertThat(ours.constants()).hasSizeGreaterThan(15);
    }

    @Test
    void structsAreLibcs() {
        assumeTrue(Files.exists(HEADERS.resolve("stdlib.h")), "no libc headers in " + HEADERS);
        for (String name : List.of("msghdr", "cmsghdr")) {
            Struct mine = ours.structs().get(name).first();
            Struct other = theirs.structs().get(name).first();
            assertThat(mine.size()).isEqualTo(other.size());
            mine.fields()
                    .forEach(field -> assertThat(other.fields())
                            .anyMatch(f -> f.path().equals(field.path()) && f.offset() == field.offset()));
        }
    }

    @Test
    void prototypesTakeWhatLibcsTake() {
        assumeTrue(Files.exists(HEADERS.resolve("stdlib.h")), "no libc headers in " + HEADERS);
        int compared = 0;
        for (var variants : ours.functions().values()) {
            Function mine = variants.first();
            if (mine.direct() || VARIADIC.contains(mine.name())) {
                continue;
            }
            assertThat(theirs.functions()).containsKey(mine.name());
            Function other = theirs.functions().get(mine.name()).first();
            assertThat(mine.parameters().stream().map(p -> p.type().isLong()).toList())
                    .as(mine.name())
                    .isEqualTo(other.parameters().stream()
                            .map(p -> p.type().isLong())
                            .toList());
            assertThat(mine.result().isLong()).isEqualTo(other.result().isLong());
            compared++;
        }
        assertThat(compared).isGreaterThan(10);
    }

    private static Model read(SearchPath path, List<String> headers) {
        return FactReader.read(new HeaderParser(Target.X86_64, path).parse(headers), "test");
    }
}
