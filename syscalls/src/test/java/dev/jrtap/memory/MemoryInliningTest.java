// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.SmallJvm;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;

/** What the optimizing compiler makes of accesses, in JVMs of their own: each compiles at another moment. */
@Tag("any-kernel")
class MemoryInliningTest {

    @RepeatedTest(3)
    void noAccessStaysACall() throws Exception {
        List<String> command = new ArrayList<>(SmallJvm.command(Accesses.class));
        command.remove("-Xint");
        command.addAll(1, List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:+PrintCompilation", "-XX:+PrintInlining"));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<String> printed =
                new String(process.getInputStream().readAllBytes()).lines().collect(Collectors.toList());
        assertThat(process.waitFor()).isZero();
        assertThat(printed).as("the compiler has been at work").anyMatch(line -> line.contains("Memory::putI64"));
        assertThat(printed)
                .filteredOn(line -> line.contains("unloaded signature classes"))
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
