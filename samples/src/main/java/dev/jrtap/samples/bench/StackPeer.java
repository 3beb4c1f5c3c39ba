// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import dev.jrtap.rtap.RxMode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;

/**
 * A process that sends from the stack into a TAP device and receives, in slices: stack.c, or {@link StackLoop} in a JVM
 * with a single mode, as in an ordinary program. It runs for the whole comparison.
 */
final class StackPeer implements AutoCloseable {

    /** The number of last words of a command that identify it. */
    private static final int ARGUMENTS = 5;

    private final String command;
    private final Process process;
    private final Writer input;
    private final BufferedReader output;

    private StackPeer(List<String> command) throws IOException {
        // The command without the class path, for messages.
        this.command = String.join(" ", command.subList(Math.max(0, command.size() - ARGUMENTS), command.size()));
        this.process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        this.input = process.outputWriter();
        this.output = process.inputReader();
        answer();
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
        return new StackPeer(all);
    }

    /** Starts this library's loop. */
    static StackPeer ours(RxMode mode, int burst, int bytes, boolean echoes) throws IOException {
        String[] program = {StackLoop.class.getName(), mode.name(), Integer.toString(burst), Integer.toString(bytes)};
        return start(JavaPeers.jvm(System.getProperty("java.class.path"), program), echoes);
    }

    /** Makes the process send and receive for {@code seconds}, and only send for as long. */
    Turn turn(double seconds) throws IOException {
        input.write(seconds + "\n");
        input.flush();
        String[] fields = answer().split(" ");
        return new Turn(cost(fields, 0), cost(fields, 2), Long.parseLong(fields[5]));
    }

    private static double cost(String[] fields, int at) {
        return Double.parseDouble(fields[at + 1]) * 1e9 / Long.parseLong(fields[at]);
    }

    private String answer() throws IOException {
        String line = output.readLine();
        if (line == null) {
            throw new IOException("the peer failed: " + command);
        }
        return line;
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
