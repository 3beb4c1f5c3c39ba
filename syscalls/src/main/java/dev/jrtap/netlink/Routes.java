// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.netlink;

import dev.jrtap.address.IpPrefix;
import dev.jrtap.bindings.Netlink;
import dev.jrtap.bindings.Rtmsg;
import dev.jrtap.bindings.Rtnetlink;
import java.io.IOException;
import java.net.InetAddress;

/**
 * Routes of the main table: what {@code ip route add} and {@code ip route del} do.
 *
 * <p>Threads: any. Errors: {@link NetlinkException} when the kernel refuses; nothing is changed then.
 */
public final class Routes {

    private final RouteSocket socket;

    public Routes(RouteSocket socket) {
        this.socket = socket;
    }

    /** Sends what is for {@code destination} out of an interface. */
    public void add(int ifIndex, IpPrefix destination) throws IOException {
        socket.request(create(ifIndex, destination, "").body8(Rtmsg.RTM_SCOPE, Rtnetlink.RT_SCOPE_LINK));
    }

    /** Sends what is for {@code destination} to {@code gateway}, out of an interface. */
    public void add(int ifIndex, IpPrefix destination, InetAddress gateway) throws IOException {
        socket.request(create(ifIndex, destination, " via " + gateway.getHostAddress())
                .attribute(Rtnetlink.RTA_GATEWAY, gateway.getAddress()));
    }

    /** Takes back the route to {@code destination} out of an interface. */
    public void remove(int ifIndex, IpPrefix destination) throws IOException {
        socket.request(message("RTM_DELROUTE", Rtnetlink.RTM_DELROUTE, Netlink.NLM_F_ACK, ifIndex, destination, "")
                .body8(Rtmsg.RTM_SCOPE, Rtnetlink.RT_SCOPE_NOWHERE));
    }

    private static Message create(int ifIndex, IpPrefix destination, String via) {
        int flags = Netlink.NLM_F_ACK | Netlink.NLM_F_CREATE | Netlink.NLM_F_EXCL;
        return message("RTM_NEWROUTE", Rtnetlink.RTM_NEWROUTE, flags, ifIndex, destination, via)
                .body8(Rtmsg.RTM_PROTOCOL, Rtnetlink.RTPROT_STATIC)
                .body8(Rtmsg.RTM_TYPE, Rtnetlink.RTN_UNICAST);
    }

    private static Message message(String name, int type, int flags, int ifIndex, IpPrefix destination, String via) {
        String text = name + "(" + destination + via + ", ifindex=" + ifIndex + ")";
        return new Message(text, type, flags, Rtmsg.SIZEOF)
                .body8(Rtmsg.RTM_FAMILY, RouteSocket.family(destination.address()))
                .body8(Rtmsg.RTM_DST_LEN, destination.length())
                .body8(Rtmsg.RTM_TABLE, Rtnetlink.RT_TABLE_MAIN)
                .attribute(Rtnetlink.RTA_DST, destination.address().getAddress())
                .attribute(Rtnetlink.RTA_OIF, ifIndex);
    }
}
