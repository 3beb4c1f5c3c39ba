// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.util.List;

/**
 * A process that measures a slice for each line of its input, which is a length in seconds, and prints a line of
 * results. It runs for the whole comparison.
 */
final class SlicePeer implements AutoCloseable {

    /** The number of last words of a command that identify it. */
    private static final int ARGUMENTS = 6;

    private final String command;
    private final Process process;
    private final Writer input;
    private final BufferedReader output;

    private SlicePeer(List<String> command) throws IOException {
        // The command without the class path, for messages.
        this.command = String.join(" ", command.subList(Math.max(0, command.size() - ARGUMENTS), command.size()));
        this.process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        this.input = process.outputWriter();
        this.output = process.inputReader();
    }

    /** Starts a process, and waits until it is ready. */
    static SlicePeer start(List<String> command) throws IOException {
        SlicePeer peer = new SlicePeer(command);
        try {
            peer.answer();
            return peer;
        } catch (IOException e) {
            peer.close();
            throw e;
        }
    }

    /** Makes the process measure for {@code seconds}, and returns the words of its results. */
    String[] measure(double seconds) throws IOException {
        return ask(Double.toString(seconds)).split(" ");
    }

    /** Gives the process a line, and returns its next one. */
    String ask(String line) throws IOException {
        input.write(line + "\n");
        input.flush();
        return answer();
    }

    private String answer() throws IOException {
        String line = output.readLine();
        if (line == null) {
            throw new IOException("the peer failed: " + command);
        }
        return line;
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
