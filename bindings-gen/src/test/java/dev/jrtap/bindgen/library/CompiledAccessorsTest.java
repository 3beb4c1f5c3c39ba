// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.library;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindgen.Compiled;
import dev.jrtap.bindgen.header.SearchPath;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.model.Model;
import dev.jrtap.bindgen.model.Shape;
import dev.jrtap.bindgen.model.Struct;
import dev.jrtap.bindgen.model.Variants;
import dev.jrtap.bindgen.project.HeaderSet;
import dev.jrtap.bindgen.project.Project;
import dev.jrtap.bindgen.project.Settings;
import dev.jrtap.fixtures.Feature;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the emitted Java stores in a struct, byte by byte, is what C stores that was compiled by gcc; so are the sizes.
 * Accessors and {@code jnr.ffi.Struct} alike: members, bit-fields, last elements of arrays, and texts.
 */
@Tag("any-user")
class CompiledAccessorsTest {

    private static final String TEXT = "t\u00e4xt";

    private static final Path HEADERS = Path.of("/usr/include");

    private static final String SOME = String.join(
            " ",
            "linux/io_uring.h linux/tcp.h linux/ip.h linux/ipv6.h linux/if_link.h linux/rtnetlink.h linux/perf_event.h",
            "linux/bpf.h linux/ethtool.h linux/virtio_net.h linux/fuse.h linux/btrfs.h linux/videodev2.h linux/nl80211.h",
            "linux/can.h linux/can/netlink.h linux/usb/ch9.h linux/kvm.h linux/landlock.h linux/vfio.h linux/nvme_ioctl.h",
            "linux/loop.h linux/gpio.h linux/i2c.h linux/input.h linux/uinput.h linux/taskstats.h linux/pkt_sched.h");

    @TempDir
    private Path directory;

    private record Member(Struct struct, Struct.Field field) {

        /** An array that has an accessor of its text. */
        boolean isText() {
            return field.type().startsWith("char[") && field.shape().count() > TEXT.length();
        }

        /** What stands behind the member's name in C: the index of the last element. */
        String index() {
            return field.shape().isArray() ? "[" + last() + "]" : "";
        }

        int last() {
            return (int) field.shape().count() - 1;
        }
    }

    @Test
    void storesTheBytesThatCStores() throws Exception {
        Feature.require("kernel headers", Files.exists(HEADERS.resolve("linux/kvm.h")), "no headers in " + HEADERS);
        String own = feature();
        Model model = read(own);
        Compiled java = Compiled.of(directory, project(own).generate(model));
        List<Member> members = members(model);
        Iterator<String> lines = compiled(own, members).iterator();
        int arrays = 0;
        int texts = 0;

        for (Member member : members) {
            Class<?> type = java.type("accessors." + java(member.struct));
            assertThat(type.getField("SIZEOF").getInt(null))
                    .as(member.struct.cName())
                    .isEqualTo((int) member.struct.size());
            String expected = lines.next();
            assertThat(stored(type, member))
                    .as("%s.%s", member.struct.cName(), member.field.path())
                    .isEqualTo(expected);
            assertThat(storedInObject(java.type("accessors." + java(member.struct) + "Struct"), member))
                    .as("object of %s.%s", member.struct.cName(), member.field.path())
                    .isEqualTo(expected);
            arrays += member.field.shape().isArray() ? 1 : 0;
            texts += member.isText() ? 1 : 0;
        }
        assertThat(members.size()).isGreaterThan(2000);
        assertThat(arrays).isGreaterThan(100);
        assertThat(texts).isGreaterThan(10);
    }

    /** Members of kinds that the kernel has none of. */
    private String feature() throws Exception {
        Files.writeString(directory.resolve("feature.h"), """
                struct reals { char c; float f; double d; _Bool b; float after; int camelCase; };
                struct tight { char c; double d; float f; } __attribute__((packed));
                struct tight_tail { unsigned long a; int fd; } __attribute__((packed));
                struct lists { char t[9]; short s[3]; float f[2]; double d[2]; void *p[2]; _Bool b[5]; long l[2]; };
                union either { double d; float f; long l; };
                """);
        return "feature.h " + SOME;
    }

