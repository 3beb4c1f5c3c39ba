// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.net;

import dev.jrtap.address.MacAddress;
import dev.jrtap.bindings.IfArp;
import dev.jrtap.bindings.IfEther;
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
    public static final int REQUEST = IfArp.ARPOP_REQUEST;
    public static final int REPLY = IfArp.ARPOP_REPLY;

    private static final int HARDWARE_TYPE = 0;
    private static final int PROTOCOL_TYPE = HARDWARE_TYPE + 2;
    private static final int HARDWARE_LENGTH = PROTOCOL_TYPE + 2;
    private static final int PROTOCOL_LENGTH = HARDWARE_LENGTH + 1;
    private static final int OPERATION = PROTOCOL_LENGTH + 1;
    private static final int SENDER_MAC = OPERATION + 2;
    private static final int SENDER_IP = SENDER_MAC + IfEther.ETH_ALEN;
    private static final int TARGET_MAC = SENDER_IP + 4;
    private static final int TARGET_IP = TARGET_MAC + IfEther.ETH_ALEN;

    private static final int ETHERNET = IfArp.ARPHRD_ETHER;

    @SuppressWarnings("NullAway.Init") // by wrap, without which there is nothing to view
    private Memory memory;

    private int offset;
    private int length;

    public ArpPacket wrap(Memory memory, int offset, int length) {
        this.memory = memory;
        this.offset = offset;
        this.length = length;
        return this;
    }

    /** Returns whether it is complete, and about IPv4 over Ethernet. */
    public boolean isComplete() {
        return length >= LENGTH
                && memory.getU16Be(offset + HARDWARE_TYPE) == ETHERNET
                && memory.getU16Be(offset + PROTOCOL_TYPE) == EthernetFrame.IPV4
                && memory.getU8(offset + HARDWARE_LENGTH) == 6
                && memory.getU8(offset + PROTOCOL_LENGTH) == 4;
    }

    /** Sets the fields for IPv4 over Ethernet. */
    public ArpPacket ipv4OverEthernet() {
        memory.putI16Be(offset + HARDWARE_TYPE, ETHERNET);
        memory.putI16Be(offset + PROTOCOL_TYPE, EthernetFrame.IPV4);
        memory.putI8(offset + HARDWARE_LENGTH, 6);
        memory.putI8(offset + PROTOCOL_LENGTH, 4);
        return this;
    }

    /** {@link #REQUEST} or {@link #REPLY}. */
    public int operation() {
        return memory.getU16Be(offset + OPERATION);
    }

    public ArpPacket operation(int operation) {
        memory.putI16Be(offset + OPERATION, operation);
        return this;
    }

    public long senderMac() {
        return EthernetFrame.getMac(memory, offset + SENDER_MAC);
    }

    public ArpPacket senderMac(long mac) {
        EthernetFrame.putMac(memory, offset + SENDER_MAC, mac);
        return this;
    }

    public int senderIp() {
        return memory.getI32Be(offset + SENDER_IP);
    }

    public ArpPacket senderIp(int address) {
        memory.putI32Be(offset + SENDER_IP, address);
        return this;
    }

    public long targetMac() {
        return EthernetFrame.getMac(memory, offset + TARGET_MAC);
    }

    public ArpPacket targetMac(long mac) {
        EthernetFrame.putMac(memory, offset + TARGET_MAC, mac);
        return this;
    }

    public int targetIp() {
        return memory.getI32Be(offset + TARGET_IP);
    }

    public ArpPacket targetIp(int address) {
        memory.putI32Be(offset + TARGET_IP, address);
        return this;
    }

    /** Turns a request into the reply that {@code mac} has the address asked for. */
    public ArpPacket answer(long mac) {
        int asked = targetIp();
        memory.copy(offset + TARGET_MAC, memory, offset + SENDER_MAC, 6 + 4);
        return senderMac(mac).senderIp(asked).operation(REPLY);
    }

    @Override
    public String toString() {
        return isComplete()
                ? (operation() == REQUEST ? "who has " : "reply to ") + Ipv4Packet.format(targetIp()) + ", from "
                        + Ipv4Packet.format(senderIp()) + " at " + MacAddress.format(senderMac())
                : "no ARP for IPv4, " + length + " bytes";
    }
}
