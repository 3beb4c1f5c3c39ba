// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.cli;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.header.HeaderParser;
import dev.jrtap.bindgen.header.SearchPath;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.layout.FactReader;
import dev.jrtap.bindgen.runtime.Btf;
import dev.jrtap.bindgen.verify.BtfProof;
import dev.jrtap.bindgen.verify.Compiler;
import dev.jrtap.bindgen.verify.HeaderList;
import dev.jrtap.bindgen.verify.Verification;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Proof that headers are read right. */
@Command(
        name = "verify",
        description =
                "Compares every size, offset, bit-field, constant and type that headers give with what gcc says, both ways,"
                        + " and with the types that the running kernel describes itself.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "gcc is found as ARCH-linux-gnu-gcc or gcc; nothing it makes is run, so cross compilers do. `missed` is what gcc has",
            "and we do not, `unknown` the reverse. Exit code 0 means that nothing differs."
        })
final class VerifyCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private HeaderOptions headers;

    @Option(names = "--arch", split = ",", paramLabel = "NAME", description = "Default: ${DEFAULT-VALUE}.")
    private List<String> architectures = new ArrayList<>(List.of(Target.X86_64.id()));

    @Option(names = "--all", description = "Every header of the kernel below the include directory, each on its own.")
    private boolean all;

    @Option(names = "--sample", paramLabel = "N", description = "About so many of them.")
    private int sample;

    @Option(
            names = "--btf",
            paramLabel = "FILE",
            arity = "0..1",
            fallbackValue = "/sys/kernel/btf/vmlinux",
            description =
                    "Compare with a kernel's own types, of the machine's architecture (default file: ${FALLBACK-VALUE}).")
    private Path btf;

    @Parameters(paramLabel = "HEADER", arity = "0..*", description = "Headers, as in #include.")
    private List<String> names = new ArrayList<>();

    @Override
    public Integer call() throws IOException {
        SearchPath path = headers.sets().get(0).path();
        boolean good = true;
        for (String architecture : architectures) {
            Target target = Target.of(architecture);
            List<String> chosen = chosen(path, target);
            good &= btf == null ? compile(target, path, chosen) : compareKernel(target, path, chosen);
        }
        return good ? 0 : 1;
    }

    private List<String> chosen(SearchPath path, Target target) throws IOException {
        if (!all && sample == 0 && names.isEmpty()) {
            throw new BindgenException("name headers, or --all, or --sample N");
        }
        List<String> everything = all || sample > 0 ? HeaderList.of(path.root(), target) : names;
        return sample > 0 ? HeaderList.sample(everything, sample) : everything;
    }

    private boolean compile(Target target, SearchPath path, List<String> chosen) {
        PrintWriter out = spec.commandLine().getOut();
        Compiler compiler = Compiler.find(target, path)
                .orElseThrow(() -> new BindgenException("no gcc for " + target.id() + ": install gcc-"
                        + target.triplet().replace('_', '-')));
        long start = System.nanoTime();
        Verification verification = new Verification(compiler, target, path);
        verification.run(chosen);
        out.printf(
                "%s, %s: %d headers compared in %d s; %d that gcc itself cannot compile%n",
                target.id(),
                compiler,
                verification.compared(),
                (System.nanoTime() - start) / 1_000_000_000L,
                verification.refusedByCompiler().size());
        out.print(verification.tally().table());
        verification.tally().differences().forEach(out::println);
        verification.refusedHere().forEach(reason -> out.println("not understood: " + reason));
        out.println(verification.isProved() ? "nothing differs" : "there are differences");
        return verification.isProved();
    }

    private boolean compareKernel(Target target, SearchPath path, List<String> chosen) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        if (!Files.isReadable(btf)) {
            throw new BindgenException(btf + " cannot be read: the kernel has to be built with CONFIG_DEBUG_INFO_BTF");
        }
        BtfProof proof = new BtfProof(Btf.read(btf), target.id());
        HeaderParser parser = new HeaderParser(target, path);
        for (String header : chosen) {
            try {
                proof.run(FactReader.read(parser.parse(List.of(header)), header));
            } catch (BindgenException e) {
                out.println("not read: " + e.getMessage());
            }
        }
        out.print(proof.table());
        proof.explained().forEach((name, why) -> out.println("explained: " + name + ": " + why));
        proof.unexplained().forEach((name, what) -> out.println("different: " + name + ": " + what));
        return proof.unexplained().isEmpty();
    }
}
