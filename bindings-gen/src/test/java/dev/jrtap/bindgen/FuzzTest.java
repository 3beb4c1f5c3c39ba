// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Headers that nobody would write never crash or hang the reading: {@link Fuzzer} runs longer. */
@Tag("any-user")
class FuzzTest {

    private static final int RUNS = 400;
    private static final long SEED = 42;

    @Test
    void mutatedHeadersAreReadOrRefused(@TempDir Path directory) throws Exception {
        Path headers = Path.of("/usr/include");
        Path corpus =
                Files.exists(headers.resolve("linux/if_tun.h")) ? headers : Path.of("src/test/resources/features");

        Fuzzer.Result result = Fuzzer.run(corpus, directory, RUNS, SEED);

        assertThat(result.failures()).isEmpty();
        assertThat(result.read() + result.refused()).isEqualTo(RUNS);
        assertThat(result.read()).isPositive();
    }
}
