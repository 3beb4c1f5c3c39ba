// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.rtap.QueuePair;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Opens a TAP device in a new network namespace, answers on it, and has the kernel ping it. */
@Command(
        name = "demo",
        description =
                "Answers ARP and ping on a new TAP device, has the kernel ping it, and prints round-trip times and rates.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class DemoCommand implements Callable<Integer> {

    private static final int ROUND_TRIPS = 2000;
    private static final int DATA = 56;
    private static final int WINDOW = 64;
    private static final long FLOOD_NANOS = 2_000_000_000L;

    @Mixin
    private HostOptions host;

    @Mixin
    private OwnNamespace namespace;

    @Mixin
    private Results results;

    @Override
    public Integer call() throws Exception {
        return namespace.run(() -> {
            try (EchoHost responder = EchoHost.open(host)) {
                results.say("%s", responder);
                ping(responder.queues().get(0));
                results.say("To ping it yourself, run: jrtap echo");
            }
            return 0;
        });
    }

    private void ping(QueuePair queue) throws IOException {
        try (Pinger pinger = Pinger.open(Syscalls.libc(), host.address())) {
            long[] nanos = new long[ROUND_TRIPS];
            int answered = 0;
            for (int i = 0; i < ROUND_TRIPS; i++) {
                long roundTrip = pinger.roundTrip(i, DATA);
                if (roundTrip >= 0) {
                    nanos[answered++] = roundTrip;
                }
            }
            report(Arrays.copyOf(nanos, answered));
            long entries = queue.kernelEntries();
            long packets = queue.rx().packets();
            long echoes = pinger.flood(WINDOW, DATA, FLOOD_NANOS);
            flooded(
                    echoes * 1_000_000_000L / FLOOD_NANOS,
                    (double) (queue.rx().packets() - packets) / Math.max(1, queue.kernelEntries() - entries));
        }
    }

    private void report(long[] nanos) throws IOException {
        if (nanos.length < ROUND_TRIPS) {
            throw new IOException((ROUND_TRIPS - nanos.length) + " of " + ROUND_TRIPS + " echo requests had no reply");
        }
        Arrays.sort(nanos);
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("requests", ROUND_TRIPS);
        figures.put("answered", nanos.length);
        figures.put("min_us", nanos[0] / 1e3);
        figures.put("median_us", nanos[nanos.length / 2] / 1e3);
        figures.put("p99_us", nanos[nanos.length * 99 / 100] / 1e3);
        results.tell(
                String.format(
                        "%d of %d echo requests answered; round trip min %.1f, median %.1f, p99 %.1f us",
                        figures.values().toArray()),
                event("round_trips", figures));
    }

    private void flooded(long perSecond, double packetsPerEntry) throws IOException {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("echoes_per_second", perSecond);
        figures.put("in_flight", WINDOW);
        figures.put("packets_per_entry", packetsPerEntry);
        results.tell(
                String.format(
                        "%d echoes per second with %d requests in flight, %.1f packets per kernel entry",
                        figures.values().toArray()),
                event("flood", figures));
    }

    private static Map<String, Object> event(String name, Map<String, Object> figures) {
        Map<String, Object> event = new LinkedHashMap<>(Map.of("event", name));
        event.putAll(figures);
        return event;
    }
}
