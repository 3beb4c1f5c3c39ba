// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Measures the datagrams of {@code jrtap generate}. {@link Sink} is the tutorial. */
@Command(
        name = "sink",
        description = "Receives the datagrams of jrtap generate: reports loss, reordering, duplicates and latency.",
        footer = {
            "It also answers ARP and ping, as jrtap echo does. Latency is one-way: from the",
            "time that generate writes into each datagram, on this machine's clock."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class SinkCommand implements Callable<Integer> {

    @Mixin
    private HostOptions options;

    @Mixin
    private OwnNamespace namespace;

    @Mixin
    private LongRun run;

    @Override
    public Integer call() throws Exception {
        return namespace.run(this::sink);
    }

    private int sink() throws Exception {
        List<Sink> sinks = new ArrayList<>();
        try (Until end = run.begin();
                EchoHost host = EchoHost.open(options, () -> answers(sinks))) {
            run.results().tell(host + " and counts", LongRun.up(host.device().name()));
            Map<String, Object> summary = run.follow(end, host.queues());
            Sink.Total total = new Sink.Total();
            sinks.forEach(each -> each.addTo(total));
            summary.put("missed", run.missed(host.device()));
            summarize(total, summary);
        }
        return run.status();
    }

    /** Returns the protocols of one thread: the sink sees each packet first, and answers none. */
    private List<Answer> answers(List<Sink> sinks) {
        Sink sink = new Sink(options.address());
        sinks.add(sink);
        List<Answer> answers = new ArrayList<>(List.of(sink));
        answers.addAll(options.answers());
        return answers;
    }

    private void summarize(Sink.Total total, Map<String, Object> summary) throws Exception {
        summary.put("flows", total.flows);
        summary.put("received", total.received);
        summary.put("lost", total.lost);
        summary.put("reordered", total.reordered);
        summary.put("duplicates", total.duplicates);
        summary.put("not_numbered", total.other);
        String latency = "no latency measured";
        if (total.latency.getTotalCount() > 0) {
            Map<String, Object> micros = latency(total.latency);
            summary.put("latency_us", micros);
            latency = String.format(
                    "latency min %.1f, median %.1f, p99 %.1f, p99.9 %.1f, max %.1f us",
                    micros.values().toArray());
        }
        run.results()
                .tell(
                        String.format(
                                "%d datagrams of %s received, %d lost, %d reordered, %d duplicated;"
                                        + " %d other datagrams, %d packets missed%n%s",
                                total.received,
                                total.flows == 1 ? "1 flow" : total.flows + " flows",
                                total.lost,
                                total.reordered,
                                total.duplicates,
                                total.other,
                                summary.get("missed"),
                                latency),
                        summary);
    }

    private static Map<String, Object> latency(Histogram nanos) {
        Map<String, Object> latency = new LinkedHashMap<>();
        latency.put("min", nanos.getMinValue() / 1e3);
        latency.put("p50", nanos.getValueAtPercentile(50) / 1e3);
        latency.put("p99", nanos.getValueAtPercentile(99) / 1e3);
        latency.put("p999", nanos.getValueAtPercentile(99.9) / 1e3);
        latency.put("max", nanos.getMaxValue() / 1e3);
        return latency;
    }
}
