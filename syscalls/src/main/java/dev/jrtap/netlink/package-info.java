// SPDX-License-Identifier: Apache-2.0
/**
 * rtnetlink: the work of {@code ip link}, {@code ip address}, {@code ip route}, {@code ip neighbor} and {@code ip
 * monitor}.
 *
 * <p>Requests go through a {@link dev.jrtap.netlink.RouteSocket}; a {@link dev.jrtap.netlink.LinkMonitor} listens.
 *
 * <p>Uses: bindings, memory, syscall. Used by: rtap.
 */
@NullMarked
package dev.jrtap.netlink;

import org.jspecify.annotations.NullMarked;
