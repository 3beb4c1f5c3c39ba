// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.tuntap;

import dev.jrtap.address.InterfaceName;

/**
 * What a queue shall be.
 *
 * @param name of the device, or a pattern with {@code %d} that the kernel numbers; 1 to 15 bytes
 * @param mode what the device carries
 * @param napi whether IFF_NAPI is asked for where the kernel offers it
 */
public record TapRequest(String name, TunMode mode, boolean napi) {

    public TapRequest {
        InterfaceName.parse(name);
    }
}
