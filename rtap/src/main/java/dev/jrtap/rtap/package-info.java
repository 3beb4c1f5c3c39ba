// SPDX-License-Identifier: Apache-2.0
/**
 * A TAP network device driven through io_uring.
 *
 * <p>{@link dev.jrtap.rtap.Rtap} is the device. Packets move in bursts through a {@link dev.jrtap.rtap.QueuePair}, in
 * slots of a {@link dev.jrtap.rtap.PacketPool}, and are owned: {@code receive} fills a {@link dev.jrtap.rtap.Burst},
 * {@code send} takes what it accepts out of it, {@code release} returns the rest to the pool.
 *
 * <p>Uses: memory, syscall, ownership, uring, tuntap, netlink. Used by: samples.
 */
@NullMarked
package dev.jrtap.rtap;

import org.jspecify.annotations.NullMarked;
