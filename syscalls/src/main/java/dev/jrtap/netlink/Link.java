// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.netlink;

import dev.jrtap.bindings.If;
import dev.jrtap.bindings.IfEther;
import dev.jrtap.bindings.IfLink;
import dev.jrtap.bindings.Ifinfomsg;
import dev.jrtap.bindings.Nlmsghdr;
import dev.jrtap.memory.Memory;

/**
 * A network interface, as it was when asked.
 *
 * @param ifIndex its identity; the name can change
 * @param mtu bytes of IP packet, as {@code ip link} counts
 * @param minMtu smallest that the driver takes
 * @param maxMtu largest that the driver takes
 * @param flags {@code IFF_*}
 * @param macAddress 48 bits, first byte highest; 0 for a device without one
 * @param txQueueLength packets that may wait to be sent
 * @param masterIndex the bridge or other interface whose port it is; 0 if it is nobody's
 */
public record Link(
        int ifIndex,
        String name,
        int mtu,
        int minMtu,
        int maxMtu,
        int flags,
        long macAddress,
        int txQueueLength,
        int masterIndex) {

    /** Reads an RTM_NEWLINK or RTM_DELLINK message. */
    static Link parse(Memory message) {
        int body = Nlmsghdr.SIZEOF;
        String name = "";
        int mtu = 0;
        int minMtu = 0;
        int maxMtu = 0;
        int txQueueLength = 0;
        int master = 0;
        long mac = 0;
        Attributes attributes = new Attributes(message, body + Ifinfomsg.SIZEOF, message.getI32(Nlmsghdr.NLMSG_LEN));
        while (attributes.next()) {
            switch (attributes.type()) {
                case IfLink.IFLA_IFNAME -> name = attributes.string();
                case IfLink.IFLA_MTU -> mtu = attributes.int32();
                case IfLink.IFLA_MIN_MTU -> minMtu = attributes.int32();
                case IfLink.IFLA_MAX_MTU -> maxMtu = attributes.int32();
                case IfLink.IFLA_TXQLEN -> txQueueLength = attributes.int32();
                case IfLink.IFLA_MASTER -> master = attributes.int32();
                case IfLink.IFLA_ADDRESS -> mac = mac(message, attributes);
                default -> {}
            }
        }
        int ifIndex = message.getI32(body + Ifinfomsg.IFI_INDEX);
        int flags = message.getI32(body + Ifinfomsg.IFI_FLAGS);
        return new Link(ifIndex, name, mtu, minMtu, maxMtu, flags, mac, txQueueLength, master);
    }

    private static long mac(Memory message, Attributes attributes) {
        if (attributes.length() != IfEther.ETH_ALEN) {
            return 0;
        }
        return (long) message.getU16Be(attributes.valueAt()) << 32
                | message.getI32Be(attributes.valueAt() + 2) & 0xffff_ffffL;
    }

    /** Returns whether it is administratively up and the driver sees a carrier. */
    public boolean isUp() {
        int up = If.IFF_UP | If.IFF_RUNNING;
        return (flags & up) == up;
    }

    /** Returns whether it is administratively up; a device that nobody reads may still have no carrier. */
    public boolean isAdministrativelyUp() {
        return (flags & If.IFF_UP) != 0;
    }

    /** Returns whether the driver sees a carrier: the cable is plugged in. */
    public boolean hasCarrier() {
        return (flags & If.IFF_LOWER_UP) != 0;
    }

    /** Returns whether it takes packets for any MAC address. */
    public boolean isPromiscuous() {
        return (flags & If.IFF_PROMISC) != 0;
    }

    /** Returns whether it takes packets for any group. */
    public boolean isAllMulticast() {
        return (flags & If.IFF_ALLMULTI) != 0;
    }
}
