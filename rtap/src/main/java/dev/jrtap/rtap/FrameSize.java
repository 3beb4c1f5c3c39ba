// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.bindings.IfEther;
import dev.jrtap.net.VlanTag;
import dev.jrtap.tuntap.TunMode;
import dev.jrtap.tuntap.TunOffload;
import java.util.Set;

/** How long frames can be, by what a device carries. */
final class FrameSize {

    /** Bytes of the longest IP packet, and of the longest super-packet. */
    static final int MAX_IP_PACKET = 65535;

    /** Bytes that an Ethernet frame has beside its payload: the header and one 802.1Q tag. */
    static final int ETHERNET_OVERHEAD = IfEther.ETH_HLEN + VlanTag.LENGTH;

    private FrameSize() {}

    /** Bytes that a frame can have beside the MTU. */
    static int overhead(TunMode mode) {
        return mode == TunMode.TAP ? ETHERNET_OVERHEAD : 0;
    }

    /** Bytes that a frame has at least: its link-layer header. An IP packet has at least its version. */
    static int shortest(TunMode mode) {
        return mode == TunMode.TAP ? IfEther.ETH_HLEN : 1;
    }

    /** Bytes of the longest frame that can arrive: with segmentation left undone, as long as an IP packet can be. */
    static int longest(TunMode mode, int mtu, Set<TunOffload> offloads) {
        boolean whole = offloads.contains(TunOffload.TSO) || offloads.contains(TunOffload.USO);
        return (whole ? MAX_IP_PACKET : mtu) + overhead(mode);
    }

    /**
     * Returns the largest MTU that the kernel takes (tun_net_initialize): the Ethernet header counts, if there is one.
     */
    static int maxMtu(TunMode mode) {
        return mode == TunMode.TAP ? IfEther.ETH_MAX_MTU - IfEther.ETH_HLEN : IfEther.ETH_MAX_MTU;
    }
}
