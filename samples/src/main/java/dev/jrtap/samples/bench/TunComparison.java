// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import dev.jrtap.rtap.RtapConfig;
import dev.jrtap.samples.OwnNamespace;
import dev.jrtap.tuntap.TunMode;
import dev.jrtap.tuntap.TunOffload;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * A TCP stream between two network namespaces, through TUN devices and a forwarder as a VPN is one: with everything
 * that the kernel may leave undone and with nothing, alternately, over IPv4 and IPv6.
 */
@Command(
        name = "tun-comparison",
        description = "A TCP stream through TUN devices and a forwarder, with offloads and without, alternately.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class TunComparison implements Callable<Integer> {

    private static final TunOffload[] NOTHING = {};

    @Option(names = "--pairs", defaultValue = "5", description = "Runs of each side (default: ${DEFAULT-VALUE}).")
    private int pairs;

    @Option(names = "--seconds", defaultValue = "3", description = "Length of a run (default: ${DEFAULT-VALUE}).")
    private double seconds;

    @Option(names = "--mtu", defaultValue = "1500", description = "Bytes of a packet (default: ${DEFAULT-VALUE}).")
    private int mtu;

    @Option(names = "--here", hidden = true)
    private boolean here;

    private TunComparison() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new TunComparison()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        if (!here) {
            List<String> arguments = List.of("--here", "--pairs=" + pairs, "--seconds=" + seconds, "--mtu=" + mtu);
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
        double[][] with = new double[2][pairs];
        double[][] without = new double[2][pairs];
        measure(ipv6, TunOffload.values());
        for (int pair = 0; pair < pairs; pair++) {
            note(with, pair, measure(ipv6, TunOffload.values()));
            note(without, pair, measure(ipv6, NOTHING));
        }
        print(ipv6, "Gbit/s", with[0], without[0]);
        print(ipv6, "Gbit for each CPU second of the forwarder", with[1], without[1]);
    }

    private static void note(double[][] rates, int pair, Streams.Rate rate) {
        rates[0][pair] = rate.perSecond() / 1e9;
        rates[1][pair] = rate.perCpuSecond() / 1e9;
    }

    private static void print(boolean ipv6, String unit, double[] with, double[] without) {
        double[] ratios = new double[with.length];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = with[i] / without[i];
        }
        System.out.println((ipv6 ? "IPv6, " : "IPv4, ") + unit + ": all offloads " + spread(with) + "; none "
                + spread(without) + "; ratio " + spread(ratios));
    }

    private Streams.Rate measure(boolean ipv6, TunOffload... offloads) throws Exception {
        RtapConfig config =
                RtapConfig.named("wire%d").withMode(TunMode.TUN).withMtu(mtu).withOffloads(offloads);
        return Streams.measure(config, ipv6, seconds);
    }

    /** The median, and between what the runs lie. */
    private static String spread(double[] values) {
        double least = Arrays.stream(values).min().orElse(0);
        double most = Arrays.stream(values).max().orElse(0);
        return String.format("%.2f (%.2f..%.2f)", Medians.of(values), least, most);
    }
}
