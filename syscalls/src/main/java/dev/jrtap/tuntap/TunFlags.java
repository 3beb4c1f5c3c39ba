// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.tuntap;

import dev.jrtap.bindings.IfTun;
import java.util.StringJoiner;

/** The flags of TUNSETIFF and TUNGETFEATURES, for people. */
final class TunFlags {

    private TunFlags() {}

    /** {@code "TAP|NO_PI"} for {@code IFF_TAP | IFF_NO_PI}; unknown bits in hexadecimal. */
    static String names(int flags) {
        StringJoiner names = new StringJoiner("|");
        int rest = flags;
        rest = name(names, rest, IfTun.IFF_TUN, "TUN");
        rest = name(names, rest, IfTun.IFF_TAP, "TAP");
        rest = name(names, rest, IfTun.IFF_NAPI, "NAPI");
        rest = name(names, rest, IfTun.IFF_NAPI_FRAGS, "NAPI_FRAGS");
        rest = name(names, rest, IfTun.IFF_NO_CARRIER, "NO_CARRIER");
        rest = name(names, rest, IfTun.IFF_NO_PI, "NO_PI");
        rest = name(names, rest, IfTun.IFF_ONE_QUEUE, "ONE_QUEUE");
        rest = name(names, rest, IfTun.IFF_VNET_HDR, "VNET_HDR");
        rest = name(names, rest, IfTun.IFF_MULTI_QUEUE, "MULTI_QUEUE");
        rest = name(names, rest, IfTun.IFF_TUN_EXCL, "TUN_EXCL");
        if (rest != 0) {
            names.add("0x" + Integer.toHexString(rest));
        }
        return names.toString();
    }

    private static int name(StringJoiner names, int flags, int flag, String name) {
        if ((flags & flag) == 0) {
            return flags;
        }
        names.add(name);
        return flags & ~flag;
    }
}
