// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.cli;

import dev.jrtap.bindgen.model.Constant;
import dev.jrtap.bindgen.model.Model;
import dev.jrtap.bindgen.model.Struct;
import dev.jrtap.bindgen.select.Selection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A C program that prints the facts of one selection as a compiler has them, one a line, and ours in the same words. */
final class CompilerProgram {

    private static final String TYPES = "int, unsigned int, long, unsigned long, long long, unsigned long long, char,"
            + " signed char, unsigned char, short, unsigned short";

    private final List<String> ours = new ArrayList<>();
    private final StringBuilder source = new StringBuilder();

    CompilerProgram(Selection selection, Model model) {
        for (String name : selection.inclusions()) {
            source.append(name.startsWith("/") || name.startsWith(".") ? "#include \"" + name + "\"\n" : include(name));
        }
        source.append("extern int printf(const char *, ...);\n#define TYPE(x) _Generic((x)");
        for (String type : TYPES.split(", ")) {
            source.append(", ").append(type).append(": \"").append(type).append('"');
        }
        source.append(")\nint main(void) {\n");
        model.constants().values().forEach(this::constant);
        model.structs().values().forEach(this::struct);
        source.append("return 0;\n}\n");
    }

    private static String include(String name) {
        return "#include <" + name + ">\n";
    }

    private void constant(Constant constant) {
        String name = constant.name();
        print(name + " %s %ld", "TYPE(" + name + "), (long) (" + name + ")");
        ours.add(name + " " + constant.type() + " " + constant.value());
    }

    private void struct(Struct struct) {
        String type = struct.keyword() + " " + struct.tag();
        print(type + " %ld %ld", "(long) sizeof(" + type + "), (long) _Alignof(" + type + ")");
        ours.add(type + " " + struct.size() + " " + struct.align());
        for (Struct.Field field : struct.fields()) {
            String path = struct.tag() + "." + field.path();
            print(path + " %ld", "(long) __builtin_offsetof(" + type + ", " + field.path() + ")");
            ours.add(path + " " + field.offset());
        }
    }

    private void print(String format, String arguments) {
        source.append("printf(\"")
                .append(format)
                .append("\\n\", ")
                .append(arguments)
                .append(");\n");
    }

    /** What we say. */
    List<String> ours() {
        return ours;
    }

    /** What gcc says, with its own search path behind {@code first}. */
    List<String> compilers(Path directory, List<Path> first) throws IOException, InterruptedException {
        Path program = directory.resolve("facts");
        Files.writeString(directory.resolve("facts.c"), source);
        List<String> compile = new ArrayList<>(List.of("gcc", "-w", "-O0"));
        first.forEach(path -> compile.addAll(List.of("-isystem", path.toString())));
        compile.addAll(
                List.of("-o", program.toString(), directory.resolve("facts.c").toString()));
        run(compile);
        return run(List.of(program.toString())).lines().toList();
    }

    static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + "\n" + output);
        }
        return output;
    }
}
