// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * The network that an annotation describes.
 *
 * @param hosts the names of the hosts, two or more
 * @param impairment the impairment of every link, in both directions
 * @param description the values as text: {@code "delay=50ms, loss=2%, seed=7"}
 */
record TestNetwork(List<String> hosts, Impairment impairment, long seed, String description) {

    private static final Duration HELD_BACK = Duration.ofMillis(10);
    private static final Set<String> ALWAYS_TOLD = Set.of("delay", "loss", "seed");
    private static final Set<String> NOTHING = Set.of("", "0ms", "0%");

    /**
     * Reads the values of an annotation.
     *
     * @param asked values by the names of the annotation's elements; missing ones have their defaults
     */
    static TestNetwork of(String[] hosts, Map<String, String> asked) {
        Function<String, Duration> duration = name -> Quantity.duration(asked.getOrDefault(name, "0ms"));
        ToDoubleFunction<String> probability = name -> Quantity.probability(asked.getOrDefault(name, "0%"));
        Impairment impairment = Impairment.none()
                .withDelay(duration.apply("delay"))
                .withJitter(duration.apply("jitter"))
                .withLoss(probability.applyAsDouble("loss"))
                .withDuplication(probability.applyAsDouble("duplication"))
                .withReordering(probability.applyAsDouble("reordering"), HELD_BACK)
                .withCorruption(probability.applyAsDouble("corruption"));
        String bandwidth = asked.getOrDefault("bandwidth", "");
        String description = asked.entrySet().stream()
                .filter(each -> ALWAYS_TOLD.contains(each.getKey()) || !NOTHING.contains(each.getValue()))
                .map(each -> each.getKey() + "=" + each.getValue())
                .collect(Collectors.joining(", "));
        return new TestNetwork(
                List.of(hosts),
                bandwidth.isEmpty() ? impairment : impairment.withBandwidth(Quantity.bitsPerSecond(bandwidth)),
                Long.parseLong(asked.getOrDefault("seed", "1")),
                description);
    }

    /** Makes the network: two hosts and a link, or more hosts around a switch. */
    Network create() throws IOException {
        if (hosts.size() < 2) {
            throw new IllegalArgumentException("a network must have two hosts or more: " + hosts);
        }
        Network network = Network.create(NetworkConfig.standard().withSeed(seed));
        try {
            for (String name : hosts) {
                network.addHost(name);
            }
            if (hosts.size() == 2) {
                network.link(network.hosts().get(0), network.hosts().get(1));
            } else {
                Switch center = network.addSwitch("switch");
                for (Host host : network.hosts()) {
                    network.link(host, center);
                }
            }
            network.links().forEach(link -> link.impair(impairment));
            return network;
        } catch (Throwable e) {
            network.close();
            throw e;
        }
    }
}
