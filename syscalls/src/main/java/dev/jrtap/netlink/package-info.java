// SPDX-License-Identifier: Apache-2.0
/**
 * rtnetlink: what {@code ip link} and {@code ip address} do.
 *
 * <p>Uses: bindings, memory, syscall. Used by: rtap.
 */
package dev.jrtap.netlink;
