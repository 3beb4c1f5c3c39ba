// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.netlink;

import dev.jrtap.address.MacAddress;
import dev.jrtap.bindings.Ndmsg;
import dev.jrtap.bindings.Neighbour;
import dev.jrtap.bindings.Netlink;
import dev.jrtap.bindings.Rtnetlink;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Objects;

/**
 * The MAC addresses of neighbors, as {@code ip neighbor replace} and {@code ip neighbor del} change them.
 *
 * <p>Threads: any. Errors: {@link NetlinkException} when the kernel refuses; nothing is changed then.
 */
public final class Neighbors {

    private final RouteSocket socket;

    public Neighbors(RouteSocket socket) {
        this.socket = Objects.requireNonNull(socket, "socket");
    }

    /**
     * Records permanently that {@code address} is at {@code mac}: the kernel sends no ARP or neighbor discovery for it.
     *
     * @param mac 48 bits, first byte highest
     */
    public void set(int ifIndex, InetAddress address, long mac) throws IOException {
        int flags = Netlink.NLM_F_ACK | Netlink.NLM_F_CREATE | Netlink.NLM_F_REPLACE;
        socket.request(message("RTM_NEWNEIGH", Rtnetlink.RTM_NEWNEIGH, flags, ifIndex, address)
                .body16(Ndmsg.NDM_STATE, Neighbour.NUD_PERMANENT)
                .attribute(Neighbour.NDA_LLADDR, new MacAddress(mac).bytes()));
    }

    /** Forgets it. */
    public void remove(int ifIndex, InetAddress address) throws IOException {
        socket.request(message("RTM_DELNEIGH", Rtnetlink.RTM_DELNEIGH, Netlink.NLM_F_ACK, ifIndex, address));
    }

    private static Message message(String name, int type, int flags, int ifIndex, InetAddress address) {
        String text = name + "(" + address.getHostAddress() + ", ifindex=" + ifIndex + ")";
        return new Message(text, type, flags, Ndmsg.SIZEOF)
                .body8(Ndmsg.NDM_FAMILY, RouteSocket.family(address))
                .body32(Ndmsg.NDM_IFINDEX, IfIndex.checked("ifIndex", ifIndex))
                .attribute(Neighbour.NDA_DST, address.getAddress());
    }
}
