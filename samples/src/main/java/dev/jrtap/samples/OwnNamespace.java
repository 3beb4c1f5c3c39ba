// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jnr.posix.POSIXFactory;

/**
 * Runs a program again in a network namespace of its own, so that it can make devices and addresses without disturbing
 * the machine: root needs only the namespace, anyone else a user namespace around it. Both are the work of unshare(1).
 */
public final class OwnNamespace {

    /** The JDK that has the option for good; the announcement that it silences came with 24. */
    private static final int FIRST_WITH_NATIVE_ACCESS = 22;

    private static final String ALL_IDS = "4294967295";

    private OwnNamespace() {}

    /** Whether this process is in a user namespace of somebody's making: then not all user ids are mapped. */
    public static boolean isUserNamespace() throws IOException {
        return !Files.readString(Path.of("/proc/self/uid_map")).contains(ALL_IDS);
    }

    /**
     * Runs {@code main} with {@code arguments} in the namespace, and waits for it.
     *
     * @return its exit code
     * @throws IOException with a sentence for people if there can be no namespace
     */
    public static int run(Class<?> main, List<String> arguments) throws IOException, InterruptedException {
        String flags = POSIXFactory.getNativePOSIX().geteuid() == 0 ? "-n" : "-Urn";
        probe(flags);
        List<String> command = new ArrayList<>(List.of("unshare", flags, "--"));
        command.add(ProcessHandle.current().info().command().orElse("java"));
        if (Runtime.version().feature() >= FIRST_WITH_NATIVE_ACCESS) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(List.of("-cp", absoluteClassPath(), main.getName()));
        command.addAll(arguments);
        Process child = new ProcessBuilder(command).inheritIO().start();
        Runtime.getRuntime().addShutdownHook(new Thread(child::destroy));
        return child.waitFor();
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
                    + "): run as root, or allow user namespaces with `sysctl kernel.unprivileged_userns_clone=1`,"
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
}
