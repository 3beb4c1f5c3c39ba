// SPDX-License-Identifier: Apache-2.0
/**
 * {@code /dev/net/tun}: opening and adopting queues of a TAP or TUN device.
 *
 * <p>Uses: bindings, memory, syscall. Used by: rtap.
 */
@NullMarked
package dev.jrtap.tuntap;

import org.jspecify.annotations.NullMarked;
