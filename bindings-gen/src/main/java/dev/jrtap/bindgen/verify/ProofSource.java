// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.verify;

import dev.jrtap.bindgen.model.Constant;
import dev.jrtap.bindgen.model.Macro;
import dev.jrtap.bindgen.model.Model;
import dev.jrtap.bindgen.model.Real;
import dev.jrtap.bindgen.model.Shape;
import dev.jrtap.bindgen.model.Struct;
import dev.jrtap.bindgen.model.Text;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A C file that asks a compiler for every fact, one question per line. Each answer is an element of an array in a
 * section of its own, so that it can be read from the object file and nothing has to run.
 */
final class ProofSource {

    static final String SECTION = ".jrtap";

    /** The length above which all characters of a text are asked for at once. */
    private static final int LONGEST = 200;

    /** The types of numbers; the program numbers them in this order, from 1. */
    static final List<String> TYPES = List.of(
            "int",
            "unsigned int",
            "long",
            "unsigned long",
            "long long",
            "unsigned long long",
            "char",
            "signed char",
            "unsigned char",
            "short",
            "unsigned short",
            "_Bool",
            "float",
            "double",
            "long double");

    /** The types of integers. */
    static final List<String> INTEGERS = TYPES.subList(0, TYPES.indexOf("float"));

    /**
     * A question to the compiler.
     *
     * @param line the line in the file, from 1
     * @param ours the expected answer: one number or two
     */
    record Question(Tally.Kind kind, String what, int line, List<Long> ours) {}

    /** A text of wide characters, or a long text, and the section that holds the compiler's bytes. */
    record Wide(Text text, String section) {

        /** Returns the expected bytes. */
        ByteBuffer bytes() {
            String value = text.value() + "\0";
            if (text.unit() <= 1) {
                return ByteBuffer.wrap(value.getBytes(charset(text)));
            }
            ByteBuffer bytes = ByteBuffer.allocate(value.length() * 4).order(ByteOrder.LITTLE_ENDIAN);
            if (text.unit() == 2) {
                value.chars().forEach(c -> bytes.putShort((short) c));
            } else {
                value.codePoints().forEach(bytes::putInt);
            }
            return bytes.flip();
        }
    }

    private final StringBuilder text = new StringBuilder();
    private final List<Question> questions = new ArrayList<>();
    private final Map<Integer, Question> declarations = new HashMap<>();
    private final List<Wide> wide = new ArrayList<>();
    private final Map<Integer, Question> byLine = new HashMap<>();
    private final Set<Integer> refused;
    private int line = 1;

    /**
     * Makes the file.
     *
     * @param refused lines that a compiler refused, which are left empty
     */
    ProofSource(List<String> headers, Model model, Set<String> macros, Set<Integer> refused) {
        this.refused = refused;
        headers.forEach(header -> append(include(header)));
        append("#define JRTAP_TYPE(x) _Generic((x)"
                + TYPES.stream()
                        .map(type -> ", " + type + ": " + (TYPES.indexOf(type) + 1))
                        .collect(Collectors.joining())
                + ", _Float32: " + (TYPES.indexOf("float") + 1) + ", _Float64: " + (TYPES.indexOf("double") + 1)
                + ", _Float32x: " + (TYPES.indexOf("double") + 1) + ", default: 0)");
        append("__attribute__((section(\"" + SECTION + "\"), used))"
                + " static const union { long long i; double d; } jrtap_facts[] = {");
        model.constants().values().forEach(variants -> constant(variants.first(), macros));
        model.reals().values().forEach(variants -> real(variants.first()));
        model.texts().values().forEach(variants -> text(variants.first()));
        model.macros().values().forEach(variants -> macro(variants.first()));
        model.structs().values().forEach(variants -> members(variants.first(), macros));
        model.structs().values().forEach(variants -> struct(variants.first()));
        append("{0}};");
        model.texts().values().forEach(variants -> wideText(variants.first()));
        PrototypeProof.declarations(model).forEach((name, text) -> declare(Tally.Kind.PROTOTYPE, name, text));
    }

    static String include(String header) {
        Path file = Path.of(header);
        return "#include "
                + (Files.isRegularFile(file) ? '"' + file.toAbsolutePath().toString() + '"' : '<' + header + '>');
    }

    private void append(String one) {
        text.append(one).append('\n');
        line++;
    }

    private void ask(Tally.Kind kind, String what, List<Long> ours, String... expressions) {
        if (refused.contains(line)) {
            append("");
            return;
        }
        questions.add(new Question(kind, what, line, ours));
        append(Stream.of(expressions).map(e -> "{" + e + "}, ").collect(Collectors.joining()));
    }

    private void constant(Constant c, Set<String> macros) {
        Tally.Kind kind = !macros.contains(c.name())
                ? Tally.Kind.ENUMERATOR
                : c.argument().isEmpty() ? Tally.Kind.MACRO : Tally.Kind.IOCTL;
        String value = "(long long)(" + c.name() + ")";
        if (kind == Tally.Kind.ENUMERATOR && c.value() == (int) c.value()) {
            // Where another enumerator of its enum needs more than an int, its type depends on the version of gcc.
            ask(kind, c.name(), List.of(c.value()), value);
            return;
        }
        ask(kind, c.name(), List.of(c.value(), TYPES.indexOf(c.type()) + 1L), value, "JRTAP_TYPE(" + c.name() + ")");
    }