    private Project project(String headers) throws Exception {
        Path selection = directory.resolve("select.txt");
        Files.writeString(
                selection,
                "include linux/types.h sys/socket.h\nheader " + headers
                        + "\nclass Every\nstructs *\nstyle accessors structs\n");
        return new Project(
                new Settings(selection, directory, directory, "accessors", List.of(Target.X86_64), "run the test."));
    }

    private Model read(String headers) throws Exception {
        HeaderSet set = new HeaderSet("", new SearchPath(HEADERS, null, List.of(directory), java.util.Map.of()));
        return project(headers).read(List.of(set), "a test", new ArrayList<>());
    }

    private static List<Member> members(Model model) {
        List<Member> members = new ArrayList<>();
        model.structs().values().stream()
                .map(Variants::first)
                .forEach(struct -> struct.fields().stream()
                        .filter(field -> field.shape().kind() != Shape.Kind.STRUCT
                                && (!field.shape().isArray()
                                        || field.type()
                                                .endsWith("[" + field.shape().count() + "]"))
                                && field.shape().count() != 0
                                && field.shape().bytes() <= 8)
                        .forEach(field -> members.add(new Member(struct, field))));
        return members;
    }

    /** A line of bytes for each member, from a program that stores {@link #value} in it and in nothing else. */
    private List<String> compiled(String headers, List<Member> members) throws Exception {
        StringBuilder c = new StringBuilder("#include <linux/types.h>\n#include <sys/socket.h>\n");
        for (String header : headers.split(" ")) {
            c.append("#include <").append(header).append(">\n");
        }
        c.append("#include <stdio.h>\n#include <string.h>\nint main(void) {\n");
        for (Member m : members) {
            boolean pointer = m.field.shape().kind() == Shape.Kind.POINTER;
            c.append("{ union { ")
                    .append(m.struct.cName())
                    .append(" s; unsigned char b[sizeof(")
                    .append(m.struct.cName())
                    .append(")]; } u; memset(&u, 0, sizeof u); ")
                    .append(m.isText() ? "strcpy(u.s." + m.field.path() + ", \"" + TEXT + "\"); " : "")
                    .append("u.s.")
                    .append(m.field.path())
                    .append(m.index())
                    .append(" = ")
                    .append(pointer ? "(void *) " : "")
                    .append(value(m.field))
                    .append(
                            "; for (unsigned long i = 0; i < sizeof u.b; i++) printf(\"%02x\", u.b[i]); puts(\"\"); }\n");
        }
        Path source = Files.writeString(directory.resolve("members.c"), c.append("}\n"));
        Process gcc = new ProcessBuilder("gcc", "-w", "-O0", "-I", ".", "-o", "members", source.toString())
                .directory(directory.toFile())
                .inheritIO()
                .start();
        assertThat(gcc.waitFor()).isZero();
        Path out = directory.resolve("members.txt");
        Process run = new ProcessBuilder(directory.resolve("members").toString())
                .redirectOutput(out.toFile())
                .start();
        assertThat(run.waitFor()).isZero();
        return Files.readAllLines(out);
    }

    /** A number whose bytes all differ, as C writes it; a big-endian one is swapped there. */
    private static String value(Struct.Field field) {
        Shape shape = field.shape();
        long bits = field.isBitField() ? (1L << (field.bits() - 1)) | 1 : number(shape);
        return switch (shape.kind()) {
            case REAL -> "-1.5";
            case BOOL -> "1";
            case NETWORK -> "__builtin_bswap" + shape.bytes() * 8 + "(" + bits + "UL)";
            default -> bits + "L";
        };
    }

    private static long number(Shape shape) {
        return 0x1122334455667788L >>> (64 - 8 * shape.bytes());
    }

