// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.netlink;

import dev.jrtap.bindings.IfLink;
import dev.jrtap.bindings.Ifinfomsg;
import dev.jrtap.bindings.Nlmsghdr;
import dev.jrtap.memory.Memory;
import java.util.OptionalInt;

/**
 * The settings of a TUN or TAP device, beyond those that every interface has. Reported since Linux 4.18; on an older
 * kernel, and for another kind of interface, nothing is set.
 *
 * @param owner the user who may attach to it without CAP_NET_ADMIN; empty if there is none
 * @param group the group whose members may; empty if there is none
 * @param persistent whether it outlives its last descriptor
 * @param packetInformation whether four bytes precede each packet, because IFF_NO_PI was not asked for
 * @param vnetHeader whether a struct virtio_net_hdr precedes each packet
 * @param queues descriptors that carry packets, of a device with multi-queue
 * @param disabledQueues descriptors that are detached and carry none
 */
public record TunSettings(
        OptionalInt owner,
        OptionalInt group,
        boolean persistent,
        boolean packetInformation,
        boolean vnetHeader,
        int queues,
        int disabledQueues) {

    /** Returns how many queues have a descriptor, whether or not they carry packets. */
    public int descriptors() {
        return queues + disabledQueues;
    }

    /** Reads an RTM_NEWLINK message. */
    static TunSettings parse(Memory message) {
        int end = message.getI32(Nlmsghdr.NLMSG_LEN);
        Attributes link = new Attributes(message, Nlmsghdr.SIZEOF + Ifinfomsg.SIZEOF, end);
        Attributes tun = tunData(message, inside(message, link, IfLink.IFLA_LINKINFO));
        OptionalInt owner = OptionalInt.empty();
        OptionalInt group = OptionalInt.empty();
        boolean persistent = false;
        boolean packetInformation = false;
        boolean vnetHeader = false;
        int queues = 0;
        int disabled = 0;
        while (tun.next()) {
            switch (tun.type()) {
                case IfLink.IFLA_TUN_OWNER -> owner = OptionalInt.of(tun.int32());
                case IfLink.IFLA_TUN_GROUP -> group = OptionalInt.of(tun.int32());
                case IfLink.IFLA_TUN_PERSIST -> persistent = tun.flag();
                case IfLink.IFLA_TUN_PI -> packetInformation = tun.flag();
                case IfLink.IFLA_TUN_VNET_HDR -> vnetHeader = tun.flag();
                case IfLink.IFLA_TUN_NUM_QUEUES -> queues = tun.int32();
                case IfLink.IFLA_TUN_NUM_DISABLED_QUEUES -> disabled = tun.int32();
                default -> {}
            }
        }
        return new TunSettings(owner, group, persistent, packetInformation, vnetHeader, queues, disabled);
    }

    /**
     * Returns the data of a tun device; none for another kind, whose attributes have the same numbers and mean
     * something else.
     */
    private static Attributes tunData(Memory message, Attributes info) {
        boolean isTun = false;
        while (info.next()) {
            switch (info.type()) {
                case IfLink.IFLA_INFO_KIND -> isTun = info.string().equals("tun");
                case IfLink.IFLA_INFO_DATA -> {
                    if (isTun) {
                        return new Attributes(message, info.valueAt(), info.valueAt() + info.length());
                    }
                }
                default -> {}
            }
        }
        return new Attributes(message, 0, 0);
    }

    /** Returns the attributes inside the first one of a type; none if there is no such one. */
    private static Attributes inside(Memory message, Attributes outer, int type) {
        while (outer.next()) {
            if (outer.type() == type) {
                return new Attributes(message, outer.valueAt(), outer.valueAt() + outer.length());
            }
        }
        return new Attributes(message, 0, 0);
    }
}
