// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindgen.Compiled;
import dev.jrtap.bindgen.header.SearchPath;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.project.HeaderSet;
import dev.jrtap.bindgen.project.Project;
import dev.jrtap.bindgen.project.Settings;
import java.lang.reflect.InvocationTargetException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jnr.ffi.Runtime;
import jnr.ffi.Struct;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Memory that Java makes for a struct lies and ends where C expects. */
class StructMemoryTest {

    private static final int MANY = 100;
    private static final int SMALLEST = 16;

    @TempDir
    private Path directory;

    private Compiled compiled;

    @BeforeEach
    void generates() throws Exception {
        Files.writeString(directory.resolve("memory.h"), """
            struct plain { int i; };
            struct listed { short s[3]; };
            struct nested { struct { long l; } in[2]; char c; };
            struct line { int i; } __attribute__((aligned(64)));
            struct half { char c; double d __attribute__((aligned(32))); };
            struct page { int i; } __attribute__((aligned(4096)));
            struct packed { char c; double d; void *p; int i; short s[3]; } __attribute__((packed));
            #pragma pack(2)
            struct paired { char c; long l; unsigned u : 3; float f; };
            #pragma pack()
            struct holder { char c; struct packed in; struct paired pair; };
            struct tight { char c; long l; } __attribute__((packed, aligned(64)));
            struct timespec { long s; long ns; };
            int clock_gettime(int clock, struct timespec *time);
            """);
        Path selection = directory.resolve("select.txt");
        Files.writeString(
                selection,
                "header ./memory.h\nclass Memory\nstructs *\nfunctions *\nstyle accessors structs pointers\n");
        Project project = new Project(
                new Settings(selection, directory, directory, "memory", List.of(Target.machine()), "run the test."));
        List<String> problems = new ArrayList<>();
        var model = project.read(List.of(new HeaderSet("", SearchPath.of(directory))), "a test", problems);
        assertThat(problems).isEmpty();
        compiled = Compiled.of(Files.createTempDirectory(directory, "java"), project.generate(model));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Plain", "Listed", "Nested", "Line", "Half", "Page", "Tight", "Packed", "Paired", "Holder"})
    void isAlignedAsCAlignsIt(String name) throws Exception {
        int size = (int) compiled.constant("memory." + name, "SIZEOF");
        int alignment = (int) compiled.constant("memory." + name, "ALIGNOF");
        List<Object> all = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            ByteBuffer buffer = (ByteBuffer) compiled.call("memory." + name, "allocate");
            assertThat(buffer.alignmentOffset(0, alignment)).isZero();
            assertThat(buffer.remaining()).isEqualTo(size);
            Struct object = (Struct) compiled.type("memory." + name + "Struct")
                    .getConstructor(Runtime.class)
                    .newInstance(Runtime.getSystemRuntime());
            assertThat(Struct.getMemory(object).address() % alignment).isZero();
            assertThat(Struct.size(object)).isEqualTo(size);
            assertThat(Struct.alignment(object)).isEqualTo(alignment);
            all.add(buffer);
            all.add(object);
        }
        assertThat(all).hasSize(2 * MANY);
    }

    @Test
    void isPassedOnlyIfItIsAllThere() throws Exception {
        for (int bytes = 0; bytes < SMALLEST; bytes++) {
            ByteBuffer shorter = ByteBuffer.allocateDirect(bytes);
            assertThatThrownBy(() -> compiled.call("memory.LibcCalls", "clock_gettime", 0, shorter))
                    .isInstanceOf(InvocationTargetException.class)
                    .cause()
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("a struct of 16 bytes", bytes + " bytes");
        }
        assertThat(compiled.call("memory.LibcCalls", "clock_gettime", 0, ByteBuffer.allocateDirect(SMALLEST)))
                .isEqualTo(0);
    }
}
