// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindgen.header.SearchPath;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.model.Model;
import dev.jrtap.bindgen.model.Shape;
import dev.jrtap.bindgen.model.Struct;
import dev.jrtap.bindgen.project.HeaderSet;
import dev.jrtap.bindgen.project.Project;
import dev.jrtap.bindgen.project.Settings;
import dev.jrtap.fixtures.Headers;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jnr.ffi.Runtime;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every accessor and every {@code jnr.ffi.Struct} of some headers with many shapes does what the model says. */
@Tag("any-user")
class GeneratedLayoutsTest {

    private static final Path HEADERS = Headers.ROOT;

    @TempDir
    private Path directory;

    private Model model;
    private Compiled compiled;

    private void generate(String styles) throws IOException {
        Headers.requireKernels();
        Path selection = directory.resolve("tcp.txt");
        Files.writeString(
                selection,
                "header linux/tcp.h\nheader linux/ip.h\nheader linux/if_link.h\nclass Tcp\nstructs * __kernel_sockaddr_storage\nstyle "
                        + styles + "\n");
        Project project = new Project(new Settings(
                selection, directory.resolve("model"), directory, "generated", List.of(Target.X86_64), ""));
        List<String> problems = new ArrayList<>();
        model = project.read(List.of(new HeaderSet("", SearchPath.of(HEADERS))), "test", problems);
        assertThat(problems).isEmpty();
        compiled = Compiled.of(directory, project.generate(model));
    }

    @Test
    void accessorsReadAndWriteWhereTheModelSays() throws Exception {
        generate("accessors");
        int checked = 0;
        for (var variants : model.structs().values()) {
            Class<?> type =
                    compiled.type("generated." + javaName(variants.first().name()));
            for (Struct.Field field : variants.first().fields()) {
                if (field.shape().isInteger()
                        && !field.isBitField()
                        && !field.shape().isArray()) {
                    checkAccessor(type, variants.first(), field);
                    checked++;
                }
            }
        }
        assertThat(checked).isGreaterThan(100);
    }

    private static void checkAccessor(Class<?> type, Struct struct, Struct.Field field) throws Exception {
        ByteBuffer buffer = ByteBuffer.allocate((int) struct.size() + 8);
        Shape shape = field.shape();
        String name = javaName(field.path().replace('.', '_'));
        name = Character.toLowerCase(name.charAt(0)) + name.substring(1);
        Class<?> value = shape.bytes() == 8 ? long.class : int.class;
        Method set = type.getMethod(name, ByteBuffer.class, int.class, value);
        Method get = type.getMethod(name, ByteBuffer.class, int.class);
        Object one = shape.bytes() == 8 ? (Object) 0x11L : (Object) 0x11;

        set.invoke(null, buffer, 8, one);

        int low = 8 + (int) field.bytes() + (shape.kind() == Shape.Kind.NETWORK ? (int) shape.bytes() - 1 : 0);
        for (int i = 0; i < buffer.capacity(); i++) {
            assertThat(buffer.get(i))
                    .as("%s.%s byte %d", struct.name(), field.path(), i)
                    .isEqualTo((byte) (i == low ? 0x11 : 0));
        }
        assertThat(get.invoke(null, buffer, 8)).isEqualTo(one);
    }

    @Test
    void jnrStructsHaveTheSizeAndTheOffsets() throws Exception {
        generate("structs");
        int checked = 0;
        for (var variants : model.structs().values()) {
            Struct struct = variants.first();
            Class<?> type = compiled.type("generated." + javaName(struct.name()) + "Struct");
            jnr.ffi.Struct object =
                    (jnr.ffi.Struct) type.getConstructor(Runtime.class).newInstance(Runtime.getSystemRuntime());
            assertThat((long) jnr.ffi.Struct.size(object)).as(struct.name()).isEqualTo(struct.size());
            for (Field member : type.getFields()) {
                Object part = member.get(object);
                long offset = (long) part.getClass().getMethod("offset").invoke(part);
                assertThat(struct.fields())
                        .as("%s.%s", struct.name(), member.getName())
                        .anyMatch(f -> f.bytes() == offset
                                && ("_" + javaName(f.path())).equalsIgnoreCase("_" + member.getName()));
                checked++;
            }
        }
        assertThat(checked).isGreaterThan(100);
    }

    private static String javaName(String name) {
        StringBuilder camel = new StringBuilder();
        for (String word : name.split("[_.]+")) {
            camel.append(word.isEmpty() ? "" : Character.toUpperCase(word.charAt(0)) + word.substring(1));
        }
        return camel.toString();
    }
}
