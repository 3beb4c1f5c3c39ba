// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindgen.Gcc;
import dev.jrtap.bindgen.header.HeaderParser;
import dev.jrtap.bindgen.header.SearchPath;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.layout.FactReader;
import dev.jrtap.bindgen.runtime.Btf;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Headers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Everything that a sample of the machine's own headers says, against the machine's compiler and its kernel. All
 * headers, also those of another version: {@code bindings-gen verify --all}.
 */
@Tag("any-user")
class InstalledHeadersTest {

    private static final Path HEADERS = Headers.ROOT;
    private static final int SAMPLE = 80;
    private static final int AT_LEAST = 60;

    private final SearchPath path = SearchPath.of(HEADERS);

    @Test
    void areReadAsGccReadsThem() throws IOException {
        Target machine = machine();
        Headers.requireKernels();
        Headers.requireLibcs();
        Compiler gcc = Gcc.require(machine, path);
        Verification verification = new Verification(gcc, machine, path);

        verification.run(HeaderList.sample(HeaderList.of(HEADERS, machine), SAMPLE));

        assertThat(verification.refusedHere()).isEmpty();
        assertThat(verification.tally().differences()).isEmpty();
        assertThat(verification.compared()).isGreaterThanOrEqualTo(AT_LEAST);
    }

    @Test
    void differFromTheRunningKernelOnlyWhereItIsExplained() throws IOException {
        Headers.requireKernels();
        Feature.require("btf", Files.isReadable(Btf.RUNNING_KERNEL), "no " + Btf.RUNNING_KERNEL);
        Target machine = machine();
        BtfProof proof = new BtfProof(Btf.read(Btf.RUNNING_KERNEL), machine.id());
        HeaderParser parser = new HeaderParser(machine, path);
        for (String header :
                List.of("linux/io_uring.h", "linux/if_tun.h", "linux/if_link.h", "linux/tcp.h", "linux/bpf.h")) {
            proof.run(FactReader.read(parser.parse(List.of(header)), header));
        }

        assertThat(proof.unexplained()).isEmpty();
        assertThat(proof.compared()).isGreaterThan(100);
    }

    private static Target machine() {
        String name = System.getProperty("os.arch");
        return Target.of(name.equals("amd64") ? "x86_64" : name);
    }
}
