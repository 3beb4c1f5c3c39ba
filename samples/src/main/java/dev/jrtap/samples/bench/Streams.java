// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import dev.jrtap.rtap.PacketPool;
import dev.jrtap.rtap.RtapConfig;
import dev.jrtap.samples.TwoHosts;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TunOffload;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A TCP stream of iperf3 from one host to another, through the forwarder. */
final class Streams {

    private static final Pattern RECEIVED =
            Pattern.compile("\"sum_received\".*?\"bits_per_second\":\\s*([0-9.e+]+)", Pattern.DOTALL);

    private Streams() {}

    /** Bits a second that arrive. */
    static double measure(double seconds, TunOffload... offloads) throws IOException, InterruptedException {
        RtapConfig config = RtapConfig.named("wire%d").withOffloads(offloads);
        try (TwoHosts hosts = TwoHosts.connect(config, PacketPool.create(Syscalls.libc(), 8192, 2048), Set.of())) {
            Process server = new ProcessBuilder(hosts.on(1, "iperf3", "-s", "-1", "--forceflush")).start();
            BufferedReader says = new BufferedReader(new InputStreamReader(server.getInputStream()));
            for (String line = says.readLine(); line != null && !line.contains("listening"); line = says.readLine()) {
                // Not yet.
            }
            List<String> command = hosts.on(
                    0, "iperf3", "-c", TwoHosts.address(1), "-J", "-t", Integer.toString((int) Math.ceil(seconds)));
            Process client = new ProcessBuilder(command).start();
            Matcher report = RECEIVED.matcher(new String(client.getInputStream().readAllBytes()));
            server.destroy();
            if (client.waitFor() != 0 || !report.find()) {
                throw new IOException("iperf3 failed");
            }
            return Double.parseDouble(report.group(1));
        }
    }
}
