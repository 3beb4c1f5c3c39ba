// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.library;

import dev.jrtap.bindgen.header.SearchPath;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.project.HeaderSet;
import dev.jrtap.bindgen.project.Project;
import dev.jrtap.bindgen.project.Settings;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Headers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The libraries that {@code corpus/packages.lock} names, where {@code headers/fetch} unpacks them. */
final class Corpus {

    private static final Path ROOT = Path.of("target/corpus");
    /** The libc that they are read with is the machine's own. */
    private static final Path LIBC = Path.of("/usr/include");

    private static final String TRIPLET = "x86_64-linux-gnu";

    private Corpus() {}

    /** Skips the test where nobody has fetched the libraries, or the processor is none of theirs. */
    static void require() {
        Headers.requireKernels();
        Headers.requireLibcs();
        Feature.require(
                "libraries to bind",
                Files.isDirectory(ROOT.resolve("gpiod"))
                        && System.getProperty("os.arch").equals("amd64"),
                "bindings-gen/headers/fetch --lock bindings-gen/corpus/packages.lock, on x86-64, has them");
    }

    /** The headers of one package, with those that pkg-config would add. */
    static HeaderSet headers(String set) {
        Path usual = ROOT.resolve(set).resolve("usr/include");
        List<Path> directories = Stream.of("", TRIPLET, "libdrm", "libusb-1.0", "fuse3")
                .map(usual::resolve)
                .filter(Files::isDirectory)
                .toList();
        return new HeaderSet("", new SearchPath(LIBC, null, directories, Map.of()));
    }

    /** The directories of a package's libraries, as a path. */
    static String libraries(String set) {
        Path root = ROOT.resolve(set).toAbsolutePath();
        return root.resolve("usr/lib").resolve(TRIPLET) + ":"
                + root.resolve("lib").resolve(TRIPLET);
    }

    static Project project(Path selection, String packageName) {
        return new Project(new Settings(
                selection, Path.of("unused"), Path.of("unused"), packageName, List.of(Target.X86_64), "run the test."));
    }
}