    /**
     * Adds the members, without macros of the same names, which would hide them. Preceding questions have used those
     * macros.
     */
    private void members(Struct s, Set<String> macros) {
        s.fields().stream()
                .flatMap(field -> Stream.of(field.path().split("\\.")))
                .filter(macros::contains)
                .distinct()
                .forEach(name -> append("#undef " + name));
    }

    /** Adds a line after the array of answers, which the compiler may refuse, too. */
    private boolean declare(Tally.Kind kind, String what, String declaration) {
        boolean known = !refused.contains(line);
        if (known) {
            declarations.put(line, new Question(kind, what, line, List.of()));
        }
        append(known ? declaration : "");
        return known;
    }

    private void struct(Struct s) {
        String type = s.cName();
        ask(
                Tally.Kind.STRUCT,
                type,
                List.of(s.size(), (long) s.align()),
                "sizeof(" + type + ")",
                "_Alignof(" + type + ")");
        for (Struct.Field f : s.fields()) {
            if (f.isBitField()) {
                continue;
            }
            String member = "((" + type + " *)0)->" + f.path();
            String offset = "__builtin_offsetof(" + type + ", " + f.path() + ")";
            Shape shape = f.shape();
            if (shape.count() == Shape.FLEXIBLE) {
                ask(Tally.Kind.MEMBER, type + "." + f.path(), List.of(f.bytes()), offset);
            } else {
                ask(
                        Tally.Kind.MEMBER,
                        type + "." + f.path(),
                        List.of(f.bytes(), shape.size(), scalar(f)),
                        offset,
                        "sizeof(" + member + ")",
                        "JRTAP_TYPE(" + member + ")");
            }
        }
    }

    /**
     * Returns 1 for a signed integer, 2 for an unsigned one, 3 for a floating-point number, 0 for anything else, like
     * {@link #signedness}.
     */
    private static long scalar(Struct.Field field) {
        Shape shape = field.shape();
        if (shape.kind() == Shape.Kind.REAL) {
            return shape.isArray() || shape.bytes() > 8 || shape.bytes() < 4 ? 0 : 3;
        }
        return shape.isArray() || shape.bytes() > 8
                ? 0
                : switch (shape.kind()) {
                    case SIGNED -> 1;
                    case UNSIGNED, NETWORK, BOOL -> 2;
                    default -> 0;
                };
    }

    /**
     * Returns the kind of the type with a number in {@link #TYPES}, as {@link #scalar} does; a plain char counts as
     * signed, as in a model.
     */
    static long signedness(long type) {
        if (type == 0) {
            return 0;
        }
        String name = TYPES.get((int) type - 1);
        if (name.equals("float") || name.equals("double")) {
            return 3;
        }
        return name.equals("long double") ? 0 : name.startsWith("unsigned") || name.equals("_Bool") ? 2 : 1;
    }

    private void real(Real r) {
        ask(
                Tally.Kind.MACRO,
                r.name(),
                List.of(Double.doubleToRawLongBits(r.value()), TYPES.indexOf(r.type()) + 1L),
                ".d = " + r.name(),
                "JRTAP_TYPE(" + r.name() + ")");
    }

    private static Charset charset(Text t) {
        return t.unit() == Text.RAW ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8;
    }

    private void text(Text t) {
        if (isApart(t)) {
            return;
        }
        byte[] bytes = t.value().getBytes(charset(t));
        List<Long> ours = new ArrayList<>(List.of(bytes.length + 1L));
        List<String> expressions = new ArrayList<>(List.of("sizeof(" + t.name() + ")"));
        for (int i = 0; i < bytes.length; i++) {
            ours.add((long) (bytes[i] & 0xff));
            expressions.add("(unsigned char)(" + t.name() + ")[" + i + "]");
        }
        ask(Tally.Kind.TEXT, t.name(), ours, expressions.toArray(String[]::new));
    }

    /**
     * Returns whether a text has a section of its own, because the compiler does not fold elements of a wide string,
     * and is slow for each element of a long one.
     */
    private static boolean isApart(Text t) {
        return t.unit() > 1 || t.value().length() > LONGEST;
    }

    private void wideText(Text t) {
        String section = SECTION + "." + wide.size();
        String declaration = "__attribute__((section(\"" + section + "\"), used)) static const __typeof__((" + t.name()
                + ")[0]) jrtap_text_" + wide.size() + "[] = " + t.name() + ";";
        if (isApart(t) && declare(Tally.Kind.TEXT, t.name(), declaration)) {
            wide.add(new Wide(t, section));
        }
    }

    private void macro(Macro m) {
        for (Macro.Sample sample : m.samples()) {
            String call = m.name()
                    + sample.arguments().stream().map(a -> a + "L").collect(Collectors.joining(", ", "(", ")"));
            ask(Tally.Kind.FUNCTION, call, List.of(sample.result()), "(long long)(" + call + ")");
        }
    }

    String text() {
        return text.toString();
    }

    List<Question> questions() {
        return questions;
    }

    List<Wide> wide() {
        return wide;
    }

    /** Returns the question in a line; {@code null} if there is none. */
    Question question(int at) {
        if (byLine.isEmpty()) {
            questions.forEach(question -> byLine.put(question.line(), question));
            byLine.putAll(declarations);
        }
        return byLine.get(at);
    }
}
