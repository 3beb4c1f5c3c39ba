// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jrtap.bindgen.header.HeaderParser;
import dev.jrtap.bindgen.header.SearchPath;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.layout.FactReader;
import dev.jrtap.bindgen.runtime.Btf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Everything that a sample of the machine's own headers says, against the machine's compiler and its kernel. All headers, also
 * those of another version: {@code bindings-gen verify --all}.
 */
class InstalledHeadersTest {

    private static final Path HEADERS = Path.of("/usr/include");
    private static final int SAMPLE = 80;
    private static final int AT_LEAST = 60;

    private final SearchPath path = SearchPath.of(HEADERS);

    @Test
    void areReadAsGccReadsThem() throws IOException {
        Target machine = machine();
        Compiler gcc = Compiler.find(machine, path).orElse(null);
        assumeTrue(
                gcc != null && Files.exists(HEADERS.resolve("linux/io_uring.h")),
                "no gcc, or no headers in " + HEADERS);
        Verification verification = new Verification(gcc, machine, path);

        verification.run(HeaderList.sample(HeaderList.of(HEADERS, machine), SAMPLE));

        assertThat(verification.refusedHere()).isEmpty();
        assertThat(verification.tally().differences()).isEmpty();
        assertThat(verification.compared()).isGreaterThanOrEqualTo(AT_LEAST);
    }

    @Test
    void differFromTheRunningKernelOnlyWhereItIsExplained() throws IOException {
        assumeTrue(Files.isReadable(Btf.RUNNING_KERNEL), "no " + Btf.RUNNING_KERNEL);
        Target machine = machine();
        BtfProof proof = new BtfProof(Btf.read(Btf.RUNNING_KERNEL), machine.id());
        HeaderParser parser = new HeaderParser(machine, path);
        for (String header :
                List.of("linux/io_uring.h", "linux/if_tun.h", "linux/if_link.h", "linux/tcp.h", "linux/bpf.h")) {
            proof.run(FactReader.read(parser.parse(List.of(header)), header));
        }

        assertThat(proof.unexplained()).isEmpty();
        assertThat(proof.structs()).isGreaterThan(100);
    }

    private static Target machine() {
        String name = System.getProperty("os.arch");
        return Target.of(name.equals("amd64") ? "x86_64" : name);
    }
}
