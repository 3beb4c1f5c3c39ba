// SPDX-License-Identifier: Apache-2.0
/**
 * {@code /dev/net/tun}: opening queues of a TAP device.
 *
 * <p>Uses: bindings, memory, syscall. Used by: rtap.
 */
package dev.jrtap.tuntap;
