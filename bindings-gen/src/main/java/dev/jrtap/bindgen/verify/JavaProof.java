// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.verify;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.emit.Emitted;
import dev.jrtap.bindgen.model.Macro;
import dev.jrtap.bindgen.model.Model;
import dev.jrtap.bindgen.model.Struct;
import dev.jrtap.bindgen.model.Text;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Compares the Java of a header with a compiler: constants, results of macros' methods, sizes, and the bytes that
 * accessors store.
 *
 * <p>In C, each value is an object with an initializer in a section of its own: the object file is read, and nothing of
 * it runs.
 */
final class JavaProof {

    private static final String SECTION = "jrtap.";

    /** One question: an object in C, and Java's version of its bytes in hexadecimal. */
    private record Question(Tally.Kind kind, String what, Answer java) {}

    private interface Answer {

        /** Returns the bytes in hexadecimal, or words that describe a failure. */
        String bytes(LoadedJava java) throws ReflectiveOperationException;
    }

    private final Model model;
    private final Emitted emitted;
    private final Tally tally;
    private final StringBuilder text = new StringBuilder();
    private final Map<Integer, Question> questions = new HashMap<>();
    private int line = 1;

    private JavaProof(String header, Model model, Emitted emitted, Tally tally) {
        this.model = model;
        this.emitted = emitted;
        this.tally = tally;
        append(ProofSource.include(header));
        emitted.constants().forEach(this::constant);
        emitted.macros().forEach(this::macro);
        model.structs().values().forEach(variants -> struct(variants.first()));
    }

    /**
     * Compares everything in the Java of a header.
     *
     * @param model the header's facts
     * @param standard the language in which the compiler accepts the header
     * @param directory a directory for files, which are not deleted
     */
    static void run(Compiler compiler, String standard, String header, Model model, Path directory, Tally tally)
            throws IOException {
        Emitted emitted = JavaSource.emit(model, directory);
        JavaProof proof = new JavaProof(header, model, emitted, tally);
        try (LoadedJava java = new LoadedJava(JavaSource.PACKAGE, directory, emitted.files())) {
            proof.compare(java, proof.compiled(compiler, standard, directory));
        } catch (BindgenException e) {
            tally.count(Tally.Kind.JAVA_MEMBER, Tally.Outcome.DIFFERENT, e.getMessage());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the emitted Java lacks a class or method that was emitted", e);
        }
    }

    private void append(String one) {
        text.append(one).append('\n');
        line++;
    }

    /** Adds an object on a line and in a section of its own. */
    private void ask(Tally.Kind kind, String what, String type, String initializer, Answer java) {
        questions.put(line, new Question(kind, what, java));
        append("__attribute__((section(\"" + SECTION + line + "\"), used)) static const " + type + " jrtap_" + line
                + (type.startsWith("__typeof__((") ? "[]" : "") + " = " + initializer + ";");
    }

    private void constant(String name, Emitted.Member place) {
        if (model.texts().containsKey(name)) {
            Text t = model.texts().get(name).first();
            ask(
                    Tally.Kind.JAVA_CONSTANT,
                    name,
                    "__typeof__((" + name + ")[0])",
                    name,
                    java -> hex(((String) java.constant(place) + "\0").getBytes(encoding(t))));
        } else if (model.reals().containsKey(name)) {
            ask(
                    Tally.Kind.JAVA_CONSTANT,
                    name,
                    "double",
                    name,
                    java -> number(Double.doubleToRawLongBits(((Number) java.constant(place)).doubleValue())));
        } else {
            boolean unsigned = model.constants().get(name).first().type().startsWith("unsigned");
            ask(Tally.Kind.JAVA_CONSTANT, name, "long long", "(long long)(" + name + ")", java -> {
                Object value = java.constant(place);
                long number = ((Number) value).longValue();
                // Java's int has the bits of an unsigned int.
                return number(unsigned && value instanceof Integer ? number & 0xffffffffL : number);
            });
        }
    }

