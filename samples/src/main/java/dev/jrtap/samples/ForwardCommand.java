// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.address.InterfaceName;
import dev.jrtap.address.IpPrefix;
import dev.jrtap.rtap.PacketPool;
import dev.jrtap.rtap.QueuePair;
import dev.jrtap.rtap.Rtap;
import dev.jrtap.rtap.RtapConfig;
import dev.jrtap.rtap.RxMode;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TunMode;
import dev.jrtap.tuntap.TunOffload;
import java.nio.file.Path;
import java.util.EnumSet;
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
        description = "Forwards packets between two devices, with offloads, until Ctrl-C.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class ForwardCommand implements Callable<Integer> {

    private static final int POOL = 8192;
    private static final int SLOT = 2048;

    /** The options of one device. */
    private static final class Left {
        @Option(names = "--left", paramLabel = "NAME", description = "Name of one device.", defaultValue = "left%d")
        private InterfaceName name;

        @Option(
                names = "--left-netns",
                paramLabel = "PATH",
                description = "Its network namespace, such as /run/netns/NAME.")
        private Path namespace;

        @Option(names = "--left-address", paramLabel = "ADDRESS/LENGTH", description = "The kernel's address on it.")
        private IpPrefix address;
    }

    /** The options of the other device. */
    private static final class Right {
        @Option(
                names = "--right",
                paramLabel = "NAME",
                description = "Name of the other device.",
                defaultValue = "right%d")
        private InterfaceName name;

        @Option(names = "--right-netns", paramLabel = "PATH", description = "Its network namespace.")
        private Path namespace;

        @Option(names = "--right-address", paramLabel = "ADDRESS/LENGTH", description = "The kernel's address on it.")
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
                    "What the devices carry, frames or IP packets: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
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
            description = "Have the kernel complete every checksum and cut every super-packet before it is forwarded.")
    private boolean noOffloads;

    @Option(
            names = "--work",
            paramLabel = "WORK",
            split = ",",
            description = "Work to do on forwarded packets: ${COMPLETION-CANDIDATES} (default: none).")
    private Set<Forwarder.Work> works = EnumSet.noneOf(Forwarder.Work.class);

    @Mixin
    private LongRun run;

    @Override
    public Integer call() throws Exception {
        RtapConfig from = config(left.name, left.namespace, left.address);
        RtapConfig to = config(right.name, right.namespace, right.address);
        try (Until end = run.begin();
                PacketPool pool = PacketPool.create(Syscalls.libc(), POOL, SLOT)) {
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
                        .say("%s and %s are connected, with %s", one.name(), other.name(), offloads(one.offloads()));
                report(end, near, far, forwarder);
            }
            thread.join();
        }
        return 0;
    }

    private RtapConfig config(InterfaceName name, Path namespace, IpPrefix address) {
        RtapConfig config =
                RtapConfig.named(name.text()).withMode(mode).withMtu(mtu).withRxMode(rxMode);
        if (!noOffloads) {
            config = config.withOffloads(TunOffload.values());
        }
        if (namespace != null) {
            config = config.withNamespace(namespace);
        }
        return address == null ? config : config.withAddress(address);
    }

    private static String offloads(Set<TunOffload> granted) {
        return granted.isEmpty() ? "no offloads" : "the offloads " + granted;
    }

    /** Prints rates and the summary. Counts are those of both devices together. */
    private void report(Until end, QueuePair near, QueuePair far, Forwarder forwarder) throws Exception {
        Map<String, Object> summary = run.follow(end, List.of(near, far));
        summary.put("forwarded", forwarder.forwarded());
        summary.put("dropped", forwarder.dropped());
        run.results()
                .tell(
                        String.format(
                                "%d packets forwarded in %.1f s, %d dropped",
                                summary.get("forwarded"), summary.get("seconds"), summary.get("dropped")),
                        summary);
    }
}
