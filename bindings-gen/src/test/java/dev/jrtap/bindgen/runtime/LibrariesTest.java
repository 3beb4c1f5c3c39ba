// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jnr.ffi.LibraryLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The order in which a library is looked for. */
class LibrariesTest {

    private static final String PROPERTY = "jnr.ffi.library.path";

    @TempDir
    private Path root;

    private final String before = System.getProperty(PROPERTY);

    @AfterEach
    void restoresTheProperty() {
        if (before == null) {
            System.clearProperty(PROPERTY);
        } else {
            System.setProperty(PROPERTY, before);
        }
    }

    @Test
    void thePropertysDirectoriesThenTheBindingsThenTheLoader() throws IOException {
        String soname = "libfoo.so.3";
        Path first = Files.createDirectory(root.resolve("first"));
        Path second = Files.createDirectory(root.resolve("second"));
        System.setProperty(PROPERTY, first.toString());

        assertThat(Libraries.path(soname, second.toString())).isEqualTo(soname);
        Files.createFile(second.resolve("libfoo.so.4"));
        assertThat(Libraries.path(soname, second.toString())).isEqualTo(soname);
        Files.createFile(second.resolve(soname));
        assertThat(Libraries.path(soname, second.toString())).isEqualTo(second + "/" + soname);
        Files.createFile(first.resolve(soname));
        assertThat(Libraries.path(soname, second.toString())).isEqualTo(first + "/" + soname);
        assertThat(Libraries.path("libbar.so.1")).isEqualTo("libbar.so.1");
    }

    /** A function of libc. */
    public interface Absolute {
        int abs(int number);
    }

    @Test
    void aLibraryThatIsNotThereIsToldWithThePlaces() {
        System.setProperty(PROPERTY, root.toString());

        assertThatThrownBy(() -> Libraries.load(loader(), "libno-such.so.1", "/no/where"))
                .isInstanceOf(UnsatisfiedLinkError.class)
                .hasMessageStartingWith("libno-such.so.1: ")
                .hasMessageContaining("the system property jnr.ffi.library.path (" + root + "), /no/where, and those")
                .hasCauseInstanceOf(UnsatisfiedLinkError.class);
        assertThat(Libraries.load(loader(), "libc.so.6").abs(-7)).isEqualTo(7);
    }

    private static LibraryLoader<Absolute> loader() {
        return LibraryLoader.create(Absolute.class).failImmediately();
    }
}
