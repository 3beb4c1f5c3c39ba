// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import com.sun.management.ThreadMXBean;
import dev.jrtap.rtap.RtapConfig;
import dev.jrtap.rtap.RxMode;
import dev.jrtap.samples.OwnNamespace;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Echoes a flood for a long time, in each receive mode in turn, and prints the bytes allocated, the memory of the
 * process, and whether the pool is complete at the end. Takes the directory of the C programs and a number of minutes.
 */
public final class Soak {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final double SLICE_SECONDS = 20;
    private static final Path STATUS = Path.of("/proc/self/status");

    private Soak() {}

    public static void main(String[] args) throws Exception {
        if (args.length == 2) {
            List<String> arguments =
                    new ArrayList<>(List.of(Path.of(args[0]).toAbsolutePath().toString(), args[1]));
            arguments.add("here");
            System.exit(OwnNamespace.run(Soak.class, arguments));
        }
        if (args.length != 3) {
            System.err.println("usage: Soak samples/src/bench/c MINUTES");
            System.exit(2);
        }
        double seconds = Double.parseDouble(args[1]) * 60;
        RxMode[] modes = {RxMode.ONE_SHOT, RxMode.MULTISHOT, RxMode.POLL};
        try (Peers peers = Peers.build(Path.of(args[0]))) {
            for (RxMode mode : modes) {
                soak(peers, mode, seconds / modes.length);
            }
        }
    }

    private static void soak(Peers peers, RxMode mode, double seconds) throws IOException, InterruptedException {
        Figure figure = new Figure(Figure.Direction.ECHO, 32, 64);
        RtapConfig config = RtapConfig.named("soak%d").withRxMode(mode);
        long packets = 0;
        long errors = 0;
        // Closing the loop closes the pool, which throws if a packet is missing.
        try (TapLoop loop = new TapLoop(config, figure)) {
            Process generator = peers.flood(loop.device(), figure.bytes(), 0);
            try {
                loop.measure(SLICE_SECONDS);
                long resident = residentKibibytes();
                long allocated = 0;
                for (double done = 0; done < seconds; done += SLICE_SECONDS) {
                    long before = THREADS.getCurrentThreadAllocatedBytes();
                    Measurement slice = loop.measure(SLICE_SECONDS);
                    allocated += THREADS.getCurrentThreadAllocatedBytes() - before;
                    packets += slice.packets();
                    errors += slice.errors();
                }
                System.out.printf(
                        "%s: %d packets echoed in %.0f s, %d errors, %d bytes allocated, resident %d -> %d KiB%n",
                        mode, packets, seconds, errors, allocated, resident, residentKibibytes());
            } finally {
                Peers.end(generator);
            }
        }
        System.out.println(mode + ": the pool is complete");
    }

    private static long residentKibibytes() throws IOException {
        return Files.readAllLines(STATUS).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElse(0);
    }
}
