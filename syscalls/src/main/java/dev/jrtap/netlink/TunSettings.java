// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.netlink;

import dev.jrtap.bindings.IfLink;
import dev.jrtap.bindings.Ifinfomsg;
import dev.jrtap.bindings.Nlmsghdr;
import dev.jrtap.memory.Memory;
import java.util.OptionalInt;

/**
 * What is set of a TUN or TAP device beside what every interface has. Since Linux 4.18 the kernel tells.
 *
 * @param owner the user who may attach to it without CAP_NET_ADMIN; empty if there is none
 * @param group the group whose members may; empty if there is none
 * @param persistent whether it outlives its last descriptor
 */
public record TunSettings(OptionalInt owner, OptionalInt group, boolean persistent) {

    /** Reads an RTM_NEWLINK message. */
    static TunSettings parse(Memory message) {
        int end = message.getI32(Nlmsghdr.NLMSG_LEN);
        Attributes link = new Attributes(message, Nlmsghdr.SIZEOF + Ifinfomsg.SIZEOF, end);
        Attributes tun = inside(message, inside(message, link, IfLink.IFLA_LINKINFO), IfLink.IFLA_INFO_DATA);
        OptionalInt owner = OptionalInt.empty();
        OptionalInt group = OptionalInt.empty();
        boolean persistent = false;
        while (tun.next()) {
            switch (tun.type()) {
                case IfLink.IFLA_TUN_OWNER -> owner = OptionalInt.of(tun.int32());
                case IfLink.IFLA_TUN_GROUP -> group = OptionalInt.of(tun.int32());
                case IfLink.IFLA_TUN_PERSIST -> persistent = message.getU8(tun.valueAt()) != 0;
                default -> {}
            }
        }
        return new TunSettings(owner, group, persistent);
    }

    /** The attributes inside the first one of a type; none if there is no such one. */
    private static Attributes inside(Memory message, Attributes outer, int type) {
        while (outer.next()) {
            if (outer.type() == type) {
                return new Attributes(message, outer.valueAt(), outer.valueAt() + outer.length());
            }
        }
        return new Attributes(message, 0, 0);
    }
}
