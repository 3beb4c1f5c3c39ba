// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import dev.jrtap.rtap.RxMode;
import dev.jrtap.samples.OwnNamespace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Compares the CPU time of a packet from the stack until it is received, or answered in place, by {@link
 * RxMode#MAPPED}, by other modes, and by peers in C, one of which works like {@code MAPPED}: alternately, each a
 * process of its own on one processor, so that the CPU time of sender and receiver counts. The cost of receiving is the
 * difference to sending into a filter that drops, which is measured in the same turn.
 */
@Command(
        name = "mapped-comparison",
        description = "Packets from the stack, received by RxMode.MAPPED and by peers in C, alternately.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class MappedComparison implements Callable<Integer> {

    /** Packets that are sent before they are received. */
    private static final int BURST = 64;

    private static final int LONG_BURST = 8;

    /** The longest frame, in bytes, whose answer the driver passes to XDP programs itself; longer ones cost more. */
    private static final int LONGEST_ECHO = 1920;

    /** The receivers. */
    private enum Way {
        OURS_MAPPED,
        OURS_ONE_SHOT,
        OURS_POLL,
        C_READ,
        C_ROUNDS,
        C_MAPPED;

        boolean isOurs() {
            return name().startsWith("OURS");
        }

        /** Returns the name of the peer's way or of the mode. */
        String argument() {
            return name().substring(name().indexOf('_') + 1);
        }
    }

    @Parameters(description = "The directory of stack.c.")
    private Path sources;

    @Option(names = "--turns", defaultValue = "60", description = "Slices per way (default: ${DEFAULT-VALUE}).")
    private int turns;

    @Option(names = "--seconds", defaultValue = "0.1", description = "Length of a slice (default: ${DEFAULT-VALUE}).")
    private double seconds;

    @Option(
            names = "--warm-up",
            defaultValue = "5",
            description = "Seconds of warm-up for each JVM (default: ${DEFAULT-VALUE}).")
    private double warmUp;

    @Option(names = "--bytes", split = ",", defaultValue = "60,1514,65000", description = "Frame sizes, up to 65535.")
    private List<Integer> sizes;

    @Option(
            names = "--slot",
            defaultValue = "2048",
            description = "Bytes of a slot of this library; a longer frame has several (default: ${DEFAULT-VALUE}).")
    private int slot;

    @Option(
            names = "--ways",
            split = ",",
            defaultValue = "OURS_MAPPED,OURS_ONE_SHOT,OURS_POLL,C_READ,C_ROUNDS,C_MAPPED",
            description = "The ways to compare: ${COMPLETION-CANDIDATES}.")
    private List<Way> ways;

    @Option(names = "--echo", description = "Answer packets in place; an XDP program drops the answers.")
    private boolean echoes;

    @Option(names = "--here", hidden = true)
    private boolean here;

    private MappedComparison() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new MappedComparison()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        if (!here) {
            return OwnNamespace.run(MappedComparison.class, innerArguments());
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

    private List<String> innerArguments() {
        List<String> arguments = new ArrayList<>(List.of("--here", "--turns=" + turns, "--seconds=" + seconds));
        arguments.add("--warm-up=" + warmUp);
        arguments.add("--bytes=" + join(sizes));
        arguments.add("--slot=" + slot);
        arguments.add("--ways=" + join(ways));
        if (echoes) {
            arguments.add("--echo");
        }
        arguments.add(sources.toAbsolutePath().toString());
        return arguments;
    }

    private static String join(List<?> values) {
        return String.join(",", values.stream().map(Object::toString).toList());
    }

    private void compare(Peers peers, int bytes) throws IOException {
        Map<Way, StackPeer> running = new EnumMap<>(Way.class);
        Map<Way, StackPeer.Turn[]> measured = new EnumMap<>(Way.class);
        try {
            for (Way way : ways(bytes)) {
                running.put(way, start(peers, way, bytes));
                measured.put(way, new StackPeer.Turn[turns]);
                for (double passed = 0; way.isOurs() && passed < warmUp; passed += 2 * seconds) {
                    running.get(way).turn(seconds);
                }
            }
            List<Way> order = new ArrayList<>(running.keySet());
            for (int turn = 0; turn < turns; turn++) {
                for (Way way : order) {
                    measured.get(way)[turn] = running.get(way).turn(seconds);
                }
                Collections.reverse(order);
            }
        } finally {
            running.values().forEach(StackPeer::close);
        }
        print(bytes, measured);
    }

    /** Returns the ways that receive frames of this size. */
    private List<Way> ways(int bytes) {
        if (echoes && bytes > LONGEST_ECHO) {
            throw new IllegalArgumentException("--bytes with --echo must be at most " + LONGEST_ECHO + ": " + bytes);
        }
        return ways.stream()
                .filter(way -> way != Way.C_MAPPED || bytes <= StackLoop.LONGEST_OF_SLOT)
                .toList();
    }

    private StackPeer start(Peers peers, Way way, int bytes) throws IOException {
        int burst = bytes <= StackLoop.LONGEST_OF_SLOT ? BURST : LONG_BURST;
        return way.isOurs()
                ? StackPeer.ours(RxMode.valueOf(way.argument()), burst, bytes, slot, echoes)
                : peers.stack(way.argument().toLowerCase(Locale.ROOT), burst, bytes, echoes);
    }

    private void print(int bytes, Map<Way, StackPeer.Turn[]> measured) {
        System.out.println(bytes + " B" + (echoes ? ", answered" : "")
                + ": ns of CPU time per packet, the sender's part of it, and the rest, as trimmed means; the rest relative"
                + " to the first way's, and the same with the sender in C added to both; packets refused");
        StackPeer.Turn[] first = measured.get(ways.get(0));
        measured.forEach((way, all) -> {
            double[] parts = each(all, StackPeer.Turn::part);
            double[] firsts = each(first, StackPeer.Turn::part);
            System.out.printf(
                    "  %-14s %7.0f %7.0f %7.1f   %s   %s %6d%n",
                    way,
                    Trimmed.mean(each(all, StackPeer.Turn::whole)),
                    Trimmed.mean(each(all, StackPeer.Turn::sender)),
                    Trimmed.mean(parts),
                    Trimmed.ratio(parts, firsts),
                    Trimmed.ratio(afterSender(measured, parts), afterSender(measured, firsts)),
                    Arrays.stream(all).mapToLong(StackPeer.Turn::errors).sum());
        });
    }

    /** Returns the cost of the whole path with the sender in C for all, so that calls from Java are not compared. */
    private static double[] afterSender(Map<Way, StackPeer.Turn[]> measured, double... parts) {
        double[] senders = measured.entrySet().stream()
                .filter(each -> !each.getKey().isOurs())
                .flatMap(each -> Arrays.stream(each.getValue()))
                .mapToDouble(StackPeer.Turn::sender)
                .toArray();
        double sender = Trimmed.mean(senders);
        return Arrays.stream(parts).map(part -> sender + part).toArray();
    }

    private static double[] each(StackPeer.Turn[] turns, ToDoubleFunction<StackPeer.Turn> value) {
        return Arrays.stream(turns).mapToDouble(value).toArray();
    }
}
