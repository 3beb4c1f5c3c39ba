// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * What an annotation asks for.
 *
 * @param hosts names, two or more
 * @param impairment of every link, in both directions
 * @param description for people: {@code "delay=50ms, loss=2%, seed=7"}
 */
record TestNetwork(List<String> hosts, Impairment impairment, long seed, String description) {

    private static final Duration HELD_BACK = Duration.ofMillis(10);

    /** One cell of a matrix. */
    static TestNetwork of(
            String[] hosts,
            String delay,
            String loss,
            String duplication,
            String reordering,
            String bandwidth,
            long seed) {
        String description = "delay=" + delay + ", loss=" + loss
                + (duplication.equals("0%") ? "" : ", duplication=" + duplication)
                + (reordering.equals("0%") ? "" : ", reordering=" + reordering)
                + (bandwidth.isEmpty() ? "" : ", bandwidth=" + bandwidth)
                + ", seed=" + seed;
        Impairment impairment = impairment(delay, loss, duplication, reordering, bandwidth);
        return new TestNetwork(List.of(hosts), impairment, seed, description);
    }

    static Impairment impairment(String delay, String loss, String duplication, String reordering, String bandwidth) {
        Impairment impairment = Impairment.none()
                .withDelay(Quantity.duration(delay))
                .withLoss(Quantity.probability(loss))
                .withDuplication(Quantity.probability(duplication))
                .withReordering(Quantity.probability(reordering), HELD_BACK);
        return bandwidth.isEmpty() ? impairment : impairment.withBandwidth(Quantity.bitsPerSecond(bandwidth));
    }

    /** Makes the network: two hosts and a link, or more hosts around a switch. */
    Network create() throws IOException {
        if (hosts.size() < 2) {
            throw new IllegalArgumentException("a network has two hosts or more: " + hosts);
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
