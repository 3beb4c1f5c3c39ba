// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.address.IpPrefix;
import dev.jrtap.address.MacAddress;
import dev.jrtap.rtap.PacketPool;
import dev.jrtap.rtap.QueuePair;
import dev.jrtap.rtap.Rtap;
import dev.jrtap.rtap.RtapConfig;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Opens a TAP device in a network namespace of its own, answers on it, and lets the kernel ping it. */
@Command(
        name = "echo",
        description = "A TAP device in pure Java that answers ARP and ping.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
public final class EchoDemo implements Callable<Integer> {

    private static final int HOST = 0x0a2a0001;
    private static final int RESPONDER = 0x0a2a0002;
    private static final int PREFIX_LENGTH = 24;
    private static final long RESPONDER_MAC = 0x02_00_0a_2a_00_02L;
    private static final long RESPONDER_6_HIGH = 0xfd00_0010_0042_0000L;
    private static final int POOL = 2048;
    private static final int ROUND_TRIPS = 2000;
    private static final int DATA = 56;
    private static final int WINDOW = 64;
    private static final long FLOOD_NANOS = 2_000_000_000L;

    @Option(names = "--keep", description = "Keep running, to be pinged from another terminal, until interrupted.")
    private boolean keep;

    @Option(names = "--here", description = "Use this network namespace in place of one of its own.")
    private boolean here;

    @Option(
            names = "--mtu",
            description = "MTU of the device in bytes (default: ${DEFAULT-VALUE}).",
            defaultValue = "1500")
    private int mtu;

    @Option(names = "--ipv6", description = "Answer neighbor discovery and ping for fd00:10:42::2, too.")
    private boolean ipv6;

    @Option(names = "--udp", description = "Answer datagrams to port 7, too.")
    private boolean udp;

    @Option(names = "--no-napi", description = "Do not use IFF_NAPI.")
    private boolean noNapi;

    private EchoDemo() {}

    public static void main(String[] args) {
        CommandLine command = new CommandLine(new EchoDemo()).setExecutionExceptionHandler((e, line, parsed) -> {
            if (!(e instanceof IOException) && !(e instanceof IllegalArgumentException)) {
                throw e;
            }
            line.getErr().println("echo: " + e.getMessage());
            return 1;
        });
        System.exit(command.execute(args));
    }

    @Override
    public Integer call() throws Exception {
        if (!here) {
            return OwnNamespace.run(EchoDemo.class, innerArguments());
        }
        RtapConfig config = RtapConfig.named("rtap%d").withMtu(mtu);
        try (PacketPool pool = PacketPool.forMtu(POOL, mtu)) {
            Thread responder;
            try (Rtap rtap = Rtap.open(noNapi ? config.withoutNapi() : config)) {
                rtap.control().addAddress(IpPrefix.parse(text(HOST) + "/" + PREFIX_LENGTH));
                if (ipv6) {
                    rtap.control().addAddress(IpPrefix.parse("fd00:10:42::1/64"));
                }
                rtap.up();
                QueuePair queue = rtap.openQueue(0, pool);
                System.out.println(rtap.name() + " is " + text(HOST) + ", MAC " + MacAddress.format(rtap.macAddress())
                        + "; at its other end, " + text(RESPONDER) + " answers from Java");
                responder = new Thread(new EchoResponder(queue, pool, answers()), "echo");
                responder.start();
                if (keep) {
                    keepRunning(responder);
                } else {
                    ping(queue);
                }
            }
            responder.join();
        }
        return 0;
    }

    private List<String> innerArguments() {
        List<String> arguments = new ArrayList<>(List.of("--here", "--mtu=" + mtu));
        if (keep) {
            arguments.add("--keep");
        }
        if (ipv6) {
            arguments.add("--ipv6");
        }
        if (udp) {
            arguments.add("--udp");
        }
        if (noNapi) {
            arguments.add("--no-napi");
        }
        return arguments;
    }

    private List<Answer> answers() {
        Ipv4Station station = new Ipv4Station(RESPONDER_MAC, RESPONDER, PREFIX_LENGTH);
        List<Answer> answers = new ArrayList<>(List.of(new Ipv4Echo(station)));
        if (ipv6) {
            answers.add(new Ipv6Echo(RESPONDER_MAC, RESPONDER_6_HIGH, 2));
        }
        if (udp) {
            answers.add(new UdpEcho(station));
        }
        return answers;
    }

    private static void ping(QueuePair queue) throws IOException {
        try (Pinger pinger = Pinger.open(Syscalls.libc(), RESPONDER)) {
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
            System.out.printf(
                    "%d echoes a second with %d under way, %.1f packets for each time that Java entered the kernel%n",
                    echoes * 1_000_000_000L / FLOOD_NANOS,
                    WINDOW,
                    (double) (queue.rx().packets() - packets) / Math.max(1, queue.kernelEntries() - entries));
        }
        System.out.println("To ping it yourself, run it again with --keep");
    }

    private static void report(long[] nanos) throws IOException {
        if (nanos.length < ROUND_TRIPS) {
            throw new IOException((ROUND_TRIPS - nanos.length) + " of " + ROUND_TRIPS + " echo requests had no reply");
        }
        Arrays.sort(nanos);
        System.out.printf(
                "%d of %d echo requests answered; round trip min %.1f, median %.1f, 99 %% %.1f us%n",
                nanos.length,
                ROUND_TRIPS,
                nanos[0] / 1e3,
                nanos[nanos.length / 2] / 1e3,
                nanos[nanos.length * 99 / 100] / 1e3);
    }

    private static void keepRunning(Thread responder) throws IOException, InterruptedException {
        String user = OwnNamespace.isUserNamespace() ? " -U --preserve-credentials" : "";
        System.out.println("From another terminal:  nsenter -t "
                + ProcessHandle.current().pid() + user + " -n ping " + text(RESPONDER));
        System.out.println("Ctrl-C ends it, and the device and its namespace go with it");
        responder.join();
    }

    private static String text(int address) {
        return (address >>> 24) + "." + (address >> 16 & 0xff) + "." + (address >> 8 & 0xff) + "." + (address & 0xff);
    }
}
