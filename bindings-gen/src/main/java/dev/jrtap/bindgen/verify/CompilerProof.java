// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.verify;

import dev.jrtap.bindgen.model.Model;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Compares all facts of one header with a compiler's, in both directions: a generated program asks for the values of
 * our facts, and the compiler's debugging information and list of macros show facts that we lack.
 */
final class CompilerProof {

    private static final Pattern ERROR = Pattern.compile("(?m)^(.*?):(\\d+):\\d+: (?:fatal )?error: (.*)$");

    private final Compiler compiler;
    private final String standard;
    private final Path directory;
    private final List<String> headers;
    private final Model model;
    private final Scope scope;
    private final Tally tally = new Tally();
    private String refusal = "";

    private CompilerProof(Compiler compiler, String standard, Path directory, String header, Model model) {
        this.compiler = compiler;
        this.standard = standard;
        this.directory = directory;
        this.headers = List.of(header);
        this.model = model;
        this.scope = Scope.of(header);
    }

    /**
     * The result of a comparison.
     *
     * @param tally the counts of compared facts
     * @param refusal the compiler's message if it cannot compile the header itself in any language; otherwise empty
     * @param standard the language in which it compiles
     */
    record Result(Tally tally, String refusal, String standard) {}

    /**
     * Returns the comparison.
     *
     * @param directory a directory for files, which are not deleted
     */
    static Result of(Compiler compiler, Path directory, String header, Model model) throws IOException {
        String refusal = "";
        for (String standard : Compiler.STANDARDS) {
            CompilerProof proof = new CompilerProof(compiler, standard, directory, header, model);
            proof.run();
            if (proof.refusal.isEmpty()) {
                return new Result(proof.tally, "", standard);
            }
            // A header for a newer language is full of mistakes in the usual one, so the newer one's message counts.
            refusal = proof.refusal;
        }
        return new Result(new Tally(), refusal, "");
    }

    private void run() throws IOException {
        MacroList macros = new MacroList(compiler, standard, scope, headers);
        refusal = macros.read(directory);
        if (!refusal.isEmpty()) {
            return;
        }
        Path file = directory.resolve("proof.c");
        Path object = directory.resolve("proof.so");
        Set<Integer> refused = new HashSet<>();
        ProofSource source = new ProofSource(headers, model, macros.names(), refused);
        while (!compiles(source, file, object, refused)) {
            if (!refusal.isEmpty()) {
                return;
            }
            source = new ProofSource(headers, model, macros.names(), refused);
        }
        Elf elf = new Elf(Files.readAllBytes(object));
        compare(source, elf.section(ProofSource.SECTION));
        for (ProofSource.Wide wide : source.wide()) {
            tally.compare(Tally.Kind.TEXT, wide.text().name(), hex(wide.bytes()), hex(elf.section(wide.section())));
        }
        Dwarf dwarf = new Dwarf(elf);
        DwarfProof.run(dwarf, scope, model, macros, tally);
        new PrototypeProof(dwarf, scope, model, tally).run(directory.resolve("prototypes.txt"));
        macros.missed(model, file).forEach(name -> tally.count(Tally.Kind.MACRO, Tally.Outcome.MISSED, name));
    }

    private boolean compiles(ProofSource source, Path file, Path object, Set<Integer> refused) throws IOException {
        Files.writeString(file, source.text());
        Compiler.Result result = compiler.compile(
                standard,
                List.of(
                        "-gdwarf-5",
                        "-fno-eliminate-unused-debug-types",
                        "-shared",
                        "-nostdlib",
                        "-fPIC",
                        "-aux-info",
                        directory.resolve("prototypes.txt").toString(),
                        "-o",
                        object.toString(),
                        file.toString()));
        if (result.status() != 0 && !note(result.output(), file, source, refused)) {
            refusal = firstError(result.output(), file);
        }
        return result.status() == 0;
    }

    /** Returns the first error that a compiler prints, with its place, if it is not in our own file. */
    static String firstError(String output, Path ours) {
        List<String> errors =
                ERROR.matcher(output).results().map(MatchResult::group).toList();
        return errors.stream()
                .filter(error -> !error.startsWith(ours + ":"))
                .findFirst()
                .orElseGet(() -> errors.isEmpty() ? output.strip() : "it makes the lines after it invalid");
    }

    private static String hex(ByteBuffer bytes) {
        byte[] all = new byte[bytes.remaining()];
        bytes.get(all);
        return HexFormat.of().formatHex(all);
    }

    /** Notes the questions that the compiler refused; returns {@code false} if errors are in the header itself. */
    private boolean note(String output, Path file, ProofSource source, Set<Integer> refused) {
        boolean progress = false;
        Matcher error = ERROR.matcher(output);
        while (error.find()) {
            int line = Integer.parseInt(error.group(2));
            if (!error.group(1).equals(file.toString())) {
                continue;
            }
            ProofSource.Question question = source.question(line);
            if (question != null && refused.add(line)) {
                tally.count(question.kind(), Tally.Outcome.UNKNOWN, question.what() + ": " + error.group(3));
                progress = true;
            }
        }
        return progress;
    }

    private void compare(ProofSource source, ByteBuffer answers) {
        int at = 0;
        for (ProofSource.Question question : source.questions()) {
            List<Long> theirs = new ArrayList<>();
            for (int i = 0; i < question.ours().size(); i++, at += Long.BYTES) {
                theirs.add(answers.getLong(at));
            }
            if (question.kind() == Tally.Kind.MEMBER && theirs.size() == 3) {
                theirs.set(2, ProofSource.signedness(theirs.get(2)));
            }
            tally.compare(question.kind(), question.what(), question.ours(), theirs);
            if (question.kind() == Tally.Kind.IOCTL) {
                tally.compare(Tally.Kind.MACRO, question.what(), question.ours(), theirs);
            }
        }
    }
}
