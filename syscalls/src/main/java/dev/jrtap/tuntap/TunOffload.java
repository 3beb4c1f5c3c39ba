// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.tuntap;

import dev.jrtap.bindings.IfTun;
import java.util.Set;

/**
 * Work that the kernel may leave undone in received packets. A kernel that leaves it undone for a reader also does it
 * for a writer.
 *
 * <p>Source: linux/if_tun.h, TUN_F_*.
 */
public enum TunOffload {
    /** Checksums of TCP and UDP. */
    CHECKSUM(IfTun.TUN_F_CSUM),
    /** Cutting TCP streams into segments, over IPv4 and IPv6: packets of up to 64 KiB arrive. */
    TSO(IfTun.TUN_F_TSO4 | IfTun.TUN_F_TSO6),
    /** Cutting TCP streams that signal congestion (RFC 3168). */
    TSO_ECN(IfTun.TUN_F_TSO_ECN),
    /** Cutting UDP super-packets into datagrams. Since Linux 6.2. */
    USO(IfTun.TUN_F_USO4 | IfTun.TUN_F_USO6);

    private final int bits;

    TunOffload(int bits) {
        this.bits = bits;
    }

    static int bits(Set<TunOffload> offloads) {
        int bits = 0;
        for (TunOffload offload : offloads) {
            bits |= offload.bits;
        }
        return bits;
    }
}
