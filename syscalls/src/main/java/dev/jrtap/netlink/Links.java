// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.netlink;

import dev.jrtap.bindings.If;
import dev.jrtap.bindings.IfLink;
import dev.jrtap.bindings.Ifinfomsg;
import dev.jrtap.bindings.Netlink;
import dev.jrtap.bindings.Nlmsghdr;
import dev.jrtap.bindings.Rtnetlink;
import dev.jrtap.memory.Memory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Network interfaces: what {@code ip link show} and {@code ip link set} do.
 *
 * <p>Threads: any. Errors: {@link NetlinkException} when the kernel refuses.
 */
public final class Links {

    private static final int MAC_LENGTH = 6;

    private final RouteSocket socket;

    public Links(RouteSocket socket) {
        this.socket = socket;
    }

    /** The interface with this index. */
    public Link get(int ifIndex) throws IOException {
        return parse(
                socket.request(message("RTM_GETLINK(ifindex=" + ifIndex + ")", Rtnetlink.RTM_GETLINK, 0, ifIndex)));
    }

    /** The interface with this name. */
    public Link get(String name) throws IOException {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        Message message = message("RTM_GETLINK(" + name + ")", Rtnetlink.RTM_GETLINK, 0, 0)
                .attribute(IfLink.IFLA_IFNAME, Arrays.copyOf(text, text.length + 1));
        return parse(socket.request(message));
    }

    /** Brings it up. */
    public void up(int ifIndex) throws IOException {
        socket.request(
                set(ifIndex, "up").body32(Ifinfomsg.IFI_FLAGS, If.IFF_UP).body32(Ifinfomsg.IFI_CHANGE, If.IFF_UP));
    }

    /** Takes it down. */
    public void down(int ifIndex) throws IOException {
        socket.request(set(ifIndex, "down").body32(Ifinfomsg.IFI_CHANGE, If.IFF_UP));
    }

    /** Sets the MTU, in bytes of IP packet. */
    public void setMtu(int ifIndex, int mtu) throws IOException {
        socket.request(set(ifIndex, "mtu=" + mtu).attribute(IfLink.IFLA_MTU, mtu));
    }

    private static Message set(int ifIndex, String what) {
        return message(
                "RTM_NEWLINK(ifindex=" + ifIndex + ", " + what + ")",
                Rtnetlink.RTM_NEWLINK,
                Netlink.NLM_F_ACK,
                ifIndex);
    }

    private static Message message(String text, int type, int flags, int ifIndex) {
        return new Message(text, type, flags, Ifinfomsg.SIZEOF).body32(Ifinfomsg.IFI_INDEX, ifIndex);
    }

    private static Link parse(Memory answer) {
        int body = Nlmsghdr.SIZEOF;
        String name = "";
        int mtu = 0;
        long mac = 0;
        Attributes attributes = new Attributes(answer, body + Ifinfomsg.SIZEOF, answer.getI32(Nlmsghdr.NLMSG_LEN));
        while (attributes.next()) {
            switch (attributes.type()) {
                case IfLink.IFLA_IFNAME -> name = attributes.string();
                case IfLink.IFLA_MTU -> mtu = attributes.int32();
                case IfLink.IFLA_ADDRESS -> mac = mac(answer, attributes);
                default -> {}
            }
        }
        return new Link(
                answer.getI32(body + Ifinfomsg.IFI_INDEX), name, mtu, answer.getI32(body + Ifinfomsg.IFI_FLAGS), mac);
    }

    private static long mac(Memory answer, Attributes attributes) {
        if (attributes.length() != MAC_LENGTH) {
            return 0;
        }
        return (long) answer.getU16Be(attributes.valueAt()) << 32
                | answer.getI32Be(attributes.valueAt() + 2) & 0xffff_ffffL;
    }
}
