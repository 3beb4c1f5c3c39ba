// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.tuntap;

import dev.jrtap.address.InterfaceName;
import java.util.Objects;

/**
 * The properties of a queue that is to be opened.
 *
 * @param name of the device, or a pattern with {@code %d} that the kernel numbers; 1 to 15 bytes
 * @param mode the kind of packets that the device carries
 * @param napi whether IFF_NAPI is asked for where the kernel offers it
 * @param exclusive whether IFF_TUN_EXCL is asked for: a device that exists is refused, and nobody else can attach to
 *     this one
 */
public record TapRequest(String name, TunMode mode, boolean napi, boolean exclusive) {

    /** A queue of a device that may exist. */
    public TapRequest(String name, TunMode mode, boolean napi) {
        this(name, mode, napi, false);
    }

    public TapRequest {
        InterfaceName.parse(name);
        Objects.requireNonNull(mode, "mode");
    }
}
