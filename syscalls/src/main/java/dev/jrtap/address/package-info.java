// SPDX-License-Identifier: Apache-2.0
/**
 * Interface names, MAC addresses, IP addresses and prefixes: one way each to read and to write them, and one place that
 * knows what is allowed.
 *
 * <p>Uses: nothing. Used by: tuntap, netlink, net, rtap.
 */
@NullMarked
package dev.jrtap.address;

import org.jspecify.annotations.NullMarked;
