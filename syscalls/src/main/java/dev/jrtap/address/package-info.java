// SPDX-License-Identifier: Apache-2.0
/**
 * Interface names, MAC addresses, IP addresses and prefixes: parsed, checked and printed.
 *
 * <p>Uses: nothing. Used by: tuntap, netlink, net, rtap.
 */
@NullMarked
package dev.jrtap.address;

import org.jspecify.annotations.NullMarked;
