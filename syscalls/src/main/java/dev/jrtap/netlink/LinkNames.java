// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.netlink;

import dev.jrtap.address.InterfaceName;
import dev.jrtap.bindings.IfLink;
import dev.jrtap.bindings.Ifinfomsg;
import dev.jrtap.bindings.Nlmsghdr;
import dev.jrtap.memory.Memory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The alternative names of an interface. */
final class LinkNames {

    /** ALTIFNAMSIZ less the zero at the end. */
    private static final int LONGEST = 127;

    private LinkNames() {}

    /** Returns whether only an alternative name can be that long; refuses what cannot be one either. */
    static boolean isLong(String name) {
        boolean isLong = name.getBytes(StandardCharsets.UTF_8).length > InterfaceName.MAX_BYTES;
        if (isLong) {
            check(name);
        }
        return isLong;
    }

    /** Refuses what cannot be an alternative name. */
    static void check(String name) {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > LONGEST || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "an alternative name has 1.." + LONGEST + " bytes, and no NUL: " + bytes);
        }
    }

    /** Reads an RTM_NEWLINK message. */
    static List<String> parse(Memory message) {
        List<String> names = new ArrayList<>();
        Attributes link =
                new Attributes(message, Nlmsghdr.SIZEOF + Ifinfomsg.SIZEOF, message.getI32(Nlmsghdr.NLMSG_LEN));
        while (link.next()) {
            if (link.type() == IfLink.IFLA_PROP_LIST) {
                Attributes properties = new Attributes(message, link.valueAt(), link.valueAt() + link.length());
                while (properties.next()) {
                    if (properties.type() == IfLink.IFLA_ALT_IFNAME) {
                        names.add(properties.string());
                    }
                }
            }
        }
        return List.copyOf(names);
    }
}
