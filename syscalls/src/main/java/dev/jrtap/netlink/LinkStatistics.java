// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.netlink;

import dev.jrtap.bindings.IfLink;
import dev.jrtap.bindings.Ifinfomsg;
import dev.jrtap.bindings.Nlmsghdr;
import dev.jrtap.bindings.RtnlLinkStats64;
import dev.jrtap.memory.Memory;

/**
 * The kernel's counters of an interface since it was made. Directions are those of the kernel's stack: for the program
 * behind a TAP device they are reversed.
 *
 * @param rxPackets packets that the stack got from the interface
 * @param rxDropped of those, the ones it had no use or no room for
 * @param txPackets packets that the stack gave to the interface
 * @param txDropped packets that the interface had no room for
 */
public record LinkStatistics(
        long rxPackets,
        long rxBytes,
        long rxErrors,
        long rxDropped,
        long txPackets,
        long txBytes,
        long txErrors,
        long txDropped) {

    /** Reads an RTM_NEWLINK message; zeros where the kernel says nothing. */
    static LinkStatistics parse(Memory message) {
        Attributes attributes =
                new Attributes(message, Nlmsghdr.SIZEOF + Ifinfomsg.SIZEOF, message.getI32(Nlmsghdr.NLMSG_LEN));
        while (attributes.next()) {
            if (attributes.type() == IfLink.IFLA_STATS64
                    && attributes.length() >= RtnlLinkStats64.TX_DROPPED + Long.BYTES) {
                return at(message, attributes.valueAt());
            }
        }
        return new LinkStatistics(0, 0, 0, 0, 0, 0, 0, 0);
    }

    private static LinkStatistics at(Memory message, int at) {
        return new LinkStatistics(
                message.getI64(at + RtnlLinkStats64.RX_PACKETS),
                message.getI64(at + RtnlLinkStats64.RX_BYTES),
                message.getI64(at + RtnlLinkStats64.RX_ERRORS),
                message.getI64(at + RtnlLinkStats64.RX_DROPPED),
                message.getI64(at + RtnlLinkStats64.TX_PACKETS),
                message.getI64(at + RtnlLinkStats64.TX_BYTES),
                message.getI64(at + RtnlLinkStats64.TX_ERRORS),
                message.getI64(at + RtnlLinkStats64.TX_DROPPED));
    }
}
