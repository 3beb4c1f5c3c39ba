// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.net;

import dev.jrtap.memory.Memory;

/**
 * ARP for IPv4 over Ethernet.
 *
 * <pre>
 *   0       2       4      5      6           8            14          18           24          28
 *   +-------+-------+------+------+-----------+------------+-----------+------------+-----------+
 *   | htype | ptype | hlen | plen | operation | sender MAC | sender IP | target MAC | target IP |
 *   +-------+-------+------+------+-----------+------------+-----------+------------+-----------+
 * </pre>
 *
 * <p>Source: RFC 826.
 */
public final class ArpPacket {

    public static final int LENGTH = 28;
    public static final int REQUEST = 1;
    public static final int REPLY = 2;

    private static final int HARDWARE_TYPE = 0;
    private static final int PROTOCOL_TYPE = HARDWARE_TYPE + 2;
    private static final int HARDWARE_LENGTH = PROTOCOL_TYPE + 2;
    private static final int PROTOCOL_LENGTH = HARDWARE_LENGTH + 1;
    private static final int OPERATION = PROTOCOL_LENGTH + 1;
    private static final int SENDER_MAC = OPERATION + 2;
    private static final int SENDER_IP = SENDER_MAC + 6;
    private static final int TARGET_MAC = SENDER_IP + 4;
    private static final int TARGET_IP = TARGET_MAC + 6;

    private static final int ETHERNET = 1;

    private Memory memory;
    private int offset;
    private int length;

    public ArpPacket wrap(Memory memory, int offset, int length) {
        this.memory = memory;
        this.offset = offset;
        this.length = length;
        return this;
    }

    /** Also {@code false} for ARP about anything other than IPv4 over Ethernet. */
    public boolean isComplete() {
        return length >= LENGTH
                && memory.getU16Be(offset + HARDWARE_TYPE) == ETHERNET
                && memory.getU16Be(offset + PROTOCOL_TYPE) == EthernetFrame.IPV4
                && memory.getU8(offset + HARDWARE_LENGTH) == 6
                && memory.getU8(offset + PROTOCOL_LENGTH) == 4;
    }

    public int operation() {
        return memory.getU16Be(offset + OPERATION);
    }

    public long senderMac() {
        return (long) memory.getU16Be(offset + SENDER_MAC) << 32
                | memory.getI32Be(offset + SENDER_MAC + 2) & 0xffff_ffffL;
    }

    public int senderIp() {
        return memory.getI32Be(offset + SENDER_IP);
    }

    public int targetIp() {
        return memory.getI32Be(offset + TARGET_IP);
    }

    /** Turns a request into the reply that {@code mac} has the address asked for. */
    public ArpPacket answer(long mac) {
        int asked = targetIp();
        memory.copy(offset + TARGET_MAC, memory, offset + SENDER_MAC, 6 + 4);
        memory.putI16Be(offset + SENDER_MAC, (int) (mac >>> 32));
        memory.putI32Be(offset + SENDER_MAC + 2, (int) mac);
        memory.putI32Be(offset + SENDER_IP, asked);
        memory.putI16Be(offset + OPERATION, REPLY);
        return this;
    }
}
