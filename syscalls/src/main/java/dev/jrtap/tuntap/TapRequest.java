// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.tuntap;

import dev.jrtap.bindings.If;
import java.nio.charset.StandardCharsets;

/**
 * What a queue shall be.
 *
 * @param name of the device, or a pattern with {@code %d} that the kernel numbers; 1 to 15 bytes
 * @param mode what the device carries
 * @param napi whether IFF_NAPI is asked for where the kernel offers it
 */
public record TapRequest(String name, TunMode mode, boolean napi) {

    public TapRequest {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes >= If.IFNAMSIZ) {
            throw new IllegalArgumentException(
                    "an interface name has 1.." + (If.IFNAMSIZ - 1) + " bytes, and \"" + name + "\" has " + bytes);
        }
        if (name.equals(".") || name.equals("..") || name.matches(".*[/:\\s].*")) {
            throw new IllegalArgumentException("no interface name: \"" + name + "\"");
        }
    }
}
