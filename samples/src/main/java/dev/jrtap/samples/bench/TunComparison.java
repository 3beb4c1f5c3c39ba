// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import dev.jrtap.rtap.RtapConfig;
import dev.jrtap.rtap.RxMode;
import dev.jrtap.samples.OwnNamespace;
import dev.jrtap.tuntap.TunMode;
import dev.jrtap.tuntap.TunOffload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures a TCP stream between two network namespaces, through TUN devices and a forwarder, like a VPN: with all
 * offloads and with none, alternately, over IPv4 and IPv6.
 */
@Command(
        name = "tun-comparison",
        description = "A TCP stream through TUN devices and a forwarder, with and without offloads, alternately.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class TunComparison implements Callable<Integer> {

    @Option(names = "--pairs", defaultValue = "5", description = "Runs of each side (default: ${DEFAULT-VALUE}).")
    private int pairs;

    @Option(names = "--seconds", defaultValue = "3", description = "Length of a run (default: ${DEFAULT-VALUE}).")
    private double seconds;

    @Option(names = "--mtu", defaultValue = "1500", description = "MTU of the devices (default: ${DEFAULT-VALUE}).")
    private int mtu;

    @Option(
            names = "--modes",
            split = ",",
            description = "Compare two receive modes, both with all offloads, not all offloads with none.")
    private List<RxMode> modes = List.of();

    @Option(names = "--here", hidden = true)
    private boolean here;

    private TunComparison() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new TunComparison()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        if (!here) {
            List<String> arguments = new ArrayList<>(List.of("--here", "--pairs=" + pairs, "--seconds=" + seconds));
            arguments.add("--mtu=" + mtu);
            if (!modes.isEmpty()) {
                arguments.add("--modes=" + modes.get(0) + "," + modes.get(1));
            }
            return OwnNamespace.run(TunComparison.class, arguments);
        }
        System.out.println("JDK " + Runtime.version() + ", " + System.getProperty("os.name") + " "
                + System.getProperty("os.version") + ", congestion control " + Streams.CONGESTION_CONTROL + ", MTU "
                + mtu);
        compare(false);
        compare(true);
        return 0;
    }

    private void compare(boolean ipv6) throws Exception {
        RtapConfig config = RtapConfig.named("wire%d").withMode(TunMode.TUN).withMtu(mtu);
        RtapConfig with = config.withOffloads(TunOffload.values());
        if (modes.isEmpty()) {
            compare(ipv6, "all offloads", with, "none", config);
        } else {
            RxMode first = modes.get(0);
            RxMode second = modes.get(1);
            compare(ipv6, first.name(), with.withRxMode(first), second.name(), with.withRxMode(second));
        }
    }

    private void compare(boolean ipv6, String name, RtapConfig config, String otherName, RtapConfig other)
            throws Exception {
        Streams.Rate[] rates = new Streams.Rate[pairs];
        Streams.Rate[] others = new Streams.Rate[pairs];
        Streams.measure(config, ipv6, seconds);
        for (int pair = 0; pair < pairs; pair++) {
            rates[pair] = Streams.measure(config, ipv6, seconds);
            others[pair] = Streams.measure(other, ipv6, seconds);
        }
        String what = (ipv6 ? "IPv6, " : "IPv4, ") + name + ", " + otherName + ", ratio: ";
        print(what + "Gbit/s", each(rates, rate -> rate.perSecond() / 1e9), each(others, r -> r.perSecond() / 1e9));
        print(
                what + "Gbit per CPU second of the forwarder",
                each(rates, rate -> rate.perCpuSecond() / 1e9),
                each(others, rate -> rate.perCpuSecond() / 1e9));
        System.out.printf(
                "%sretransmits, %% of segments: %.3f, %.3f%n",
                what,
                each(rates, rate -> rate.retransmits() * 100).average().orElse(0),
                each(others, rate -> rate.retransmits() * 100).average().orElse(0));
    }

    private static DoubleStream each(Streams.Rate[] rates, ToDoubleFunction<Streams.Rate> value) {
        return Arrays.stream(rates).mapToDouble(value);
    }

    private static void print(String what, DoubleStream values, DoubleStream others) {
        double[] first = values.toArray();
        double[] second = others.toArray();
        double[] ratios = IntStream.range(0, first.length)
                .mapToDouble(i -> first[i] / second[i])
                .toArray();
        System.out.println(what + ": " + spread(first) + ", " + spread(second) + ", " + spread(ratios));
    }

    /** Returns the median and the range of the runs. */
    private static String spread(double[] values) {
        double least = Arrays.stream(values).min().orElse(0);
        double most = Arrays.stream(values).max().orElse(0);
        return String.format("%.2f (%.2f..%.2f)", Medians.of(values), least, most);
    }
}
