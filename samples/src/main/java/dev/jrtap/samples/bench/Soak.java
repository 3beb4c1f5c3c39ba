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
import java.util.List;

/**
 * Echoes a flood for a long time, in each receive mode in turn, and prints the bytes allocated, the memory of the
 * process, and whether the pool is complete at the end. Takes a number of minutes.
 */
public final class Soak {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final double SLICE_SECONDS = 20;
    private static final Path STATUS = Path.of("/proc/self/status");

    private Soak() {}

    public static void main(String[] args) throws Exception {
        if (args.length == 1) {
            System.exit(OwnNamespace.run(Soak.class, List.of(args[0], "here")));
        }
        if (args.length != 2) {
            System.err.println("usage: Soak MINUTES");
            System.exit(2);
        }
        double seconds = Double.parseDouble(args[0]) * 60;
        RxMode[] modes = {RxMode.ONE_SHOT, RxMode.MULTISHOT, RxMode.POLL};
        try (Flood flood = Flood.start()) {
            for (RxMode mode : modes) {
                soak(flood, mode, seconds / modes.length);
            }
        }
    }

    private static void soak(Flood flood, RxMode mode, double seconds) throws IOException, InterruptedException {
        Figure figure = new Figure(Figure.Direction.ECHO, 32, 64);
        RtapConfig config = RtapConfig.named("soak%d").withRxMode(mode);
        // Closing the loop closes the pool, which throws if a packet is missing.
        try (TapLoop loop = new TapLoop(config, figure)) {
            flood.during(loop.device(), figure.bytes(), () -> soak(loop, mode, seconds));
        }
        System.out.println(mode + ": the pool is complete");
    }

    private static Void soak(TapLoop loop, RxMode mode, double seconds) throws IOException {
        loop.measure(SLICE_SECONDS);
        long resident = residentKibibytes();
        long allocated = 0;
        long packets = 0;
        long errors = 0;
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
        return null;
    }

    private static long residentKibibytes() throws IOException {
        return Files.readAllLines(STATUS).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElse(0);
    }
}
