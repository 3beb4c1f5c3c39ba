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
 * A network namespace of a command's own, so that it can make devices and addresses without disturbing the machine.
 *
 * <p>Root's thread moves to a new one, with all threads that it starts. Anybody else needs a user namespace around it,
 * which a process with several threads can't make: unshare(1) does, and runs the command again in it.
 */
public final class OwnNamespace {

    /** The JDK that has the option for good; the announcement that it silences came with 24. */
    private static final int FIRST_WITH_NATIVE_ACCESS = 22;

    /** By it the script {@code jrtap} says which archive of classes it has started the JVM with. */
    private static final String ARCHIVE = "JRTAP_ARCHIVE";

    private static final String ALL_IDS = "4294967295";
    private static final String HERE = "--here";

    @Option(names = HERE, description = "Use the present network namespace in place of a new one.")
    private boolean here;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /** Runs {@code work} in the namespace; returns its exit code. */
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
     * Runs {@code main} with {@code arguments} in a namespace, as a program of its own, and waits for it.
     *
     * @return its exit code
     * @throws IOException with a sentence for people if there can be no namespace
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
        // Where jffi unpacks its library: the usual directory may be read-only or forbid execution.
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

    /** The signal may have reached the child already: it prints its summary, and this waits for it. */
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
            throw new IOException("no network namespace can be made here (" + output
                    + "): run as root, or allow user namespaces as `jrtap doctor` tells,"
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

    /** The command that runs another one in the namespace of the calling thread, from another terminal. */
    static String enter() throws IOException {
        boolean all = Files.readString(Path.of("/proc/self/uid_map")).contains(ALL_IDS);
        Path thread = Path.of("/proc").resolve(Files.readSymbolicLink(Path.of("/proc/thread-self")));
        String user = all ? "" : " -U --preserve-credentials";
        return "nsenter -t " + ProcessHandle.current().pid() + user + " -n" + thread + "/ns/net";
    }
}
