// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.netlink;

import dev.jrtap.bindings.If;

/**
 * A network interface, as it was when asked.
 *
 * @param ifIndex its identity; the name can change
 * @param mtu bytes of IP packet, as {@code ip link} counts
 * @param flags {@code IFF_*}
 * @param macAddress 48 bits, first byte highest; 0 for a device without one
 */
public record Link(int ifIndex, String name, int mtu, int flags, long macAddress) {

    /** Whether it is administratively up and the driver sees a carrier. */
    public boolean isUp() {
        int up = If.IFF_UP | If.IFF_RUNNING;
        return (flags & up) == up;
    }
}
