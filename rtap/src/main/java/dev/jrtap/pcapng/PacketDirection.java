// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.pcapng;

/** The way a packet went through the interface that it was captured on: the two lowest bits of epb_flags. */
public enum PacketDirection {
    /** Not known; no flags are written. */
    UNKNOWN,
    INBOUND,
    OUTBOUND
}
