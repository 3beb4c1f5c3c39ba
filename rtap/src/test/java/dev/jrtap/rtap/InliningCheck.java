// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.fixtures.CompilerLog;
import dev.jrtap.fixtures.SmallJvm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the optimizing compiler makes of a loop that echoes, in JVMs of its own: no call stays one in each of them,
 * except to methods that are listed here. By {@code .ci/inlining}: on a busy machine compilations come in other orders,
 * and fail to inline other methods.
 */
@Timeout(300)
class InliningCheck {

    private static final String PACKETS = "500000";
    private static final int RUNS = 3;
    private static final double RARE = 0.01;
    private static final String HERE = "dev.jrtap.rtap.";
    private static final String LOOP = HERE + "EchoProgram.echo";
    private static final String PLANTED_LOOP = HERE + "EchoProgram.plantedEcho";

    private static final List<String> ROOTS =
            List.of(LOOP, HERE + "RxQueue.receive", HERE + "TxQueue.send", "dev.jrtap.uring.CompletionQueue.drain");

    /**
     * Compiled for themselves before their callers, and then too big, or past the limit of what one compilation holds:
     * for each burst, and for each packet the last five.
     */
    private static final List<String> BIG = List.of(
            HERE + "RxQueue.receive",
            HERE + "TxQueue.send",
            HERE + "TxQueue$$Lambda.run",
            HERE + "Burst.release",
            HERE + "OneShotReceiver.replenish",
            HERE + "OneShotReceiver.post",
            HERE + "RingDriver.onCompletion",
            HERE + "RingDriver.write",
            HERE + "TxQueue.accept",
            HERE + "TxQueue.write");

    @TempDir
    private Path directory;

    @BeforeEach
    void needsADeviceAndARing() {
        TapProfile.PLAIN_ONE_SHOT.syscalls();
    }

    private CompilerLog run(boolean planted) throws Exception {
        Path log = directory.resolve("compiler.log");
        List<String> command = new ArrayList<>(SmallJvm.command(EchoProgram.class));
        command.removeAll(List.of("-Xint", "-XX:+UseSerialGC"));
        command.addAll(1, List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:+LogCompilation", "-XX:LogFile=" + log));
        command.addAll(List.of(PACKETS, Boolean.toString(planted)));
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
        return CompilerLog.read(log);
    }

    /** Calls of this library that stay, and are made for a hundredth of the calls to the root at least. */
    private static List<CompilerLog.Call> callsFrom(CompilerLog log, String root) {
        return log.callsFrom(root).stream()
                .filter(call -> call.share() >= RARE
                        && !BIG.contains(call.callee().replaceFirst("[$][$]Lambda.*[.]", "\\$\\$Lambda.")))
                .toList();
    }

    /** The order of compilations is another in each run, and with it what the last of them has room for. */
    @Test
    void onlyBigMethodsStayCallsInAHotLoop() throws Exception {
        Set<String> stay = staying();
        for (int runs = 1; runs < RUNS && !stay.isEmpty(); runs++) {
            stay.retainAll(staying());
        }
        assertThat(stay).isEmpty();
    }

    private Set<String> staying() throws Exception {
        CompilerLog log = run(false);
        Set<String> stay = new TreeSet<>();
        for (String root : ROOTS) {
            callsFrom(log, root).forEach(call -> stay.add(call.caller() + " -> " + call.callee()));
        }
        return stay;
    }

    @Test
    void aBigMethodIsFoundAndSoIsARootThatWasNotCompiled() throws Exception {
        CompilerLog log = run(true);
        assertThat(callsFrom(log, PLANTED_LOOP)).anyMatch(call -> call.callee().equals(HERE + "EchoProgram.planted"));
        assertThatThrownBy(() -> callsFrom(log, LOOP)).isInstanceOf(AssertionError.class);
    }
}
