// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.netlink;

import dev.jrtap.address.IpAddress;
import dev.jrtap.address.IpPrefix;
import dev.jrtap.bindings.Netlink;
import dev.jrtap.bindings.Rtmsg;
import dev.jrtap.bindings.Rtnetlink;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Objects;

/**
 * Routes of the main table, as {@code ip route add} and {@code ip route del} change them.
 *
 * <p>Threads: any. Errors: {@link NetlinkException} when the kernel refuses; nothing is changed then.
 */
public final class Routes {

    /** Of a route that the kernel makes: IP6_RT_PRIO_ADDRCONF in net/ip6_route.h. */
    private static final int IPV6_PRIORITY = 256;

    /** Of linux/rtnetlink.h since 4.0, which is not bound. */
    private static final int RTAX_CC_ALGO = 16;

    private final RouteSocket socket;

    public Routes(RouteSocket socket) {
        this.socket = Objects.requireNonNull(socket, "socket");
    }

    /** Adds a route: packets to {@code destination} leave by an interface. */
    public void add(int ifIndex, IpPrefix destination) throws IOException {
        socket.request(create(ifIndex, destination, "").body8(Rtmsg.RTM_SCOPE, Rtnetlink.RT_SCOPE_LINK));
    }

    /** Adds a route: packets to {@code destination} go to {@code gateway}, by an interface. */
    public void add(int ifIndex, IpPrefix destination, InetAddress gateway) throws IOException {
        Objects.requireNonNull(gateway, "gateway");
        socket.request(create(ifIndex, destination, " via " + gateway.getHostAddress())
                .attribute(Rtnetlink.RTA_GATEWAY, gateway.getAddress()));
    }

    /**
     * Like {@link #add(int, IpPrefix, InetAddress)}, with a congestion control, as {@code "cubic"}, for TCP connections
     * over the route.
     */
    public void add(int ifIndex, IpPrefix destination, InetAddress gateway, String congestionControl)
            throws IOException {
        Objects.requireNonNull(gateway, "gateway");
        String text = " via " + gateway.getHostAddress() + " congctl " + congestionControl;
        socket.request(create(ifIndex, destination, text)
                .attribute(Rtnetlink.RTA_GATEWAY, gateway.getAddress())
                .nested(Rtnetlink.RTA_METRICS, RTAX_CC_ALGO, congestionControl));
    }

    /**
     * Sets the congestion control, as {@code "cubic"}, of TCP connections over the route of an address's own subnet. It
     * may be one that network namespaces other than the first must not make their default, and its module is loaded if
     * needed.
     *
     * @param address of the interface, which is up: the kernel has made the route
     */
    public void setCongestionControl(int ifIndex, IpPrefix address, String name) throws IOException {
        int flags = Netlink.NLM_F_ACK | Netlink.NLM_F_CREATE | Netlink.NLM_F_REPLACE;
        String text = " src " + IpAddress.format(address.address()) + " congctl " + name;
        Message message = message("RTM_NEWROUTE", Rtnetlink.RTM_NEWROUTE, flags, ifIndex, address.network(), text)
                .body8(Rtmsg.RTM_PROTOCOL, Rtnetlink.RTPROT_KERNEL)
                .body8(Rtmsg.RTM_TYPE, Rtnetlink.RTN_UNICAST)
                .body8(Rtmsg.RTM_SCOPE, address.isIpv4() ? Rtnetlink.RT_SCOPE_LINK : Rtnetlink.RT_SCOPE_UNIVERSE);
        if (address.isIpv4()) {
            message.attribute(Rtnetlink.RTA_PREFSRC, address.address().getAddress());
        } else {
            message.attribute(Rtnetlink.RTA_PRIORITY, IPV6_PRIORITY);
        }
        socket.request(message.nested(Rtnetlink.RTA_METRICS, RTAX_CC_ALGO, name));
    }

    /** Removes the route to {@code destination} by an interface. */
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
                .attribute(Rtnetlink.RTA_OIF, IfIndex.checked("ifIndex", ifIndex));
    }
}
