// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.cli;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.verify.HeaderProof;
import java.io.IOException;
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

/** Proves that headers are read correctly. */
@Command(
        name = "verify",
        description = "Compares every size, offset, bit-field, constant and type of headers with gcc's, in both"
                + " directions, and with the running kernel's own description of its types.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footer = {
            "",
            "gcc is found as ARCH-linux-gnu-gcc or gcc; its output is not run, so cross compilers suffice. `missed` counts"
                    + " what",
            "gcc has and bindings-gen lacks, `unknown` the reverse. Exit code 0: something was compared and nothing differs."
        })
final class VerifyCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private HeaderOptions headers;

    @Option(names = "--arch", split = ",", paramLabel = "NAME", description = "Default: ${DEFAULT-VALUE}.")
    private List<String> architectures =
            new ArrayList<>(List.of(Target.machine().id()));

    @Option(names = "--all", description = "Every header of the kernel below the include directory, each on its own.")
    private boolean all;

    @Option(names = "--sample", paramLabel = "N", description = "Approximate number of them to take.")
    private Integer sample;

    @Option(
            names = "--btf",
            paramLabel = "FILE",
            arity = "0..1",
            fallbackValue = "/sys/kernel/btf/vmlinux",
            description = "Compare with a kernel's own types, of the machine's architecture (default file:"
                    + " ${FALLBACK-VALUE}).")
    private Path btf;

    @Option(names = "--cc", paramLabel = "GCC", description = "Name or path of gcc.")
    private String compiler;

    @Option(
            names = "--java",
            description = "Also compile and load the Java of each header; compare its constants, its sizes and"
                    + " the bytes that its accessors store.")
    private boolean java;

    @Parameters(paramLabel = "HEADER", arity = "0..*", description = "Headers, as in #include.")
    private List<String> names = new ArrayList<>();

    @Override
    public Integer call() throws IOException {
        HeaderProof proof = new HeaderProof(
                headers.sets().get(0).path(), compiler, spec.commandLine().getOut()::println);
        if (btf != null && names.isEmpty() && !all && sample == null) {
            throw new BindgenException("no headers to verify: `--btf " + btf + "` takes " + btf
                    + " for the kernel's file: write `HEADER --btf`, or `--btf=FILE HEADER`");
        }
        return proof.run(architectures, names, all, HeaderProof.sample(sample, names), btf, java) ? 0 : 1;
    }
}
