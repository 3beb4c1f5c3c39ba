// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.address.InterfaceName;
import dev.jrtap.address.IpPrefix;
import dev.jrtap.rtap.PacketPool;
import dev.jrtap.rtap.QueuePair;
import dev.jrtap.rtap.Rtap;
import dev.jrtap.rtap.RtapConfig;
import dev.jrtap.rtap.RxMode;
import dev.jrtap.tuntap.TunMode;
import dev.jrtap.tuntap.TunOffload;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Connects two devices like a wire, in one network namespace or in two. {@link Forwarder} is the tutorial. */
@Command(
        name = "forward",
        description = "Connects two new TAP or TUN devices by a wire that keeps offloads, until Ctrl-C.",
        footer = "Two addresses in one namespace reach each other by the loopback device, not by the wire: give the"
                + " devices a namespace each, or use one as a port of a bridge.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class ForwardCommand implements Callable<Integer> {

    /** The options of one device. */
    private static final class Left {
        @Option(
                names = "--left",
                paramLabel = "NAME",
                description = "Name of one device (default: left%%d).",
                defaultValue = "left%d")
        private InterfaceName name;

        @Option(
                names = "--left-netns",
                paramLabel = "NETNS",
                description = "Network namespace of the left device: a name of ip-netns(8), or a path such as"
                        + " /proc/PID/ns/net (default: the current one).")
        private Path namespace;

        @Option(
                names = "--left-address",
                paramLabel = "ADDRESS/LENGTH",
                description = "The kernel's address on the left device (default: none).")
        private IpPrefix address;
    }

    /** The options of the other device. */
    private static final class Right {
        @Option(
                names = "--right",
                paramLabel = "NAME",
                description = "Name of the other device (default: right%%d).",
                defaultValue = "right%d")
        private InterfaceName name;

        @Option(
                names = "--right-netns",
                paramLabel = "NETNS",
                description = "Network namespace of the right device (default: the current one).")
        private Path namespace;

        @Option(
                names = "--right-address",
                paramLabel = "ADDRESS/LENGTH",
                description = "The kernel's address on the right device (default: none).")
        private IpPrefix address;
    }

    @ArgGroup(exclusive = false)
    private Left left = new Left();

    @ArgGroup(exclusive = false)
    private Right right = new Right();

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            description =
                    "Kind of the devices: TAP for Ethernet frames, TUN for IP packets (default: ${DEFAULT-VALUE}).",
            defaultValue = "TAP")
    private TunMode mode;

    @Option(
            names = "--mtu",
            paramLabel = "BYTES",
            description = "MTU of the devices (default: ${DEFAULT-VALUE}).",
            defaultValue = "1500")
    private int mtu;

    @Option(
            names = "--rx-mode",
            paramLabel = "MODE",
            description = "Receive mode: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
            defaultValue = "AUTO")
    private RxMode rxMode;

    @Option(
            names = "--no-offloads",
            description = "Have the kernel complete every checksum and segment every GSO packet before jrtap gets it.")
    private boolean noOffloads;

    @Option(
            names = "--work",
            paramLabel = "WORK",
            split = ",",
            description =
                    "Work on forwarded packets: SEGMENT cuts GSO packets, COALESCE merges packets of a flow as GRO"
                            + " does, CHECKSUM completes checksums (default: none).")
    private Set<Forwarder.Work> works = EnumSet.noneOf(Forwarder.Work.class);

    @Mixin
    private LongRun run;

    @Override
    public Integer call() throws Exception {
        RtapConfig from = config(left.name, left.namespace, left.address);
        RtapConfig to = config(right.name, right.namespace, right.address);
        try (Until end = run.begin();
                PacketPool pool = Forwarder.pool(from, works)) {
            Thread thread;
            try (Rtap one = Rtap.open(from);
                    Rtap other = Rtap.open(to)) {
                QueuePair near = one.openQueue(0, pool);
                QueuePair far = other.openQueue(0, pool);
                one.up();
                other.up();
                Forwarder forwarder = new Forwarder(near, far, pool, works);
                thread = new Thread(forwarder, "forwarder");
                thread.start();
                run.results()
                        .tell(
                                one.name() + " and " + other.name() + " are connected, with "
                                        + offloads(one.offloads()),
                                up(one, other));
                Map<String, Object> summary = run.follow(end, List.of(near, far));
                summary.put("missed", run.missed(one, other));
                report(summary, forwarder);
            }
            thread.join();
        }
        return run.status();
    }

    private RtapConfig config(InterfaceName name, Path namespace, IpPrefix address) {
        RtapConfig config =
                RtapConfig.named(name.text()).withMode(mode).withMtu(mtu).withRxMode(rxMode);
        if (!noOffloads) {
            config = config.withOffloads(TunOffload.values());
        }
        if (namespace != null) {
            config = config.withNamespace(path(namespace));
        }
        return address == null ? config : config.withAddress(address);
    }

    /** Returns the path of a namespace. As for ip(8), a name without a slash is one of ip-netns(8). */
    private static Path path(Path namespace) {
        boolean isName = !namespace.isAbsolute() && namespace.getNameCount() == 1;
        return isName ? Path.of("/run/netns").resolve(namespace) : namespace;
    }

    private static String offloads(Set<TunOffload> granted) {
        return granted.isEmpty() ? "no offloads" : "the offloads " + granted;
    }

    private static Map<String, Object> up(Rtap one, Rtap other) {
        Map<String, Object> up = new LinkedHashMap<>(Map.of("event", "up"));
        up.put("left", one.name());
        up.put("right", other.name());
        return up;
    }

    /** Prints the summary. Counts are those of both devices together. */
    private void report(Map<String, Object> summary, Forwarder forwarder) throws IOException {
        summary.put("forwarded", forwarder.forwarded());
        summary.put("dropped", forwarder.dropped());
        run.results()
                .tell(
                        String.format(
                                "%d packets forwarded in %.1f s, %d dropped, %d missed",
                                summary.get("forwarded"),
                                summary.get("seconds"),
                                summary.get("dropped"),
                                summary.get("missed")),
                        summary);
    }
}
