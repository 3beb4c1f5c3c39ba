// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The command as a process of its own, as people start it. What it prints on both outputs is read as lines. */
final class JrtapProcess implements AutoCloseable {

    private static final String SIGINT = "INT";
    private static final int FIRST_WITH_NATIVE_ACCESS = 22;

    private final Process process;
    private final BufferedReader lines;
    private final StringBuilder printed = new StringBuilder();

    private JrtapProcess(Process process) {
        this.process = process;
        this.lines = new BufferedReader(new InputStreamReader(process.getInputStream()));
    }

    static JrtapProcess start(String... arguments) throws IOException {
        return start(command -> command, arguments);
    }

    /** Starts it by another command, as setpriv(1) or a shell. */
    static JrtapProcess start(UnaryOperator<List<String>> by, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                // A shell has what it runs in the background ignore SIGINT, and so would this.
                "env",
                "--default-signal=INT",
                System.getProperty("java.home") + "/bin/java",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                // In a guest the usual one is read-only.
                "-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"),
                "-cp",
                classPath(),
                "dev.jrtap.samples.Jrtap"));
        if (Runtime.version().feature() >= FIRST_WITH_NATIVE_ACCESS) {
            // As the manifest of the jar has it.
            command.add(command.indexOf("-cp"), "--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(by.apply(command)).redirectErrorStream(true);
        builder.environment().remove("JDK_JAVA_OPTIONS");
        return new JrtapProcess(builder.start());
    }

    /** Starts it, and the JVMs that it starts, where numbers are written with other digits and separators. */
    static JrtapProcess startInArabic(String... arguments) throws IOException {
        return start(
                command -> {
                    command.add(2, "JAVA_TOOL_OPTIONS=-Duser.language=ar -Duser.country=EG");
                    return command;
                },
                arguments);
    }

    private static String classPath() {
        String all = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return Stream.of(all.split(File.pathSeparator))
                .filter(entry -> !entry.endsWith("test-classes"))
                .map(entry -> new File(entry).getAbsolutePath())
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** Reads on until a line contains {@code text}; returns that line. */
    String await(String text) throws IOException {
        String line = lines.readLine();
        while (line != null) {
            printed.append(line).append('\n');
            if (line.contains(text)) {
                return line;
            }
            line = lines.readLine();
        }
        throw new AssertionError("no \"" + text + "\" in what was printed:\n" + printed);
    }

    /** Ctrl-C; returns what has been printed in all, when it has ended. */
    String interrupt() throws IOException, InterruptedException {
        // The shell's own: the program comes with procps, which not every machine has.
        new ProcessBuilder("sh", "-c", "kill -s " + SIGINT + " " + process.pid())
                .start()
                .waitFor();
        return rest();
    }

    /** Waits for the end; returns what has been printed in all. */
    String rest() throws IOException, InterruptedException {
        lines.lines().forEach(line -> printed.append(line).append('\n'));
        process.waitFor();
        return printed.toString();
    }

    /** Waits for the end, and expects this exit code; returns what has been printed in all. */
    String ends(int status) throws IOException, InterruptedException {
        String all = rest();
        assertThat(process.exitValue()).as(all).isEqualTo(status);
        return all;
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
