// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.netlink;

import dev.jrtap.address.InterfaceName;
import dev.jrtap.address.MacAddress;
import dev.jrtap.bindings.If;
import dev.jrtap.bindings.IfLink;
import dev.jrtap.bindings.Ifinfomsg;
import dev.jrtap.bindings.Netlink;
import dev.jrtap.bindings.Rtnetlink;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Network interfaces, as {@code ip link show} and {@code ip link set} show and change them.
 *
 * <p>Threads: any. Errors: {@link NetlinkException} when the kernel refuses; nothing is changed then.
 */
public final class Links {

    /** How requests to change it name the length of queues. */
    static final String QUEUE_LENGTH = "txqueuelen=";

    private static final int CREATE_FLAGS = Netlink.NLM_F_ACK | Netlink.NLM_F_EXCL | Netlink.NLM_F_CREATE;

    /** Of linux/veth.h, which is not bound. */
    private static final int VETH_INFO_PEER = 1;

    private final RouteSocket socket;

    public Links(RouteSocket socket) {
        this.socket = Objects.requireNonNull(socket, "socket");
    }

    /** Returns the interface with this index. */
    public Link get(int ifIndex) throws IOException {
        return socket.request(get("ifindex=" + ifIndex, ifIndex), Link::parse);
    }

    /** Returns the interface with this name, which may be one of its alternative names. */
    public Link get(String name) throws IOException {
        return socket.request(named(name), Link::parse);
    }

    /** All interfaces. */
    public List<Link> list() throws IOException {
        List<Link> links = new ArrayList<>();
        Message message = new Message("RTM_GETLINK, all", Rtnetlink.RTM_GETLINK, Netlink.NLM_F_DUMP, Ifinfomsg.SIZEOF);
        socket.dump(message, links::clear, answer -> links.add(Link.parse(answer)));
        return links;
    }

    /** Returns the kernel's counters of the interface. */
    public LinkStatistics statistics(int ifIndex) throws IOException {
        return socket.request(get("ifindex=" + ifIndex, ifIndex), LinkStatistics::parse);
    }

    /** Returns the settings of a TUN or TAP device; of another interface, nothing. */
    public TunSettings tunSettings(int ifIndex) throws IOException {
        return socket.request(get("ifindex=" + ifIndex, ifIndex), TunSettings::parse);
    }

    /** Like {@link #tunSettings(int)}, for the interface with this name. */
    public TunSettings tunSettings(String name) throws IOException {
        return socket.request(named(name), TunSettings::parse);
    }

    /** Brings it up. */
    public void up(int ifIndex) throws IOException {
        setFlag(ifIndex, "up", If.IFF_UP, If.IFF_UP);
    }

    /** Takes it down. */
    public void down(int ifIndex) throws IOException {
        setFlag(ifIndex, "down", If.IFF_UP, 0);
    }

    /** Whether it takes packets for any MAC address. */
    public void setPromiscuous(int ifIndex, boolean on) throws IOException {
        setFlag(ifIndex, "promisc=" + on, If.IFF_PROMISC, on ? If.IFF_PROMISC : 0);
    }

    /** Whether it takes packets for any group. */
    public void setAllMulticast(int ifIndex, boolean on) throws IOException {
        setFlag(ifIndex, "allmulticast=" + on, If.IFF_ALLMULTI, on ? If.IFF_ALLMULTI : 0);
    }

    /** Sets the MTU, in bytes of IP packet. */
    public void setMtu(int ifIndex, int mtu) throws IOException {
        if (mtu < 0) {
            throw new IllegalArgumentException("an MTU must not be negative: " + mtu);
        }
        socket.request(set(ifIndex, "mtu=" + mtu).attribute(IfLink.IFLA_MTU, mtu));
    }

    /** Sets the MAC address: 48 bits, first byte highest. */
    public void setMacAddress(int ifIndex, long mac) throws IOException {
        MacAddress address = new MacAddress(mac);
        socket.request(set(ifIndex, "address=" + address).attribute(IfLink.IFLA_ADDRESS, address.bytes()));
    }

    /**
     * Sets how many packets may wait to be sent.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public void setTxQueueLength(int ifIndex, int packets) throws IOException {
        if (packets < 0) {
            throw new IllegalArgumentException("a queue length must not be negative: " + packets);
        }
        socket.request(set(ifIndex, QUEUE_LENGTH + packets).attribute(IfLink.IFLA_TXQLEN, packets));
    }

    /**
     * Renames it. An interface that is up can be renamed since Linux 6.2, and where the kernel allows it.
     *
     * @throws IllegalArgumentException if no interface can have that name, see {@link InterfaceName}
     */
    public void rename(int ifIndex, String name) throws IOException {
        InterfaceName.parse(name);
        socket.request(set(ifIndex, "name=" + name).attribute(IfLink.IFLA_IFNAME, name));
    }

