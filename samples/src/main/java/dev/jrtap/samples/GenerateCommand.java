// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.address.InterfaceName;
import dev.jrtap.address.IpAddress;
import dev.jrtap.address.IpPrefix;
import dev.jrtap.rtap.PacketPool;
import dev.jrtap.rtap.QueuePair;
import dev.jrtap.rtap.Rtap;
import dev.jrtap.rtap.RtapConfig;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Sends numbered datagrams into the kernel through a TAP device. {@link Generator} is the tutorial. */
@Command(
        name = "generate",
        description = "Sends numbered UDP datagrams to the kernel, for a socket or to be routed, until Ctrl-C.",
        footer = {
            "The kernel routes packets to other addresses than its own. That takes a route",
            "and net.ipv4.ip_forward=1 in its namespace: the current one, with --here."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class GenerateCommand implements Callable<Integer> {

    private static final int POOL = 1024;
    private static final int MAX_FLOWS = 50_000;

    @Option(
            names = "--device",
            paramLabel = "NAME",
            description = "Name of the TAP device (default: gen%%d).",
            defaultValue = "gen%d")
    private InterfaceName device;

    @Option(
            names = "--address",
            paramLabel = "ADDRESS/LENGTH",
            description = {"IPv4 address of the sender, and its subnet", "(default: ${DEFAULT-VALUE})."},
            defaultValue = "10.43.0.2/24")
    private IpPrefix address;

    @Option(
            names = "--to",
            paramLabel = "ADDRESS",
            description = "IPv4 address of the receiver (default: the kernel's in the sender's subnet).")
    private InetAddress to;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "UDP port of the receiver (default: ${DEFAULT-VALUE}).",
            defaultValue = "9")
    private int port;

    @Option(
            names = "--rate",
            paramLabel = "PACKETS",
            description = "Packets per second, with k for 1000 or M for 1000000; 0 for as many as the kernel takes"
                    + " (default: ${DEFAULT-VALUE}).",
            defaultValue = "1000")
    private long rate;

    @Option(
            names = "--size",
            paramLabel = "BYTES",
            split = ",",
            description = "Frame sizes without FCS, 74 or more; several are used in turn (default: ${DEFAULT-VALUE}).",
            defaultValue = "128")
    private int[] sizes;

    @Option(
            names = "--flows",
            paramLabel = "N",
            description = "Flows: UDP source ports from 10000 on, used in turn (default: ${DEFAULT-VALUE}).",
            defaultValue = "1")
    private int flows;

    @Option(
            names = "--count",
            paramLabel = "PACKETS",
            description = "End after this many packets, with k for 1000 or M for 1000000.")
    private long count = Long.MAX_VALUE;

    @Option(
            names = "--mtu",
            paramLabel = "BYTES",
            description = "MTU of the device (default: ${DEFAULT-VALUE}).",
            defaultValue = "1500")
    private int mtu;

    @Mixin
    private OwnNamespace namespace;

    @Mixin
    private LongRun run;

    @Override
    public Integer call() throws Exception {
        check("--port", port, 1, 65535);
        check("--rate", rate, 0, 1_000_000_000);
        check("--flows", flows, 1, MAX_FLOWS);
        check("--count", count, 1, Long.MAX_VALUE);
        IpPrefix kernel = Ipv4Arguments.kernelBeside(address, null);
        InetAddress receiver = to == null ? kernel.address() : to;
        Generator.Plan plan = new Generator.Plan(
                Ipv4Arguments.number("--address", address.address()),
                Ipv4Arguments.number("--to", receiver),
                port,
                flows,
                sizes,
                rate,
                count);
        RtapConfig config = RtapConfig.named(device.text()).withMtu(mtu).withAddress(kernel);
        for (int size : sizes) {
            check("--size", size, Generator.MIN_FRAME, mtu + 14L);
        }
        return namespace.run(() -> generate(config, plan, receiver));
    }

    private static void check(String option, long value, long least, long most) {
        if (value < least || value > most) {
            String range = most == Long.MAX_VALUE ? "at least " + least : least + ".." + most;
            throw new IllegalArgumentException(option + " must be " + range + ": " + value);
        }
    }

    private int generate(RtapConfig config, Generator.Plan plan, InetAddress receiver) throws Exception {
        try (Until end = run.begin();
                PacketPool pool = PacketPool.forMtu(POOL, mtu)) {
            Thread thread;
            try (Rtap rtap = Rtap.open(config)) {
                QueuePair queue = rtap.openQueue(0, pool);
                rtap.up();
                run.results()
                        .tell(
                                rtap.name() + " sends to " + IpAddress.format(receiver) + " port " + port,
                                LongRun.up(rtap.name()));
                Generator generator = new Generator(queue, pool, rtap.macAddress(), plan);
                thread = new Thread(() -> run(generator, end), "generator");
                thread.start();
                report(end, queue);
            }
            thread.join();
        }
        return run.status();
    }

    private static void run(Generator generator, Until end) {
        try {
            generator.run();
        } finally {
            end.end();
        }
    }

    private void report(Until end, QueuePair queue) throws Exception {
        Map<String, Object> summary = run.follow(end, List.of(queue));
        run.results()
                .tell(
                        String.format("%d packets sent in %.1f s", summary.get("tx_packets"), summary.get("seconds")),
                        summary);
    }
}
