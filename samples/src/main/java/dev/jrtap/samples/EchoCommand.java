// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.rtap.QueuePair;
import dev.jrtap.rtap.RxMode;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.uring.Capabilities;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Answers ARP and ping from Java until Ctrl-C. {@link EchoResponder} is the tutorial; this class opens its device. */
@Command(
        name = "echo",
        description = "Answers ARP and ping on a TAP device, until Ctrl-C.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class EchoCommand implements Callable<Integer> {

    @Mixin
    private HostOptions options;

    @Mixin
    private OwnNamespace namespace;

    @Mixin
    private LongRun run;

    @Override
    public Integer call() throws Exception {
        return namespace.run(this::echo);
    }

    private int echo() throws Exception {
        try (Until end = run.begin();
                EchoHost host = EchoHost.open(options)) {
            QueuePair first = host.queues().get(0);
            run.results().say("%s", host);
            run.results().say("it receives by %s: %s", first.rx().mode(), reason(first));
            run.results().say("from another terminal:  %s ping %s", OwnNamespace.enter(), options.text());
            run.results().say("Ctrl-C ends it, and the device and its namespace go with it");
            Map<String, Object> summary = run.follow(end, host.queues());
            summary.put("answered", host.answered());
            summary.put("missed", host.device().statistics().missed());
            summary.put("rx_mode", first.rx().mode().name());
            run.results()
                    .tell(
                            String.format(
                                    "%d packets received in %.1f s, %d answered, %d missed",
                                    summary.get("rx_packets"),
                                    summary.get("seconds"),
                                    summary.get("answered"),
                                    summary.get("missed")),
                            summary);
        }
        return 0;
    }

    /** Returns the reason for the receive mode. */
    private String reason(QueuePair queue) {
        if (options.rxMode() != RxMode.AUTO) {
            return "requested by --rx-mode";
        }
        if (queue.rx().mode() == RxMode.POLL) {
            return options.usesRing()
                    ? Capabilities.probe()
                            .refusal()
                            .map(ErrnoException::getMessage)
                            .orElse("io_uring lacks an operation that other modes need")
                    : "requested by --no-ring";
        }
        return "the cheapest, and io_uring works here";
    }
}
