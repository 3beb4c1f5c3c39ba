// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.net;

import dev.jrtap.bindings.Icmpv6;
import dev.jrtap.memory.Memory;

/**
 * An ICMP message for IPv6, whose checksum covers a pseudo-header too.
 *
 * <pre>
 *   0      1      2          4            6          8
 *   +------+------+----------+------------+----------+------
 *   | type | code | checksum | identifier | sequence | data      (echo)
 *   +------+------+----------+------------+----------+------
 * </pre>
 *
 * <p>Source: RFC 4443.
 */
public final class Icmpv6Message {

    public static final int HEADER_LENGTH = 8;
    public static final int ECHO_REQUEST = Icmpv6.ICMPV6_ECHO_REQUEST;
    public static final int ECHO_REPLY = Icmpv6.ICMPV6_ECHO_REPLY;

    private static final int TYPE = 0;
    private static final int CODE = TYPE + 1;
    private static final int CHECKSUM = CODE + 1;
    private static final int IDENTIFIER = CHECKSUM + 2;
    private static final int SEQUENCE = IDENTIFIER + 2;

    @SuppressWarnings("NullAway.Init") // by wrap, without which there is nothing to view
    private Memory memory;

    private int offset;
    private int length;

    public Icmpv6Message wrap(Memory memory, int offset, int length) {
        this.memory = memory;
        this.offset = offset;
        this.length = length;
        return this;
    }

    public boolean isComplete() {
        return length >= HEADER_LENGTH;
    }

    public int type() {
        return memory.getU8(offset + TYPE);
    }

    public Icmpv6Message type(int type) {
        memory.putI8(offset + TYPE, type);
        return this;
    }

    public int code() {
        return memory.getU8(offset + CODE);
    }

    public Icmpv6Message code(int code) {
        memory.putI8(offset + CODE, code);
        return this;
    }

    public int identifier() {
        return memory.getU16Be(offset + IDENTIFIER);
    }

    public Icmpv6Message identifier(int identifier) {
        memory.putI16Be(offset + IDENTIFIER, identifier);
        return this;
    }

    public int sequence() {
        return memory.getU16Be(offset + SEQUENCE);
    }

    public Icmpv6Message sequence(int sequence) {
        memory.putI16Be(offset + SEQUENCE, sequence);
        return this;
    }

    public int checksum() {
        return memory.getU16Be(offset + CHECKSUM);
    }

    public Icmpv6Message checksum(int checksum) {
        memory.putI16Be(offset + CHECKSUM, checksum);
        return this;
    }

    /** Returns whether the checksum is right; {@code pseudoHeader} is {@link Ipv6Packet#pseudoHeaderSum}. */
    public boolean hasValidChecksum(int pseudoHeader) {
        return InternetChecksum.add(InternetChecksum.sum(memory, offset, length), pseudoHeader) == 0xffff;
    }

    /** Computes the checksum over the whole message and {@code pseudoHeader}. */
    public Icmpv6Message updateChecksum(int pseudoHeader) {
        checksum(0);
        return checksum(~InternetChecksum.add(InternetChecksum.sum(memory, offset, length), pseudoHeader));
    }

    /** Turns an echo request into its reply. The checksum is updated incrementally. */
    public Icmpv6Message answer() {
        return checksum(InternetChecksum.replace16(checksum(), ECHO_REQUEST << 8, ECHO_REPLY << 8))
                .type(ECHO_REPLY);
    }

    public int payloadOffset() {
        return offset + HEADER_LENGTH;
    }

    public int payloadLength() {
        return length - HEADER_LENGTH;
    }

    @Override
    public String toString() {
        return isComplete()
                ? "ICMPv6 type " + type() + " code " + code() + ", " + length + " bytes"
                : "truncated ICMPv6 message of " + length + " bytes";
    }
}
