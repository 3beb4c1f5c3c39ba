// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.library;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A C library, made for a test, that says what it was given.
 *
 * <p>{@code echoN} writes its arguments as text, which {@code said} returns, and returns its first one. {@code callN}
 * calls a function with its arguments and returns that function's result; {@code pointerN} returns the address of
 * {@code echoN}.
 */
final class EchoLibrary {

    /** C's types, with the format and the cast that print them exactly, and some values as C writes them. */
    enum Type {
        BOOL("_Bool", "%d", "0", "1"),
        CHAR("char", "%d", "0", "-128", "127"),
        SIGNED_CHAR("signed char", "%d", "-1", "-128", "127"),
        UNSIGNED_CHAR("unsigned char", "%d", "0", "200", "255"),
        SHORT("short", "%d", "-1", "-32768", "32767"),
        UNSIGNED_SHORT("unsigned short", "%d", "1", "40000", "65535"),
        INT("int", "%d", "-1", "-2147483648", "2147483647"),
        UNSIGNED_INT("unsigned int", "%d", "0", "-1", "-2147483648"),
        LONG("long", "%ld", "-1", "-9223372036854775807", "81985529216486895"),
        UNSIGNED_LONG("unsigned long", "%ld", "0", "-1", "81985529216486895"),
        FLOAT("float", "%.9g", "0.5", "-1.25", "16777216"),
        DOUBLE("double", "%.17g", "0.5", "-1e+300", "9007199254740993"),
        POINTER("void *", "%ld", "0", "4096", "81985529216486895"),
        ENUM("enum mode", "%d", "-1", "7");

        final String c;
        final String format;
        final List<String> values;

        Type(String c, String format, String... values) {
            this.c = c;
            this.format = format;
            this.values = List.of(values);
        }
    }

    /** A function's parameters; its result is of the first one's type. */
    record Signature(int number, List<Type> parameters) {

        private String list(String separator, java.util.function.IntFunction<String> one) {
            return IntStream.range(0, parameters.size()).mapToObj(one).collect(Collectors.joining(separator));
        }

        private String declared() {
            return list(", ", i -> parameters.get(i).c + " p" + i);
        }

        private String header() {
            String result = parameters.get(0).c;
            return result + " echo" + number + "(" + declared() + ");\n"
                    + "typedef " + result + " (*back" + number + ")(" + declared() + ");\n"
                    + result + " call" + number + "(back" + number + " f, " + declared() + ");\n"
                    + "back" + number + " pointer" + number + "(void);\n";
        }

        private String source() {
            String result = parameters.get(0).c;
            return result + " echo" + number + "(" + declared() + ") {\n"
                    + "  snprintf(text, sizeof(text), \"" + list(" ", i -> parameters.get(i).format) + "\", "
                    + list(", ", i -> (parameters.get(i) == Type.POINTER ? "(long) " : "") + "p" + i) + ");\n"
                    + "  return p0;\n}\n"
                    + result + " call" + number + "(back" + number + " f, " + declared() + ") { return f("
                    + list(", ", i -> "p" + i) + "); }\n"
                    + "back" + number + " pointer" + number + "(void) { return echo" + number + "; }\n";
        }
    }

    /**
     * Results that leave garbage in the rest of their register: each is another name of a function that returns all of
     * it.
     */
    static final String NARROW = """
            long whole(long x);
            _Bool wholeBool(long x);
            char wholeChar(long x);
            signed char wholeSignedChar(long x);
            unsigned char wholeUnsignedChar(long x);
            short wholeShort(long x);
            unsigned short wholeUnsignedShort(long x);
            int wholeInt(long x);
            """;

    /** A callback on a thread that Java has not seen. */
    private static final String THREAD = """
            #include <pthread.h>
            static worker given;
            static void *run(void *x) { return (void *) (long) given((int) (long) x); }
            int onThread(worker f, int x) {
              pthread_t thread;
              void *result;
              given = f;
              pthread_create(&thread, 0, run, (void *) (long) x);
              pthread_join(thread, &result);
              return (int) (long) result;
            }
            """;

    private EchoLibrary() {}

    /** Each type alone, two to twelve of each, and mixes of any. */
    static List<Signature> signatures(int mixes, long seed) {
        List<List<Type>> all = new ArrayList<>();
        for (Type type : Type.values()) {
            for (int count : new int[] {1, 2, 5, 6, 7, 9, 12}) {
                all.add(java.util.Collections.nCopies(count, type));
            }
        }
        Random random = new Random(seed);
        for (int i = 0; i < mixes; i++) {
            all.add(random.ints(1 + random.nextInt(i % 2 == 0 ? 6 : 12), 0, Type.values().length)
                    .mapToObj(t -> Type.values()[t])
                    .toList());
        }
        return IntStream.range(0, all.size())
                .mapToObj(i -> new Signature(i, all.get(i)))
                .toList();
    }

    /** Writes {@code echo.h} and {@code libecho.so}. */
    static void build(Path directory, List<Signature> signatures) throws IOException, InterruptedException {
        StringBuilder header = new StringBuilder("enum mode { MINUS = -1, SEVEN = 7 };\nconst char *said(void);\n"
                + "typedef int (*worker)(int);\nint onThread(worker f, int x);\n" + NARROW);
        StringBuilder source = new StringBuilder("#include <stdio.h>\n#include \"echo.h\"\nstatic char text[1024];\n"
                + "const char *said(void) { return text; }\nlong whole(long x) { return x; }\n" + THREAD);
        NARROW.lines()
                .map(line -> line.replaceFirst(".* (\\w+)\\(.*", "$1"))
                .filter(name -> !name.equals("whole"))
                .forEach(name -> source.append("__asm__(\".globl " + name + "\\n.set " + name + ", whole\\n\");\n"));
        signatures.forEach(signature -> {
            header.append(signature.header());
            source.append(signature.source());
        });
        Files.writeString(directory.resolve("echo.h"), header);
        Files.writeString(directory.resolve("echo.c"), source);
        Process gcc = new ProcessBuilder("gcc", "-O1", "-shared", "-fPIC", "-o", "libecho.so", "echo.c")
                .directory(directory.toFile())
                .inheritIO()
                .start();
        assertThat(gcc.waitFor()).isZero();
    }
}
