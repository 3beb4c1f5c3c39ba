// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.verify;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.header.HeaderParser;
import dev.jrtap.bindgen.header.SearchPath;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.layout.FactReader;
import dev.jrtap.bindgen.model.Model;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Compares many headers, each on its own, with a compiler. */
public final class Verification {

    private final Compiler compiler;
    private final Target target;
    private final HeaderParser parser;
    private final boolean java;
    private final Tally tally = new Tally();
    private final List<String> refusedByCompiler = new ArrayList<>();
    private final List<String> refusedHere = new ArrayList<>();
    private final List<String> empty = new ArrayList<>();
    private int compared;

    /** Makes a verification of how headers are read. */
    public Verification(Compiler compiler, Target target, SearchPath path) {
        this(compiler, target, path, false);
    }

    /**
     * Makes a verification of how headers are read, and of the Java generated from them.
     *
     * @param java whether to verify the Java, too: it is compiled and loaded, so it must be for this machine
     */
    public Verification(Compiler compiler, Target target, SearchPath path, boolean java) {
        if (java && target != Target.machine()) {
            throw new BindgenException("Java for " + target.id()
                    + " cannot be verified on this machine: run this on a machine of that architecture");
        }
        this.java = java;
        this.compiler = compiler;
        this.target = target;
        this.parser = new HeaderParser(target, path);
    }

    /** Compares all facts of the headers, header by header. */
    public void run(List<String> headers) {
        try {
            Path directory = Files.createTempDirectory("bindings-gen");
            try {
                // The compiler takes most of the time, so several run in parallel; the parser's texts are shared.
                headers.parallelStream().forEach(header -> one(header, directory));
            } finally {
                delete(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void one(String header, Path parent) {
        Model model = null;
        String refusal = "";
        Scope scope = Scope.of(header);
        synchronized (parser) {
            try {
                model = FactReader.read(parser.parse(List.of(header)), header, (from, name) -> scope.hasHeader(from));
            } catch (BindgenException e) {
                refusal = e.getMessage();
            }
        }
        Model ours = model == null ? Model.empty(header, List.of(target.id())) : model;
        try {
            Path directory = Files.createTempDirectory(parent, "proof");
            CompilerProof.Result result = CompilerProof.of(compiler, directory, header, ours);
            if (java && result.refusal().isEmpty() && model != null) {
                Model own = JavaSource.own(ours, parser.includeName(header), target);
                JavaProof.run(compiler, result.standard(), header, own, directory, result.tally());
            }
            synchronized (tally) {
                note(header, refusal, result);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void note(String header, String refusal, CompilerProof.Result result) {
        if (!result.refusal().isEmpty()) {
            refusedByCompiler.add(header + ": " + result.refusal());
        } else if (!refusal.isEmpty()) {
            refusedHere.add(header + ": " + refusal);
        } else {
            compared++;
            if (result.tally().total() == 0) {
                empty.add(header);
            }
            tally.add(header, result.tally());
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    public Tally tally() {
        return tally;
    }

    /** Returns headers without anything to compare: they only include others, or define macros without a value. */
    public List<String> empty() {
        return empty;
    }

    /** Returns headers that the compiler cannot compile on their own, each with the first error. */
    public List<String> refusedByCompiler() {
        return refusedByCompiler;
    }

    /** Returns headers that the compiler reads and the parser does not, each with the reason. */
    public List<String> refusedHere() {
        return refusedHere;
    }

    /** Returns how many headers were compared. */
    public int compared() {
        return compared;
    }

    /** Returns whether something was compared and nothing differs. */
    public boolean isProved() {
        return tally.differences().isEmpty()
                && tally.refusals().isEmpty()
                && refusedHere.isEmpty()
                && tally.total() > 0;
    }
}
