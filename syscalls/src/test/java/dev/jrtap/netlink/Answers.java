// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.netlink;

import dev.jrtap.bindings.IfLink;
import dev.jrtap.bindings.Ifinfomsg;
import dev.jrtap.bindings.Netlink;
import dev.jrtap.bindings.Nlmsgerr;
import dev.jrtap.bindings.Nlmsghdr;
import dev.jrtap.bindings.Rtnetlink;
import dev.jrtap.memory.Memory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** What the kernel says of interface 1, {@code rtap0}, a TUN device. */
final class Answers {

    private Answers() {}

    /** RTM_NEWLINK, which has an MTU. */
    static byte[] link(int mtu) {
        byte[] tun = attributes(
                new Message("", 0, 0, 0).attribute(IfLink.IFLA_TUN_OWNER, 7).attribute(IfLink.IFLA_TUN_PI, 1));
        byte[] info = attributes(
                new Message("", 0, 0, 0).attribute(IfLink.IFLA_INFO_KIND, "tun").attribute(IfLink.IFLA_INFO_DATA, tun));
        return bytes(new Message("", Rtnetlink.RTM_NEWLINK, 0, Ifinfomsg.SIZEOF)
                .body32(Ifinfomsg.IFI_INDEX, 1)
                .attribute(IfLink.IFLA_IFNAME, "rtap0")
                .attribute(IfLink.IFLA_MTU, mtu)
                .attribute(IfLink.IFLA_ADDRESS, new byte[] {2, 0, 0, 0, 0, 9})
                .attribute(IfLink.IFLA_LINKINFO, info));
    }

    /** A message with other flags, or another length than it has. */
    static byte[] with(byte[] message, int header, int value) {
        ByteBuffer changed = ByteBuffer.wrap(message.clone()).order(ByteOrder.nativeOrder());
        if (header == Nlmsghdr.NLMSG_LEN) {
            changed.putInt(header, value);
        } else {
            changed.putShort(header, (short) value);
        }
        return changed.array();
    }

    /** The end of a list. */
    static byte[] done() {
        return bytes(new Message("", Netlink.NLMSG_DONE, Netlink.NLM_F_MULTI, Integer.BYTES));
    }

    /** The message above with an attribute that is too short for what it holds. */
    static byte[] damagedLink() {
        return bytes(new Message("", Rtnetlink.RTM_NEWLINK, 0, Ifinfomsg.SIZEOF)
                .body32(Ifinfomsg.IFI_INDEX, 1)
                .attribute(IfLink.IFLA_MTU, new byte[1]));
    }

    /** A refusal, with the kernel's words. */
    static byte[] refusal(int errno) {
        return bytes(new Message("", Netlink.NLMSG_ERROR, 0, Nlmsgerr.SIZEOF)
                .body32(Nlmsgerr.ERROR, -errno)
                .attribute(Netlink.NLMSGERR_ATTR_MSG, "it is in use"));
    }

    private static byte[] attributes(Message message) {
        return Arrays.copyOfRange(bytes(message), Nlmsghdr.SIZEOF, message.length());
    }

    private static byte[] bytes(Message message) {
        Memory memory = message.finish(0);
        byte[] bytes = new byte[message.length()];
        memory.getBytes(0, bytes, 0, bytes.length);
        return bytes;
    }
}
