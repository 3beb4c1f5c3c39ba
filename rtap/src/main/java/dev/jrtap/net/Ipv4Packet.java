// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.net;

import dev.jrtap.memory.Memory;

/**
 * An IPv4 packet, options included.
 *
 * <p>Source: RFC 791.
 */
public final class Ipv4Packet {

    public static final int MIN_HEADER_LENGTH = 20;
    /** Protocols, as in {@code linux/in.h}. */
    public static final int ICMP = 1;

    private static final int VERSION_AND_LENGTH = 0;
    private static final int TOTAL_LENGTH = 2;
    private static final int FRAGMENT = 6;
    private static final int PROTOCOL = 9;
    private static final int SOURCE = 12;
    private static final int DESTINATION = 16;

    private static final int MORE_FRAGMENTS_OR_OFFSET = 0x3fff;

    private Memory memory;
    private int offset;
    private int length;

    public Ipv4Packet wrap(Memory memory, int offset, int length) {
        this.memory = memory;
        this.offset = offset;
        this.length = length;
        return this;
    }

    /** What Ethernet pads behind the packet is no part of it, and does not disturb. */
    public boolean isComplete() {
        return length >= MIN_HEADER_LENGTH
                && memory.getU8(offset + VERSION_AND_LENGTH) >> 4 == 4
                && headerLength() >= MIN_HEADER_LENGTH
                && totalLength() >= headerLength()
                && totalLength() <= length;
    }

    public int headerLength() {
        return (memory.getU8(offset + VERSION_AND_LENGTH) & 0xf) * 4;
    }

    public int totalLength() {
        return memory.getU16Be(offset + TOTAL_LENGTH);
    }

    /** Whether it is only a part of a larger packet. */
    public boolean isFragment() {
        return (memory.getU16Be(offset + FRAGMENT) & MORE_FRAGMENTS_OR_OFFSET) != 0;
    }

    public int protocol() {
        return memory.getU8(offset + PROTOCOL);
    }

    public int source() {
        return memory.getI32Be(offset + SOURCE);
    }

    public int destination() {
        return memory.getI32Be(offset + DESTINATION);
    }

    /** Sends it back where it came from. The header checksum is a sum, and stays right. */
    public Ipv4Packet swapAddresses() {
        int source = source();
        memory.putI32Be(offset + SOURCE, destination());
        memory.putI32Be(offset + DESTINATION, source);
        return this;
    }

    public Memory memory() {
        return memory;
    }

    public int payloadOffset() {
        return offset + headerLength();
    }

    public int payloadLength() {
        return totalLength() - headerLength();
    }
}