    /**
     * Adds an alternative name, by which programs find it too, of up to 127 bytes. Since Linux 5.5.
     *
     * @throws NetlinkException EEXIST if an interface has that name
     */
    public void addAlternativeName(int ifIndex, String name) throws IOException {
        socket.request(property(ifIndex, "RTM_NEWLINKPROP", Rtnetlink.RTM_NEWLINKPROP, CREATE_FLAGS, name));
    }

    /** Removes one of its alternative names. */
    public void removeAlternativeName(int ifIndex, String name) throws IOException {
        socket.request(property(ifIndex, "RTM_DELLINKPROP", Rtnetlink.RTM_DELLINKPROP, Netlink.NLM_F_ACK, name));
    }

    /** Returns its alternative names. */
    public List<String> alternativeNames(int ifIndex) throws IOException {
        return socket.request(get("ifindex=" + ifIndex, ifIndex), LinkNames::parse);
    }

    private static Message property(int ifIndex, String request, int type, int flags, String name) {
        LinkNames.check(name);
        return message(request + "(ifindex=" + ifIndex + ", altname=" + name + ")", type, flags, ifIndex)
                .nested(IfLink.IFLA_PROP_LIST, IfLink.IFLA_ALT_IFNAME, name);
    }

    /**
     * Makes it a port of a bridge, a bond or another interface that has ports.
     *
     * @param masterIndex index of that interface; 0 makes it nobody's port
     */
    public void setMaster(int ifIndex, int masterIndex) throws IOException {
        IfIndex.checked("masterIndex", masterIndex);
        socket.request(set(ifIndex, "master ifindex=" + masterIndex).attribute(IfLink.IFLA_MASTER, masterIndex));
    }

    /** Moves it to the network namespace of a descriptor. It goes down and loses its addresses. */
    public void moveTo(int ifIndex, int namespaceFd) throws IOException {
        socket.request(set(ifIndex, "netns fd=" + namespaceFd).attribute(IfLink.IFLA_NET_NS_FD, namespaceFd));
    }

    /**
     * Makes a pair of veth(4) interfaces, the two ends of one cable. Deleting one deletes both.
     *
     * @param namespaceFd descriptor of the network namespace that {@code peer} is made in
     * @throws NetlinkException EEXIST if an interface has that name
     */
    public void addVeth(String name, String peer, int namespaceFd) throws IOException {
        InterfaceName.parse(name);
        InterfaceName.parse(peer);
        Message message = new Message(
                        "RTM_NEWLINK(veth " + name + ", peer " + peer + ", fd=" + namespaceFd + ")",
                        Rtnetlink.RTM_NEWLINK,
                        CREATE_FLAGS,
                        Ifinfomsg.SIZEOF)
                .attribute(IfLink.IFLA_IFNAME, name);
        int info = message.begin(IfLink.IFLA_LINKINFO, 0);
        message.attribute(IfLink.IFLA_INFO_KIND, "veth");
        int data = message.begin(IfLink.IFLA_INFO_DATA, 0);
        int other = message.begin(VETH_INFO_PEER, Ifinfomsg.SIZEOF);
        message.attribute(IfLink.IFLA_IFNAME, peer).attribute(IfLink.IFLA_NET_NS_FD, namespaceFd);
        socket.request(message.end(other).end(data).end(info));
    }

    /** Removes it. */
    public void delete(int ifIndex) throws IOException {
        socket.request(
                message("RTM_DELLINK(ifindex=" + ifIndex + ")", Rtnetlink.RTM_DELLINK, Netlink.NLM_F_ACK, ifIndex));
    }

    private void setFlag(int ifIndex, String what, int flag, int value) throws IOException {
        socket.request(set(ifIndex, what).body32(Ifinfomsg.IFI_FLAGS, value).body32(Ifinfomsg.IFI_CHANGE, flag));
    }

    private static Message get(String which, int ifIndex) {
        return message("RTM_GETLINK(" + which + ")", Rtnetlink.RTM_GETLINK, 0, ifIndex);
    }

    private static Message named(String name) {
        if (LinkNames.isLong(name)) {
            return get(name, 0).attribute(IfLink.IFLA_ALT_IFNAME, name);
        }
        InterfaceName.parse(name);
        return get(name, 0).attribute(IfLink.IFLA_IFNAME, name);
    }

    private static Message set(int ifIndex, String what) {
        return message(
                "RTM_NEWLINK(ifindex=" + ifIndex + ", " + what + ")",
                Rtnetlink.RTM_NEWLINK,
                Netlink.NLM_F_ACK,
                ifIndex);
    }

    private static Message message(String text, int type, int flags, int ifIndex) {
        return new Message(text, type, flags, Ifinfomsg.SIZEOF)
                .body32(Ifinfomsg.IFI_INDEX, IfIndex.checked("ifIndex", ifIndex));
    }
}
