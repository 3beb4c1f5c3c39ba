// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A new network namespace without devices other than lo, and the idle process that holds it. */
public final class Host implements AutoCloseable {

    private final Process keeper;

    private Host(Process keeper) {
        this.keeper = keeper;
    }

    /** Makes a host, whose lo is up. */
    public static Host make() throws IOException, InterruptedException {
        String script = "ip link set lo up && echo ready && exec sleep 86400";
        List<String> command = List.of("unshare", "-n", "sh", "-c", script);
        Host host =
                new Host(new ProcessBuilder(command).redirectErrorStream(true).start());
        String said = host.keeper.inputReader().readLine();
        if (!"ready".equals(said)) {
            host.close();
            throw new IOException(String.join(" ", command) + ": " + (said == null ? "ended" : said));
        }
        return host;
    }

    /** Returns a command that runs {@code command} on the host. */
    public List<String> on(String... command) {
        List<String> all = new ArrayList<>(List.of("nsenter", "-t", pid(), "-n", "--"));
        all.addAll(List.of(command));
        return all;
    }

    /** Runs a command on the host and waits for it. */
    public void run(String... command) throws IOException, InterruptedException {
        run(on(command));
    }

    /** Moves a device from this process's namespace to the host. */
    void move(String device) throws IOException, InterruptedException {
        run(List.of("ip", "link", "set", device, "netns", pid()));
    }

    private String pid() {
        return Long.toString(keeper.pid());
    }

    /** Returns the network namespace. */
    public Path namespace() {
        return Path.of("/proc/" + pid() + "/ns/net");
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes()).trim();
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + output);
        }
    }

    /** Ends the process; the namespace ends with the last process in it. */
    @Override
    public void close() {
        keeper.destroy();
    }
}
