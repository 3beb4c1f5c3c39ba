// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.fixtures.CompilerLog;
import dev.jrtap.fixtures.SmallJvm;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.opentest4j.TestAbortedException;

/**
 * What the optimizing compiler makes of the loops that each packet passes, in JVMs of their own with the options that
 * users have: each call of this library that is made for a hundredth of the calls to the root at least is inlined,
 * except from one loop to another, and what {@link #COLD} names. By {@code .ci/inlining}.
 */
class InliningCheck {

    private static final String PACKETS = "5000000";
    private static final double RARE = 0.01;
    private static final String HERE = "dev.jrtap.rtap.";
    private static final String LOOP = HERE + "EchoProgram.echo";
    private static final String PLANTED_LOOP = HERE + "EchoProgram.plantedEcho";

    /**
     * Loops over a burst. Each is called a few times per burst, compiled for itself and looked at for itself: a call
     * from one to another may stay.
     */
    private static final List<String> ROOTS = List.of(
            LOOP,
            HERE + "EchoProgram.run",
            HERE + "RxQueue.receive",
            HERE + "TxQueue.send",
            HERE + "TxQueue.countSent",
            HERE + "RingDriver.takeCompletions",
            HERE + "RingSender.claim",
            HERE + "OneShotReceiver.post",
            HERE + "Chains.take",
            HERE + "NoOps.turn",
            "dev.jrtap.uring.CompletionQueue.drain");

    /** A user's handler: where three classes of them meet in one place, the compiler calls each. */
    private static final String HANDLER = "dev.jrtap.uring.CompletionHandler.onCompletion";

    /**
     * Called once per burst at most: to read the kernel's index when all entries have been claimed once more, to tell
     * the kernel what has been taken, and to count frames when one of another kind follows.
     */
    private static final Set<String> COLD = Set.of(
            "dev.jrtap.uring.SubmissionQueue.outstanding",
            "dev.jrtap.uring.CompletionQueue.release",
            HERE + "FrameCounts.settle");

    /** Methods are compiled in another order in each, and what is compiled last has room for other calls. */
    private static final int RUNS = 3;

    @TempDir
    private Path directory;

    @BeforeEach
    void needsADeviceAndARing() throws Exception {
        TapProfile.PLAIN_ONE_SHOT.syscalls();
        Shell.run("tc", "-Version");
    }

    private CompilerLog run(int devices, int handlers, boolean planted) throws Exception {
        Path log = directory.resolve("compiler.log");
        List<String> command = SmallJvm.command(
                EchoProgram.class, "-XX:+UnlockDiagnosticVMOptions", "-XX:+LogCompilation", "-XX:LogFile=" + log);
        command.addAll(
                List.of(PACKETS, Integer.toString(devices), Integer.toString(handlers), Boolean.toString(planted)));
        int status = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (status == EchoProgram.NOT_MEASURABLE) {
            throw new TestAbortedException("not measurable: the compilers are not done with the loop");
        }
        assertThat(status).isZero();
        return CompilerLog.read(log);
    }

    /** Calls of this library that stay, and are not rare. */
    private static List<CompilerLog.Call> callsFrom(CompilerLog log, String root) {
        return log.callsFrom(root).stream()
                .filter(call -> call.share() >= RARE && !ROOTS.contains(call.callee()) && !COLD.contains(call.callee()))
                .toList();
    }

    @ParameterizedTest(name = "{0} devices, {1} classes of handlers")
    @CsvSource({"1, 1", "1, 3", "2, 1"})
    void onlyCallsFromLoopToLoopStay(int devices, int handlers) throws Exception {
        Set<String> stay = staying(devices, handlers);
        for (int runs = 1; runs < RUNS && !stay.isEmpty(); runs++) {
            System.out.println("once more, since these stayed: " + stay);
            stay.retainAll(staying(devices, handlers));
        }
        assertThat(stay).isEmpty();
    }

    private Set<String> staying(int devices, int handlers) throws Exception {
        CompilerLog log = run(devices, handlers, false);
        Set<String> stay = new TreeSet<>();
        for (String root : ROOTS) {
            callsFrom(log, root).stream()
                    .filter(call -> handlers == 1 || !call.callee().equals(HANDLER))
                    .forEach(call -> stay.add(call.caller() + " -> " + call.callee() + ": " + call.reason()));
        }
        return stay;
    }

    @Test
    void aBigMethodIsFoundAndSoIsARootThatWasNotCompiled() throws Exception {
        CompilerLog log = run(1, 1, true);
        assertThat(callsFrom(log, PLANTED_LOOP)).anyMatch(call -> call.callee().equals(HERE + "EchoProgram.planted"));
        assertThatThrownBy(() -> callsFrom(log, LOOP)).isInstanceOf(AssertionError.class);
    }
}
