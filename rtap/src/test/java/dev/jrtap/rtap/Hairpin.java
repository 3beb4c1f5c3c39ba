// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.syscall.Syscalls;
import java.io.IOException;

/**
 * A device that receives again what is sent through it: the kernel redirects each packet to the device it came from.
 * Packets that go round cost a loop nothing but what it does itself.
 */
final class Hairpin {

    /** Turns in a row without a packet after which packets must have been lost. */
    private static final int PATIENCE = 1_000;

    private final TapLink link;
    private final Burst burst;
    private final byte[] frame = Frames.experimental(60);
    private int empty;

    Hairpin(int packets) throws IOException, InterruptedException {
        RtapConfig config = RtapConfig.named("rtap%d").withoutNapi().withRingSize(packets);
        link = new TapLink(Syscalls.libc(), config);
        burst = new Burst(link.pool, packets);
        // It would capture whatever passes.
        link.wire.close();
        String name = link.rtap.name();
        tc("qdisc add dev " + name + " clsact");
        tc("filter add dev " + name + " ingress protocol all prio 1 u32 match u32 0 0"
                + " action mirred egress redirect dev " + name);
        fill();
    }

    /** Without what tests run in: this process has the library alone. */
    private static void tc(String arguments) throws IOException, InterruptedException {
        String command = "tc " + arguments;
        int status = new ProcessBuilder(command.split(" ")).inheritIO().start().waitFor();
        if (status != 0) {
            throw new IOException(command + ": status " + status);
        }
    }

    QueuePair queue() {
        return link.queue;
    }

    Burst burst() {
        return burst;
    }

    /** Sends new packets if nothing comes any more. */
    void received(int packets) throws IOException {
        empty = packets > 0 ? 0 : empty + 1;
        if (empty == PATIENCE) {
            fill();
            empty = 0;
        }
    }

    private void fill() throws IOException {
        try (Wire wire = Wire.injecting(link.rtap.ifIndex())) {
            for (int i = 0; i < burst.capacity(); i++) {
                wire.inject(frame);
            }
        }
    }
}
