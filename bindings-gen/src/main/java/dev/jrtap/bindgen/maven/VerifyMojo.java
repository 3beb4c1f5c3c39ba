// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.maven;

import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.verify.HeaderProof;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Compares all declarations of headers with gcc's, in both directions, or with a kernel's own description of its types.
 */
@Mojo(name = "verify", requiresProject = false, threadSafe = true)
public final class VerifyMojo extends AbstractHeadersMojo {

    /** Headers, as in #include. */
    @Parameter(property = "bindings.header")
    private List<String> names = new ArrayList<>();

    /** Every header of the kernel below the include directory, each on its own. */
    @Parameter(property = "bindings.all", defaultValue = "false")
    private boolean all;

    /** Approximate number of them to take. */
    @Parameter(property = "bindings.sample")
    private Integer sample;

    /**
     * Compare with a kernel's own types, of the machine's architecture: /sys/kernel/btf/vmlinux is the running
     * kernel's.
     */
    @Parameter(property = "bindings.btf")
    private File btf;

    /** Name or path of gcc; by default ARCH-linux-gnu-gcc, or gcc. */
    @Parameter(property = "bindings.cc")
    private String compiler;

    /**
     * Whether to compile and load the Java of each header, too, and compare its constants, its sizes and its accessors.
     */
    @Parameter(property = "bindings.java", defaultValue = "false")
    private boolean java;

    /** Architectures: x86_64, aarch64, riscv64; by default the machine's own. */
    @Parameter(property = "bindings.arch")
    private List<String> architectures = List.of(Target.machine().id());

    @Override
    void run() throws IOException, MojoFailureException {
        HeaderProof proof = new HeaderProof(sets().get(0).path(), compiler, getLog()::info);
        int some = HeaderProof.sample(sample, names);
        if (!proof.run(architectures, names, all, some, btf == null ? null : btf.toPath(), java)) {
            throw new MojoFailureException("there are differences, or nothing was compared: see the lines above");
        }
    }
}
