// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.net;

import dev.jrtap.memory.Memory;

/**
 * A target for {@code .ci/fuzz}: whatever bytes a flyweight views, it is printed, or said to be incomplete, within its
 * length.
 */
public final class FlyweightsFuzz {

    private FlyweightsFuzz() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
        Memory memory = Memory.allocate(bytes.length);
        memory.putBytes(0, bytes, 0, bytes.length);
        int length = bytes.length;
        print(new EthernetFrame().wrap(memory, 0, length));
        print(new VlanTag().wrap(memory, 0, length));
        print(new ArpPacket().wrap(memory, 0, length));
        print(new Ipv4Packet().wrap(memory, 0, length));
        print(new Ipv6Packet().wrap(memory, 0, length));
        print(new IcmpMessage().wrap(memory, 0, length));
        print(new Icmpv6Message().wrap(memory, 0, length));
        print(new TcpSegment().wrap(memory, 0, length));
        print(new UdpDatagram().wrap(memory, 0, length));
        memory.keepAlive();
    }

    private static void print(Object view) {
        if (view.toString().isEmpty()) {
            throw new AssertionError(view.getClass() + " prints nothing");
        }
    }
}
