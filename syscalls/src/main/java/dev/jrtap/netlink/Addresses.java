// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.netlink;

import dev.jrtap.address.IpAddress;
import dev.jrtap.address.IpPrefix;
import dev.jrtap.bindings.IfAddr;
import dev.jrtap.bindings.Ifaddrmsg;
import dev.jrtap.bindings.Netlink;
import dev.jrtap.bindings.Nlmsghdr;
import dev.jrtap.bindings.Rtnetlink;
import dev.jrtap.memory.Memory;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Addresses of interfaces, as {@code ip address} shows and changes them.
 *
 * <p>Threads: any. Errors: {@link NetlinkException} when the kernel refuses; nothing is changed then.
 */
public final class Addresses {

    private final RouteSocket socket;

    public Addresses(RouteSocket socket) {
        this.socket = Objects.requireNonNull(socket, "socket");
    }

    /**
     * Adds an address to an interface, and a route to its subnet.
     *
     * <p>An address of IPv6 can be used at once: duplicate address detection (RFC 4862) is skipped, for on a TAP device
     * the only other station is this program.
     */
    public void add(int ifIndex, IpPrefix address) throws IOException {
        add(ifIndex, address, address.address());
    }

    /**
     * Adds an address whose other end is {@code peer} to an interface, and a route to the peer's subnet.
     *
     * @param address with the length of the peer's prefix
     */
    public void add(int ifIndex, IpPrefix address, InetAddress peer) throws IOException {
        int flags = Netlink.NLM_F_ACK | Netlink.NLM_F_CREATE | Netlink.NLM_F_EXCL;
        Message message = message("RTM_NEWADDR", Rtnetlink.RTM_NEWADDR, flags, ifIndex, address, peer);
        if (address.address() instanceof Inet6Address) {
            message.body8(Ifaddrmsg.IFA_FLAGS, IfAddr.IFA_F_NODAD);
        }
        socket.request(message);
    }

    /** Removes an address from an interface. */
    public void remove(int ifIndex, IpPrefix address) throws IOException {
        remove(ifIndex, address, address.address());
    }

    /** Removes an address that has a peer from an interface. */
    public void remove(int ifIndex, IpPrefix address, InetAddress peer) throws IOException {
        socket.request(message("RTM_DELADDR", Rtnetlink.RTM_DELADDR, Netlink.NLM_F_ACK, ifIndex, address, peer));
    }

    /** Returns the addresses of an interface. */
    public List<IpPrefix> list(int ifIndex) throws IOException {
        List<IpPrefix> addresses = new ArrayList<>();
        Message message = new Message(
                        "RTM_GETADDR(ifindex=" + ifIndex + ")",
                        Rtnetlink.RTM_GETADDR,
                        Netlink.NLM_F_DUMP,
                        Ifaddrmsg.SIZEOF)
                .body32(Ifaddrmsg.IFA_INDEX, IfIndex.checked("ifIndex", ifIndex));
        socket.dump(message, addresses::clear, answer -> {
            // A kernel without NETLINK_GET_STRICT_CHK (before Linux 4.20) lists those of all interfaces.
            if (answer.getI32(Nlmsghdr.SIZEOF + Ifaddrmsg.IFA_INDEX) == ifIndex) {
                addresses.add(parse(answer));
            }
        });
        return addresses;
    }

    private static Message message(String name, int type, int flags, int ifIndex, IpPrefix address, InetAddress peer) {
        String other = peer.equals(address.address()) ? "" : " peer " + IpAddress.format(peer);
        String text = name + "(ifindex=" + ifIndex + ", " + address + other + ")";
        return new Message(text, type, flags, Ifaddrmsg.SIZEOF)
                .body8(Ifaddrmsg.IFA_FAMILY, RouteSocket.family(address.address()))
                .body8(Ifaddrmsg.IFA_PREFIXLEN, address.length())
                .body32(Ifaddrmsg.IFA_INDEX, IfIndex.checked("ifIndex", ifIndex))
                .attribute(IfAddr.IFA_LOCAL, address.address().getAddress())
                .attribute(IfAddr.IFA_ADDRESS, peer.getAddress());
    }

    private static IpPrefix parse(Memory answer) throws UnknownHostException {
        byte[] local = null;
        byte[] peer = null;
        Attributes attributes =
                new Attributes(answer, Nlmsghdr.SIZEOF + Ifaddrmsg.SIZEOF, answer.getI32(Nlmsghdr.NLMSG_LEN));
        while (attributes.next()) {
            switch (attributes.type()) {
                case IfAddr.IFA_LOCAL -> local = attributes.bytes();
                case IfAddr.IFA_ADDRESS -> peer = attributes.bytes();
                default -> {}
            }
        }
        if (local == null && peer == null) {
            throw new IllegalArgumentException("no address is in it");
        }
        // IPv6 has IFA_LOCAL only where there is a peer.
        InetAddress address = InetAddress.getByAddress(local != null ? local : peer);
        return new IpPrefix(address, answer.getU8(Nlmsghdr.SIZEOF + Ifaddrmsg.IFA_PREFIXLEN));
    }
}
