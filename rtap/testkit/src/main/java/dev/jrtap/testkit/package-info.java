// SPDX-License-Identifier: Apache-2.0
/**
 * Bad networks for tests in one JVM: hosts, each with the kernel's network stack, and links that delay, lose, reorder,
 * duplicate, corrupt and cut packets.
 *
 * <p>Begin with {@link dev.jrtap.testkit.Network}, or with {@link dev.jrtap.testkit.BadNetwork} in a JUnit test.
 *
 * <p>Uses: memory, address, syscall, netlink, tuntap, net, pcapng, rtap.
 */
@NullMarked
package dev.jrtap.testkit;

import org.jspecify.annotations.NullMarked;
