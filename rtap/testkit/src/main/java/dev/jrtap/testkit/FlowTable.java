// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import dev.jrtap.net.Ipv4Packet;
import dev.jrtap.net.Ipv6Packet;
import java.util.HashMap;
import java.util.Map;

/**
 * The flows of one direction. Finding a known flow makes no garbage.
 *
 * <p>The port that a client's kernel has chosen differs from run to run, so random numbers do not depend on it, but on
 * the number of preceding flows that are equal otherwise.
 *
 * <p>Threads: the wire's.
 */
final class FlowTable {

    /** Linux's default of net.ipv4.ip_local_port_range is 32768 to 60999, which the kit's hosts use. */
    static final int FIRST_EPHEMERAL = 32768;

    private static final int LAST_EPHEMERAL = 60999;
    private static final int INITIAL = 64;

    private final String direction;
    private final long seed;
    private final Map<Long, Integer> alike = new HashMap<>();
    private long[] keys = new long[INITIAL];
    private Flow[] flows = new Flow[INITIAL];
    private int size;

    FlowTable(String direction, long seed) {
        this.direction = direction;
        this.seed = Dice.mix(seed, direction);
    }

    /** Returns the flow of a packet. Two flows with the same 64-bit key are not distinguished. */
    Flow of(PacketView packet) {
        long key = identity(packet, packet.sourcePort(), packet.destinationPort());
        int at = find(key);
        if (flows[at] == null) {
            if (2 * size >= flows.length) {
                grow();
                at = find(key);
            }
            keys[at] = key;
            flows[at] = make(packet);
            size++;
        }
        return flows[at];
    }

    private int find(long key) {
        int mask = flows.length - 1;
        int at = (int) (key & mask);
        while (flows[at] != null && keys[at] != key) {
            at = at + 1 & mask;
        }
        return at;
    }

    private void grow() {
        long[] oldKeys = keys;
        Flow[] oldFlows = flows;
        keys = new long[2 * oldKeys.length];
        flows = new Flow[2 * oldFlows.length];
        for (int i = 0; i < oldFlows.length; i++) {
            if (oldFlows[i] != null) {
                int at = find(oldKeys[i]);
                keys[at] = oldKeys[i];
                flows[at] = oldFlows[i];
            }
        }
    }

    private Flow make(PacketView packet) {
        long identity = identity(packet, chosen(packet.sourcePort()), chosen(packet.destinationPort()));
        int before = alike.merge(identity, 1, Integer::sum) - 1;
        return new Flow(direction, text(packet), Dice.mix(Dice.mix(seed, identity), before));
    }

    /** Returns a port that a program has chosen; 0 for one that the kernel has chosen. */
    private static int chosen(int port) {
        return port >= FIRST_EPHEMERAL && port <= LAST_EPHEMERAL ? 0 : port;
    }

    private static long identity(PacketView packet, int sourcePort, int destinationPort) {
        long key = (long) packet.etherType() << 16 | packet.protocol() & 0xffff;
        key = Dice.mix(key, (long) sourcePort << 16 | destinationPort);
        if (packet.isIpv4()) {
            key = Dice.mix(
                    key, (long) packet.ipv4().source() << 32 | packet.ipv4().destination() & 0xffff_ffffL);
        } else if (packet.isIpv6()) {
            Ipv6Packet ipv6 = packet.ipv6();
            key = Dice.mix(Dice.mix(key, ipv6.sourceHigh()), ipv6.sourceLow());
            key = Dice.mix(Dice.mix(key, ipv6.destinationHigh()), ipv6.destinationLow());
        }
        return key;
    }

    private static String text(PacketView packet) {
        if (packet.isIpv4()) {
            Ipv4Packet ipv4 = packet.ipv4();
            return text(packet, Ipv4Packet.format(ipv4.source()), Ipv4Packet.format(ipv4.destination()));
        }
        if (packet.isIpv6()) {
            Ipv6Packet ipv6 = packet.ipv6();
            String source = "[" + Ipv6Packet.format(ipv6.sourceHigh(), ipv6.sourceLow()) + "]";
            String destination = "[" + Ipv6Packet.format(ipv6.destinationHigh(), ipv6.destinationLow()) + "]";
            return text(packet, source, destination);
        }
        return String.format("EtherType 0x%04x", packet.etherType());
    }

    private static String text(PacketView packet, String source, String destination) {
        String protocol = packet.isTcp() ? "TCP" : packet.isUdp() ? "UDP" : "IP protocol " + packet.protocol();
        return packet.hasPorts()
                ? protocol + " " + source + ":" + packet.sourcePort() + " > " + destination + ":"
                        + packet.destinationPort()
                : protocol + " " + source + " > " + destination;
    }
}