    private static String stored(Class<?> type, Member m) throws Exception {
        ByteBuffer buffer = ByteBuffer.allocate((int) m.struct.size());
        String name = method(m.field.path());
        if (m.isText()) {
            type.getMethod(name + "String", ByteBuffer.class, int.class, String.class)
                    .invoke(null, buffer, 0, TEXT);
            assertThat(type.getMethod(name + "String", ByteBuffer.class, int.class)
                            .invoke(null, buffer, 0))
                    .isEqualTo(TEXT);
        }
        boolean array = m.field.shape().isArray();
        Method set = method(type, name, array ? 4 : 3);
        Object value = value(m.field, set.getParameterTypes()[array ? 3 : 2]);
        if (array) {
            set.invoke(null, buffer, 0, m.last(), value);
        } else {
            set.invoke(null, buffer, 0, value);
        }
        return HexFormat.of().formatHex(buffer.array());
    }

    private static String storedInObject(Class<?> type, Member m) throws Exception {
        Pointer memory = Memory.allocateDirect(Runtime.getSystemRuntime(), (int) m.struct.size(), true);
        jnr.ffi.Struct object =
                (jnr.ffi.Struct) type.getConstructor(Runtime.class).newInstance(Runtime.getSystemRuntime());
        assertThat((long) jnr.ffi.Struct.size(object)).as(type.getName()).isEqualTo(m.struct.size());
        object.useMemory(memory);
        String name = method(m.field.path());
        if (m.isText()) {
            memory.put(m.field.bytes(), TEXT.getBytes(StandardCharsets.UTF_8), 0, TEXT.length() + 1);
        }
        boolean array = m.field.shape().isArray();
        Field member = Arrays.stream(type.getFields())
                .filter(field -> field.getName().equals(name))
                .findFirst()
                .orElse(null);
        if (member != null) {
            ((jnr.ffi.Struct.NumberField) member.get(object))
                    .set((Number) value(m.field, number(m.field.shape().kind())));
        } else if (array) {
            Method set = method(type, name, 2);
            set.invoke(object, m.last(), value(m.field, set.getParameterTypes()[1]));
        } else {
            Method set = method(type, name, 1);
            set.invoke(object, value(m.field, set.getParameterTypes()[0]));
        }
        byte[] bytes = new byte[(int) m.struct.size()];
        memory.get(0, bytes, 0, bytes.length);
        return HexFormat.of().formatHex(bytes);
    }

    private static Class<?> number(Shape.Kind kind) {
        return kind == Shape.Kind.REAL ? double.class : long.class;
    }

    private static Method method(Class<?> type, String name, int parameters) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(method -> method.getParameterCount() == parameters
                        && method.getName().equals(name)
                        && method.getReturnType() == void.class)
                .findFirst()
                .orElseThrow(() -> new AssertionError(type + " has no " + name));
    }

    private static Object value(Struct.Field field, Class<?> type) {
        boolean bool = field.shape().kind() == Shape.Kind.BOOL;
        long bits = bool ? 1 : field.isBitField() ? (1L << (field.bits() - 1)) | 1 : number(field.shape());
        return switch (type.getSimpleName()) {
            case "int" -> (int) bits;
            case "long" -> bits;
            case "float" -> -1.5f;
            case "double" -> -1.5;
            default -> true;
        };
    }

    private static String java(Struct struct) {
        StringBuilder camel = new StringBuilder();
        for (String word : struct.name().split("_+")) {
            camel.append(word.isEmpty() ? "" : Character.toUpperCase(word.charAt(0)) + word.substring(1));
        }
        return camel.toString();
    }

    /** The accessor's name by the rule that the guide has, written down a second time. */
    private static String method(String path) {
        StringBuilder camel = new StringBuilder();
        for (String word : path.split("[_.]+")) {
            if (!word.isEmpty()) {
                String spoken = word.chars().noneMatch(Character::isLowerCase) ? word.toLowerCase() : word;
                camel.append(
                                camel.isEmpty()
                                        ? Character.toLowerCase(spoken.charAt(0))
                                        : Character.toUpperCase(spoken.charAt(0)))
                        .append(spoken.substring(1));
            }
        }
        String name = camel.toString();
        return javax.lang.model.SourceVersion.isKeyword(name) || name.equals("wait") || name.equals("notify")
                ? name + "_"
                : name;
    }
}
