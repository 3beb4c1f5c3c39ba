// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.rtap.QueuePair;
import dev.jrtap.rtap.Rtap;
import dev.jrtap.rtap.RxMode;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.uring.Capabilities;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Answers ARP and ping from Java until Ctrl-C. {@link EchoResponder} is the tutorial; this class opens its device. */
@Command(
        name = "echo",
        description = "Answers ARP and ping on a new TAP device, until Ctrl-C.",
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
            run.results().tell(host.toString(), LongRun.up(host.device().name()));
            run.results().say("it receives by %s: %s", first.rx().mode(), reason(host.device(), first));
            for (String address : options.text()) {
                run.results().say("from another terminal:  %s ping %s", OwnNamespace.enter(), address);
            }
            run.results().say("Ctrl-C ends it and removes the device");
            Map<String, Object> summary = run.follow(end, host.queues());
            summary.put("answered", host.answered());
            summary.put("missed", run.missed(host.device()));
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
        return run.status();
    }

    /** Returns the reason for the receive mode, which may not be the requested one. */
    private String reason(Rtap device, QueuePair queue) throws IOException {
        if (queue.rx().mode() == options.rxMode()) {
            return "requested by --rx-mode";
        }
        Optional<String> notMapped = device.info().notMapped();
        if (notMapped.isPresent()) {
            return "MAPPED is not possible: " + notMapped.get();
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
