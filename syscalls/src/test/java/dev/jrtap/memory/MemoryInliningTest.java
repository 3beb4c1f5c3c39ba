// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.CompilerLog;
import dev.jrtap.fixtures.SmallJvm;
import java.nio.file.Path;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** What the optimizing compiler makes of accesses, in JVMs of their own: each compiles at another moment. */
@Tag("any-kernel")
class MemoryInliningTest {

    @TempDir
    private Path directory;

    @RepeatedTest(3)
    void noAccessStaysACall() throws Exception {
        Path log = directory.resolve("compiler.log");
        Process process = new ProcessBuilder(SmallJvm.command(
                        Accesses.class, "-XX:+UnlockDiagnosticVMOptions", "-XX:+LogCompilation", "-XX:LogFile=" + log))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(process.waitFor()).isZero();
        CompilerLog compiled = CompilerLog.read(log);
        assertThat(compiled.callsFrom(Accesses.class.getName() + ".access")).isEmpty();
        assertThat(compiled.failures())
                .filteredOn(reason -> reason.contains("unloaded signature classes"))
                .isEmpty();
    }

    static final class Accesses {

        private static final int ROUNDS = 2_000_000;
        private static final int PLACES = 128;

        private Accesses() {}

        public static void main(String[] args) {
            Memory memory = Memory.allocate(PLACES * Long.BYTES);
            long sum = 0;
            for (int i = 0; i < ROUNDS; i++) {
                sum += access(memory, i % PLACES * Long.BYTES);
            }
            System.out.println(sum);
        }

        private static long access(Memory memory, int at) {
            memory.putI64(at, at);
            memory.putI32(at, 1);
            memory.putI32Release(at, 2);
            return memory.getI64(at) + memory.getI32Acquire(at);
        }
    }
}