    private static Charset encoding(Text text) {
        return switch (text.unit()) {
            case Text.RAW -> StandardCharsets.ISO_8859_1;
            case 1 -> StandardCharsets.UTF_8;
            case 2 -> StandardCharsets.UTF_16LE;
            default -> Charset.forName("UTF-32LE");
        };
    }

    private void macro(String name, Emitted.Member place) {
        for (Macro.Sample sample : model.macros().get(name).first().samples()) {
            String call =
                    name + sample.arguments().stream().map(a -> a + "L").collect(Collectors.joining(", ", "(", ")"));
            ask(
                    Tally.Kind.JAVA_MACRO,
                    call,
                    "long long",
                    "(long long)(" + call + ")",
                    java -> number((long) java.call(place, sample.arguments().toArray())));
        }
    }

    private void struct(Struct struct) {
        Emitted.Member type = emitted.structs().get(struct.name());
        List<Struct.Field> fields = struct.fields();
        fields.stream()
                .flatMap(field -> Stream.of(field.path().split("\\.")))
                .distinct()
                .forEach(member -> append("#undef " + member));
        for (String[] size : new String[][] {{"SIZEOF", "sizeof"}, {"ALIGNOF", "_Alignof"}}) {
            Emitted.Member constant = new Emitted.Member(type.name(), size[0]);
            ask(
                    Tally.Kind.JAVA_SIZE,
                    struct.cName() + " " + size[1],
                    "long long",
                    size[1] + "(" + struct.cName() + ")",
                    java -> number((int) java.constant(constant)));
        }
        for (Struct.Field field : fields) {
            StoredMember member = new StoredMember(struct, field);
            Emitted.Member accessor = emitted.members().get(struct.name() + "." + field.path());
            if (accessor != null && member.isStored()) {
                ask(
                        Tally.Kind.JAVA_MEMBER,
                        struct.cName() + "." + field.path(),
                        struct.cName(),
                        member.initializer(),
                        java -> member.stored(java, accessor));
            }
        }
    }

    /** Compiles the questions; those that the compiler refuses are counted and left out. */
    private Elf compiled(Compiler compiler, String standard, Path directory) throws IOException {
        Path file = directory.resolve("java.c");
        Path object = directory.resolve("java.o");
        Pattern error = Pattern.compile("(?m)^" + Pattern.quote(file.toString()) + ":(\\d+):\\d+: error: (.*)$");
        while (true) {
            Files.writeString(file, text);
            Compiler.Result result =
                    compiler.compile(standard, List.of("-c", "-o", object.toString(), file.toString()));
            if (result.status() == 0) {
                return new Elf(Files.readAllBytes(object));
            }
            String[] lines = text.toString().split("\n", -1);
            Matcher errors = error.matcher(result.output());
            boolean progress = false;
            for (MatchResult found : errors.results().toList()) {
                int at = Integer.parseInt(found.group(1));
                Question question = questions.remove(at);
                if (question != null) {
                    tally.count(question.kind, Tally.Outcome.UNKNOWN, question.what + ": " + found.group(2));
                    lines[at - 1] = "";
                    progress = true;
                }
            }
            if (!progress) {
                throw new BindgenException(CompilerProof.firstError(result.output(), file));
            }
            text.setLength(0);
            text.append(String.join("\n", lines));
        }
    }

    private void compare(LoadedJava java, Elf object) throws ReflectiveOperationException {
        for (Map.Entry<Integer, Question> entry : questions.entrySet()) {
            ByteBuffer section = object.section(SECTION + entry.getKey());
            byte[] theirs = new byte[section.remaining()];
            section.get(theirs);
            Question question = entry.getValue();
            tally.compare(question.kind, "in Java " + question.what, question.java.bytes(java), hex(theirs));
        }
    }

    private static String number(long value) {
        return hex(ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array());
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
