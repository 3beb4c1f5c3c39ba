// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.verify;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.header.HeaderParser;
import dev.jrtap.bindgen.header.SearchPath;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.layout.FactReader;
import dev.jrtap.bindgen.runtime.Btf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** Compares headers and reports, line by line, what was compared and what differs. */
public final class HeaderProof {

    private final SearchPath path;
    private final Consumer<String> lines;
    private final String compiler;

    /** Makes a proof that reports to {@code lines}. */
    public HeaderProof(SearchPath path, Consumer<String> lines) {
        this(path, null, lines);
    }

    /** Makes a proof by the gcc of that name or path; {@code null} for the one that is found. */
    public HeaderProof(SearchPath path, String compiler, Consumer<String> lines) {
        this.path = path;
        this.compiler = compiler;
        this.lines = lines;
    }

    /** Returns the size of a sample of all headers, from 1; 0 if none is given. */
    public static int sample(Integer given, List<String> headers) {
        if (given != null && given < 1) {
            throw new BindgenException("--sample takes a number of headers, at least 1: " + given);
        }
        if (given != null && !headers.isEmpty()) {
            throw new BindgenException("--sample takes some of all headers: omit the names, or --sample");
        }
        return given == null ? 0 : given;
    }

    /**
     * Compares the named headers; without names, all of the kernel, or about {@code sample} of them. Returns whether
     * something was compared and nothing differs.
     *
     * @param kernel a BTF file to compare with; {@code null} for gcc
     */
    public boolean run(List<String> architectures, List<String> names, boolean all, int sample, Path kernel)
            throws IOException {
        return run(architectures, names, all, sample, kernel, false);
    }

    /**
     * Compares the named headers, and, if requested, the Java generated from them.
     *
     * @param java whether the Java of each header is compared with gcc, too
     */
    public boolean run(
            List<String> architectures, List<String> names, boolean all, int sample, Path kernel, boolean java)
            throws IOException {
        if (!all && sample == 0 && names.isEmpty()) {
            throw new BindgenException("no headers to verify: name some, or give --all or --sample N;"
                    + " with Maven, -Dbindings.header=NAME,NAME, -Dbindings.all or -Dbindings.sample=N");
        }
        boolean good = true;
        for (String architecture : architectures) {
            Target target = Target.of(architecture);
            List<String> everything = all || sample > 0 ? HeaderList.of(path.root(), target) : names;
            List<String> chosen = sample > 0 ? HeaderList.sample(everything, sample) : everything;
            good &= kernel == null
                    ? withCompiler(target, chosen, !all && sample == 0, java)
                    : withKernel(target, chosen, !all && sample == 0, kernel);
        }
        return good;
    }

    private boolean withCompiler(Target target, List<String> headers, boolean named, boolean java) {
        Compiler gcc = compiler != null
                ? Compiler.of(compiler, target, path)
                : Compiler.find(target, path)
                        .orElseThrow(() -> new BindgenException("no gcc for " + target.id() + ": install gcc-"
                                + target.triplet().replace('_', '-') + ", or name one with --cc"));
        long start = System.nanoTime();
        Verification verification = new Verification(gcc, target, path, java);
        verification.run(headers);
        lines.accept(String.format(
                "%s, %s: %d headers compared in %d s; %d that gcc itself cannot compile",
                target.id(),
                gcc,
                verification.compared(),
                (System.nanoTime() - start) / 1_000_000_000L,
                verification.refusedByCompiler().size()));
        verification.tally().table().lines().forEach(lines);
        verification.tally().differences().forEach(lines);
        verification.tally().refusals().forEach(lines);
        verification.refusedHere().forEach(reason -> lines.accept("not understood: " + reason));
        if (named) {
            verification.refusedByCompiler().forEach(reason -> lines.accept("gcc cannot read this: " + reason));
            verification
                    .empty()
                    .forEach(header -> lines.accept("nothing to compare in " + header
                            + ": it declares nothing, or everything in it is refused"));
        }
        boolean differs = !verification.tally().differences().isEmpty()
                || !verification.refusedHere().isEmpty();
        long compared = verification.tally().total();
        lines.accept(
                compared == 0
                        ? "nothing was compared"
                        : compared + " facts compared: " + (differs ? "there are differences" : "nothing differs"));
        // Among all headers, some cannot be compiled on their own, and some are empty; for a named header, either means
        // that nothing is proved. A refusal with a reason is no mistake.
        return named
                ? compared > 0
                        && !differs
                        && verification.refusedByCompiler().isEmpty()
                        && verification.empty().isEmpty()
                : verification.isProved();
    }

    private boolean withKernel(Target target, List<String> headers, boolean named, Path kernel) throws IOException {
        if (!Files.isReadable(kernel)) {
            throw new BindgenException(
                    kernel + " cannot be read: the kernel has to be built with CONFIG_DEBUG_INFO_BTF");
        }
        BtfProof proof = new BtfProof(Btf.read(kernel), target.id());
        HeaderParser parser = new HeaderParser(target, path);
        boolean read = true;
        for (String header : headers) {
            if (!named && header.startsWith("asm-generic/")) {
                // The kernel's own declarations of that name may be those in asm.
                continue;
            }
            try {
                proof.run(FactReader.read(parser.parse(List.of(header)), header));
            } catch (BindgenException e) {
                lines.accept("not read: " + e.getMessage());
                read &= !named;
            }
        }
        proof.table().lines().forEach(lines);
        proof.explained().forEach((name, why) -> lines.accept("explained: " + name + ": " + why));
        proof.unexplained().forEach((name, what) -> lines.accept("different: " + name + ": " + what));
        if (proof.compared() == 0) {
            lines.accept("nothing was compared");
        }
        return read && proof.compared() > 0 && proof.unexplained().isEmpty();
    }
}
