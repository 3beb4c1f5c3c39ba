// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.fixtures.SmallJvm;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A process of its own, with limits of its own, that opens queue pairs and says what became of them. */
final class LockedMemoryProcess {

    private LockedMemoryProcess() {}

    /** Runs it below {@code wrapper}; a line for each policy. */
    static List<String> run(String... wrapper) throws IOException {
        List<String> command = new ArrayList<>(List.of(wrapper));
        command.addAll(SmallJvm.command(LockedMemoryProcess.class));
        return Shell.run(command.toArray(String[]::new))
                .lines()
                // What java says of JDK_JAVA_OPTIONS.
                .filter(line -> !line.startsWith("NOTE: "))
                .toList();
    }

    public static void main(String[] args) throws IOException {
        for (RingPolicy policy : List.of(RingPolicy.PREFER, RingPolicy.REQUIRE)) {
            RtapConfig config =
                    RtapConfig.named("locked%d").withRingPolicy(policy).withRingSize(1024);
            try (PacketPool pool = PacketPool.forMtu(64, 1500);
                    Rtap rtap = Rtap.open(config)) {
                QueuePair pair = rtap.openQueue(0, pool);
                System.out.println(policy + ": " + (pair.granted().isPresent() ? "ring" : "system calls"));
            } catch (IOException e) {
                System.out.println(policy + ": " + e.getMessage());
            }
        }
    }
}
