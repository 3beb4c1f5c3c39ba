// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.address.InterfaceName;
import dev.jrtap.address.IpPrefix;
import dev.jrtap.pcapng.PcapngWriter;
import dev.jrtap.rtap.PacketPool;
import dev.jrtap.rtap.QueuePair;
import dev.jrtap.rtap.Rtap;
import dev.jrtap.rtap.RtapConfig;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Records the packets that the kernel sends to a new device. {@link Recorder} is the tutorial. */
@Command(
        name = "capture",
        description = "Writes packets that the kernel sends to a new TAP device into a pcapng file, until Ctrl-C.",
        footer = {
            "Nothing answers on this device, not even ARP. For unicast packets, tell the",
            "kernel of a neighbor: `ip neighbor add ADDRESS lladdr MAC dev NAME`.",
            "It records every packet. To filter, read them from a pipe, for example by",
            "`jrtap capture - | tcpdump -l -n -r - udp port 53`.",
            "On interfaces that already exist, use tcpdump."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class CaptureCommand implements Callable<Integer> {

    private static final int POOL = 4096;
    private static final String STANDARD_OUTPUT = "-";

    @Parameters(paramLabel = "FILE", description = "The file, created or overwritten; - for standard output.")
    private String name;

    @Option(
            names = "--device",
            paramLabel = "NAME",
            description = "Name of the TAP device (default: cap%%d).",
            defaultValue = "cap%d")
    private InterfaceName device;

    @Option(
            names = "--address",
            paramLabel = "ADDRESS/LENGTH",
            description = {"The kernel's address on the device", "(default: ${DEFAULT-VALUE})."},
            defaultValue = "10.44.0.1/24")
    private IpPrefix address;

    @Option(
            names = "--mtu",
            paramLabel = "BYTES",
            description = "MTU of the device (default: ${DEFAULT-VALUE}).",
            defaultValue = "1500")
    private int mtu;

    @Option(
            names = {"-s", "--snaplen"},
            paramLabel = "BYTES",
            description = "Record at most this many bytes of each packet; 0 for all (default: ${DEFAULT-VALUE}).",
            defaultValue = "0")
    private int snapLength;

    @Option(
            names = "--count",
            paramLabel = "PACKETS",
            description = "End after this many packets, with k for 1000 or M for 1000000.")
    private long count = Long.MAX_VALUE;

    @Mixin
    private OwnNamespace namespace;

    @Mixin
    private LongRun run;

    @Override
    public Integer call() throws Exception {
        if (count < 1) {
            throw new IllegalArgumentException("--count must be at least 1: " + count);
        }
        if (snapLength < 0) {
            throw new IllegalArgumentException("--snaplen must be at least 0: " + snapLength);
        }
        RtapConfig config = RtapConfig.named(device.text()).withMtu(mtu).withAddress(address);
        return namespace.run(() -> capture(config));
    }

    private PcapngWriter open() throws IOException {
        if (!name.equals(STANDARD_OUTPUT)) {
            return PcapngWriter.create(Path.of(name));
        }
        // Text goes to standard error, as tcpdump does it.
        run.results().divert();
        return new PcapngWriter(new FileOutputStream(FileDescriptor.out).getChannel());
    }

    /** Opens the device first, so that a device that cannot be opened leaves the file unchanged. */
    private int capture(RtapConfig config) throws Exception {
        try (Until end = run.begin();
                PacketPool pool = PacketPool.forMtu(POOL, mtu);
                Rtap rtap = Rtap.open(config);
                PcapngWriter file = open()) {
            QueuePair queue = rtap.openQueue(0, pool);
            int number = file.addInterface(rtap.name(), PcapngWriter.ETHERNET, snapLength);
            Recorder recorder = new Recorder(queue, pool, file, number, snapLength, count);
            Thread thread = new Thread(() -> run(recorder, end), "recorder");
            rtap.up();
            thread.start();
            long missed;
            try {
                run.results()
                        .tell(
                                rtap.name() + " is up; from another terminal:  " + OwnNamespace.enter() + " sh",
                                LongRun.up(rtap.name()));
                run.follow(end, List.of(queue));
                missed = run.missed(rtap);
            } finally {
                queue.close();
                thread.join();
            }
            recorder.check(name);
            Map<String, Object> summary = new LinkedHashMap<>(Map.of("event", "summary"));
            summary.put("packets", recorder.recorded());
            summary.put("missed", missed);
            summary.put("seconds", end.elapsed());
            run.results()
                    .tell(String.format("%d packets in %s, %d missed", recorder.recorded(), name, missed), summary);
        }
        return run.status();
    }

    private static void run(Recorder recorder, Until end) {
        try {
            recorder.run();
        } finally {
            end.end();
        }
    }
}
