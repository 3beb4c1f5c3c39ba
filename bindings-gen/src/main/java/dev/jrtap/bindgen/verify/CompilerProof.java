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
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Compares all facts of one set of headers with a compiler's, in both directions: what we say is asked in a generated program,
 * and what the compiler knows is read from its debugging information and its list of macros.
 */
public final class CompilerProof {

    private static final Pattern ERROR = Pattern.compile("(?m)^(.*?):(\\d+):\\d+: (?:fatal )?error: (.*)$");

    private final Compiler compiler;
    private final Path directory;
    private final List<String> headers;
    private final Model model;
    private final Tally tally = new Tally();

    private CompilerProof(Compiler compiler, Path directory, List<String> headers, Model model) {
        this.compiler = compiler;
        this.directory = directory;
        this.headers = headers;
        this.model = model;
    }

    /**
     * The comparison; empty if the compiler cannot compile the headers themselves.
     *
     * @param directory for files, which are left there
     */
    public static Optional<Tally> of(Compiler compiler, Path directory, List<String> headers, Model model)
            throws IOException {
        return new CompilerProof(compiler, directory, headers, model).run();
    }

    private Optional<Tally> run() throws IOException {
        Optional<MacroList> macros = MacroList.of(compiler, directory, headers);
        if (macros.isEmpty()) {
            return Optional.empty();
        }
        Path file = directory.resolve("proof.c");
        Path object = directory.resolve("proof.so");
        Set<Integer> refused = new HashSet<>();
        ProofSource source = new ProofSource(headers, model, macros.get().names(), refused);
        while (true) {
            Files.writeString(file, source.text());
            Compiler.Result result = compiler.compile(List.of(
                    "-gdwarf-5",
                    "-fno-eliminate-unused-debug-types",
                    "-shared",
                    "-nostdlib",
                    "-fPIC",
                    "-o",
                    object.toString(),
                    file.toString()));
            if (result.status() == 0) {
                break;
            }
            if (!note(result.output(), file, source, refused)) {
                return Optional.empty();
            }
            source = new ProofSource(headers, model, macros.get().names(), refused);
        }
        Elf elf = new Elf(Files.readAllBytes(object));
        compare(source, elf.section(ProofSource.SECTION));
        for (ProofSource.Wide wide : source.wide()) {
            tally.compare(Tally.Kind.TEXT, wide.text().name(), hex(wide.bytes()), hex(elf.section(wide.section())));
        }
        DwarfProof.run(new Dwarf(elf), model, macros.get(), tally);
        macros.get().missed(model, file).forEach(name -> tally.count(Tally.Kind.MACRO, Tally.Outcome.MISSED, name));
        return Optional.of(tally);
    }

    private static String hex(ByteBuffer bytes) {
        byte[] all = new byte[bytes.remaining()];
        bytes.get(all);
        return HexFormat.of().formatHex(all);
    }

    /** Remembers which questions the compiler refused; {@code false} if its errors are in the headers themselves. */
    private boolean note(String output, Path file, ProofSource source, Set<Integer> refused) {
        boolean progress = false;
        Matcher error = ERROR.matcher(output);
        while (error.find()) {
            int line = Integer.parseInt(error.group(2));
            for (ProofSource.Wide wide : source.wide()) {
                if (error.group(1).equals(file.toString()) && wide.line() == line && refused.add(line)) {
                    tally.count(
                            Tally.Kind.TEXT, Tally.Outcome.UNKNOWN, wide.text().name() + ": " + error.group(3));
                    progress = true;
                }
            }
            for (ProofSource.Question question : source.questions()) {
                if (error.group(1).equals(file.toString()) && question.line() == line && refused.add(line)) {
                    tally.count(question.kind(), Tally.Outcome.UNKNOWN, question.what() + ": " + error.group(3));
                    progress = true;
                }
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
