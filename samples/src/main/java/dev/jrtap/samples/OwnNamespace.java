// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.bindings.Sched;
import dev.jrtap.syscall.Syscalls;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import jnr.posix.POSIXFactory;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Runs a command in a new network namespace, so that it can make devices and addresses without disturbing the machine.
 *
 * <p>For root, the calling thread moves to a new namespace, with all threads that it starts. Other users need a user
 * namespace around it, which a process with several threads cannot make: unshare(1) makes it, and runs the command
 * again in it.
 */
public final class OwnNamespace {

    /** The first JDK in which the option is final; the warning that it silences came with JDK 24. */
    private static final int FIRST_WITH_NATIVE_ACCESS = 22;

    /** The environment variable in which the script {@code jrtap} passes the class-data archive of this JVM. */
    private static final String ARCHIVE = "JRTAP_ARCHIVE";

    private static final String ALL_IDS = "4294967295";
    /** The option that keeps a command in the namespace of its caller. */
    public static final String HERE = "--here";

    @Option(
            names = HERE,
            description = "Work in the current network namespace, not in a new one that ends with the command.")
    private boolean here;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /** Runs {@code work} in the namespace and returns its exit code. */
    public int run(Callable<Integer> work) throws Exception {
        if (here || Syscalls.libc().unshare(Sched.CLONE_NEWNET) == 0) {
            return work.call();
        }
        CommandLine root = command.root().commandLine();
        List<String> again = new ArrayList<>(root.getParseResult().originalArgs());
        again.add(HERE);
        return run("-Urn", Jrtap.class, again);
    }

    /**
     * Runs {@code main} with {@code arguments} in a new namespace, as a separate process, and waits for it.
     *
     * @return its exit code
     * @throws IOException if no namespace can be made; the message is for the user
     */
    public static int run(Class<?> main, List<String> arguments) throws IOException, InterruptedException {
        return run(POSIXFactory.getNativePOSIX().geteuid() == 0 ? "-n" : "-Urn", main, arguments);
    }

    private static int run(String flags, Class<?> main, List<String> arguments)
            throws IOException, InterruptedException {
        probe(flags);
        List<String> command = new ArrayList<>(List.of("unshare", flags, "--"));
        command.add(ProcessHandle.current().info().command().orElse("java"));
        if (Runtime.version().feature() >= FIRST_WITH_NATIVE_ACCESS) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        // jffi unpacks its library into this directory; the usual one may be read-only or forbid execution.
        command.add("-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"));
        String archive = System.getenv(ARCHIVE);
        if (archive != null) {
            command.addAll(List.of("-Xlog:disable", "-XX:SharedArchiveFile=" + archive));
        }
        command.addAll(List.of("-cp", absoluteClassPath(), main.getName()));
        command.addAll(arguments);
        Process child = new ProcessBuilder(command).inheritIO().start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(child), "end-child"));
        return child.waitFor();
    }

    /** Ends the child and waits for it, because it may still print its summary after the signal. */
    private static void end(Process child) {
        child.destroy();
        try {
            child.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void probe(String flags) throws IOException, InterruptedException {
        Process probe;
        try {
            probe = new ProcessBuilder("unshare", flags, "true")
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            throw new IOException(
                    "unshare(1) is needed to make a network namespace: install util-linux, or use --here", e);
        }
        String output = new String(probe.getInputStream().readAllBytes()).trim();
        if (probe.waitFor() != 0) {
            throw new IOException("no network namespace can be made (" + output
                    + "): run as root, or allow user namespaces as `jrtap doctor` explains,"
                    + " or use --here in a namespace where you have CAP_NET_ADMIN");
        }
    }

    private static String absoluteClassPath() {
        StringBuilder path = new StringBuilder();
        for (String element : System.getProperty("java.class.path").split(File.pathSeparator)) {
            path.append(path.isEmpty() ? "" : File.pathSeparator).append(new File(element).getAbsolutePath());
        }
        return path.toString();
    }

    /**
     * Returns the beginning of a command that runs another one in the calling thread's namespace, from another
     * terminal.
     */
    static String enter() throws IOException {
        boolean all = Files.readString(Path.of("/proc/self/uid_map")).contains(ALL_IDS);
        // /proc has a directory for each thread, although it lists only those of processes.
        Path thread = Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName();
        String namespaces = "/proc/" + thread + "/ns/";
        String user = all ? "" : " --user=" + namespaces + "user --preserve-credentials";
        return "nsenter" + user + " --net=" + namespaces + "net";
    }
}
