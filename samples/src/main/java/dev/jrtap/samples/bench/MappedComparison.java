// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import dev.jrtap.bpf.Assembler;
import dev.jrtap.bpf.Code;
import dev.jrtap.bpf.Register;
import dev.jrtap.rtap.RtapConfig;
import dev.jrtap.rtap.RxMode;
import dev.jrtap.samples.OwnNamespace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * What a packet from the stack costs until it is received, by {@link RxMode#MAPPED}, by other modes, and by peers in C
 * of which one receives in the same way: alternately, on one processor. The receive part is that without what it costs
 * to send into a filter that drops.
 */
@Command(
        name = "mapped-comparison",
        description = "Packets from the stack, received by RxMode.MAPPED and by peers in C, alternately.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class MappedComparison implements Callable<Integer> {

    private static final Code DROP =
            new Assembler("drop").mov(Register.R0, 0).exit().assemble();
    /** Packets sent before they are received: as many of the longer ones as half of a pool holds. */
    private static final int BURST = 64;

    private static final int LONG_BURST = 8;

    /** The longest frame that the twin in C takes. */
    private static final int LONGEST_OF_TWIN = 1920;

    private static final int LARGEST_MTU = 65521;
    private static final int WARM_UPS = 10;

    /** Who receives, and how; what drops comes first on each side. */
    private enum Way {
        OURS_DROP(true),
        OURS_MAPPED(true),
        OURS_ONE_SHOT(true),
        OURS_POLL(true),
        C_DROP(false),
        C_READ(false),
        C_ROUNDS(false),
        C_MAPPED(false);

        final boolean isOurs;

        Way(boolean isOurs) {
            this.isOurs = isOurs;
        }

        /** As the peer, or the mode, is called. */
        String argument() {
            return name().substring(name().indexOf('_') + 1);
        }

        Way sender() {
            return isOurs ? OURS_DROP : C_DROP;
        }
    }

    @Parameters(description = "Where stack.c is.")
    private Path sources;

    @Option(names = "--pairs", defaultValue = "15", description = "Runs of each way (default: ${DEFAULT-VALUE}).")
    private int pairs;

    @Option(names = "--seconds", defaultValue = "0.5", description = "Length of a run (default: ${DEFAULT-VALUE}).")
    private double seconds;

    @Option(names = "--bytes", split = ",", defaultValue = "60,1514,65000", description = "Of the frames, up to 65535.")
    private List<Integer> sizes;

    @Option(names = "--here", hidden = true)
    private boolean here;

    private MappedComparison() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new MappedComparison()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        if (!here) {
            String bytes = String.join(",", sizes.stream().map(Object::toString).toList());
            List<String> again = new ArrayList<>(List.of("--here", "--pairs=" + pairs, "--seconds=" + seconds));
            again.addAll(List.of("--bytes=" + bytes, sources.toAbsolutePath().toString()));
            return OwnNamespace.run(MappedComparison.class, again);
        }
        System.out.println("JDK " + Runtime.version() + ", " + System.getProperty("os.name") + " "
                + System.getProperty("os.version"));
        try (Peers peers = Peers.build(sources, "stack")) {
            for (int bytes : sizes) {
                compare(peers, bytes);
            }
        }
        return 0;
    }

    private void compare(Peers peers, int bytes) throws Exception {
        double[][] nanos = new double[Way.values().length][pairs];
        for (int i = 0; i < WARM_UPS; i++) {
            for (Way way : Way.values()) {
                if (way.isOurs) {
                    measure(peers, way, bytes);
                }
            }
        }
        for (int pair = 0; pair < pairs; pair++) {
            for (Way way : ways(bytes)) {
                nanos[way.ordinal()][pair] = 1e9 / measure(peers, way, bytes).perCpuSecond();
            }
        }
        System.out.println(bytes + " B: ns of CPU time a packet, whole and without the sender's part, medians");
        double[][] parts = new double[nanos.length][pairs];
        for (Way way : ways(bytes)) {
            double sender = Medians.of(nanos[way.sender().ordinal()]);
            for (int pair = 0; pair < pairs; pair++) {
                parts[way.ordinal()][pair] = nanos[way.ordinal()][pair] - sender;
            }
            System.out.printf(
                    "  %-14s %7.0f %7.0f%n", way, Medians.of(nanos[way.ordinal()]), Medians.of(parts[way.ordinal()]));
        }
        print("receive part, C read / ours", parts[Way.C_READ.ordinal()], parts[Way.OURS_MAPPED.ordinal()]);
        if (ways(bytes).contains(Way.C_MAPPED)) {
            print("receive part, C mapped / ours", parts[Way.C_MAPPED.ordinal()], parts[Way.OURS_MAPPED.ordinal()]);
        }
        print("whole path, C rounds / ours", nanos[Way.C_ROUNDS.ordinal()], nanos[Way.OURS_MAPPED.ordinal()]);
    }

    private static Set<Way> ways(int bytes) {
        return bytes <= LONGEST_OF_TWIN ? EnumSet.allOf(Way.class) : EnumSet.complementOf(EnumSet.of(Way.C_MAPPED));
    }

    /** The median of the ratios between neighbors, and the interval that it lies in with at least 95 %. */
    private static void print(String what, double[] theirs, double[] ours) {
        Spread ratio = Spread.ofRatios(list(theirs), list(ours));
        System.out.printf("  %-30s %.2f (%.2f .. %.2f)%n", what, ratio.median(), ratio.low(), ratio.high());
    }

    private static List<Double> list(double... values) {
        return Arrays.stream(values).boxed().toList();
    }

    private Measurement measure(Peers peers, Way way, int bytes) throws IOException, InterruptedException {
        int burst = bytes <= LONGEST_OF_TWIN ? BURST : LONG_BURST;
        if (!way.isOurs) {
            return peers.stack(way.argument().toLowerCase(Locale.ROOT), seconds, burst, bytes);
        }
        RtapConfig config = RtapConfig.named("ours%d").withoutNapi();
        if (bytes > LONGEST_OF_TWIN) {
            config = config.withMtu(LARGEST_MTU);
        }
        config = way == Way.OURS_DROP
                ? config.withRxMode(RxMode.POLL).withFilter(DROP)
                : config.withRxMode(RxMode.valueOf(way.argument())).withRingSize(256);
        try (StackLoop loop = new StackLoop(config, way != Way.OURS_DROP, burst, bytes)) {
            return loop.measure(seconds);
        }
    }
}
