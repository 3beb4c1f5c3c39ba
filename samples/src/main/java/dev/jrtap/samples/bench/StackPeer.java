// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import dev.jrtap.rtap.RxMode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A process that sends from the stack into a TAP device and receives, in slices: stack.c, or {@link StackLoop} in a JVM
 * with a single mode, as in an ordinary program.
 */
final class StackPeer implements AutoCloseable {

    private final SlicePeer slices;

    private StackPeer(SlicePeer slices) {
        this.slices = slices;
    }

    /**
     * The costs of one turn.
     *
     * @param whole the CPU time per packet in nanoseconds
     * @param sender the sender's part, which is measured separately
     * @param errors the packets that could not be sent
     */
    record Turn(double whole, double sender, long errors) {

        /** Returns the nanoseconds of the rest: receiving, and answering. */
        double part() {
            return whole - sender;
        }
    }

    static StackPeer start(List<String> command, boolean echoes) throws IOException {
        List<String> all = new ArrayList<>(command);
        if (echoes) {
            all.add("echo");
        }
        return new StackPeer(SlicePeer.start(all));
    }

    /** Starts this library's loop. */
    static StackPeer ours(RxMode mode, int burst, int bytes, int slot, boolean echoes) throws IOException {
        String[] program = {StackLoop.class.getName(), mode.name(), "" + burst, "" + bytes, "" + slot};
        return start(JavaPeers.jvm(System.getProperty("java.class.path"), program), echoes);
    }

    /** Makes the process send and receive for {@code seconds}, and only send for as long. */
    Turn turn(double seconds) throws IOException {
        String[] fields = slices.measure(seconds);
        return new Turn(cost(fields, 0), cost(fields, 2), Long.parseLong(fields[5]));
    }

    private static double cost(String[] fields, int at) {
        return Double.parseDouble(fields[at + 1]) * 1e9 / Long.parseLong(fields[at]);
    }

    @Override
    public void close() {
        slices.close();
    }
}
