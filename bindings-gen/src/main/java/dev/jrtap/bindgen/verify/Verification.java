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

/** Proves the reading of many headers, each on its own, with a compiler. */
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

    /** A proof of how headers are read. */
    public Verification(Compiler compiler, Target target, SearchPath path) {
        this(compiler, target, path, false);
    }

    /**
     * A proof of how headers are read, and of the Java that they give.
     *
     * @param java whether the Java is proved, too: it is compiled and loaded, so it must be for this machine
     */
    public Verification(Compiler compiler, Target target, SearchPath path, boolean java) {
        if (java && target != Target.machine()) {
            throw new BindgenException("Java for " + target.id() + " cannot be proved here: it runs on such a machine");
        }
        this.java = java;
        this.compiler = compiler;
        this.target = target;
        this.parser = new HeaderParser(target, path);
    }

    /** Compares everything that the headers say, header by header. */
    public void run(List<String> headers) {
        try {
            Path directory = Files.createTempDirectory("bindings-gen");
            try {
                // The compiler is the slow part, and one at a time leaves cores idle; the parser has one memory of
                // files.
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

    /** Headers that hold nothing to compare: they only include others, or define what has no value. */
    public List<String> empty() {
        return empty;
    }

    /** Headers that the compiler itself cannot compile alone, each with its first error. */
    public List<String> refusedByCompiler() {
        return refusedByCompiler;
    }

    /** Headers that the compiler takes and we do not, each with the reason. */
    public List<String> refusedHere() {
        return refusedHere;
    }

    /** Returns how many headers were compared. */
    public int compared() {
        return compared;
    }

    /** Returns whether everything that the compiler knows is the same here, and that is more than nothing. */
    public boolean isProved() {
        return tally.differences().isEmpty()
                && tally.refusals().isEmpty()
                && refusedHere.isEmpty()
                && tally.total() > 0;
    }
}
