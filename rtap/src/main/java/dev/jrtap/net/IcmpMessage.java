// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.net;

import dev.jrtap.bindings.Icmp;
import dev.jrtap.memory.Memory;

/**
 * An ICMP message for IPv4.
 *
 * <pre>
 *   0      1      2          4            6          8
 *   +------+------+----------+------------+----------+------
 *   | type | code | checksum | identifier | sequence | data      (echo)
 *   +------+------+----------+------------+----------+------
 * </pre>
 *
 * <p>Source: RFC 792.
 */
public final class IcmpMessage {

    public static final int HEADER_LENGTH = 8;
    public static final int ECHO_REPLY = Icmp.ICMP_ECHOREPLY;
    public static final int ECHO_REQUEST = Icmp.ICMP_ECHO;

    private static final int TYPE = 0;
    private static final int CODE = TYPE + 1;
    private static final int CHECKSUM = CODE + 1;
    private static final int IDENTIFIER = CHECKSUM + 2;
    private static final int SEQUENCE = IDENTIFIER + 2;

    @SuppressWarnings("NullAway.Init") // by wrap, without which there is nothing to view
    private Memory memory;

    private int offset;
    private int length;

    public IcmpMessage wrap(Memory memory, int offset, int length) {
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

    public IcmpMessage type(int type) {
        memory.putI8(offset + TYPE, type);
        return this;
    }

    public int code() {
        return memory.getU8(offset + CODE);
    }

    public IcmpMessage code(int code) {
        memory.putI8(offset + CODE, code);
        return this;
    }

    public int identifier() {
        return memory.getU16Be(offset + IDENTIFIER);
    }

    public IcmpMessage identifier(int identifier) {
        memory.putI16Be(offset + IDENTIFIER, identifier);
        return this;
    }

    public int sequence() {
        return memory.getU16Be(offset + SEQUENCE);
    }

    public IcmpMessage sequence(int sequence) {
        memory.putI16Be(offset + SEQUENCE, sequence);
        return this;
    }

    public int checksum() {
        return memory.getU16Be(offset + CHECKSUM);
    }

    public IcmpMessage checksum(int checksum) {
        memory.putI16Be(offset + CHECKSUM, checksum);
        return this;
    }

    public boolean hasValidChecksum() {
        return InternetChecksum.of(memory, offset, length) == 0;
    }

    /** Computes the checksum over the whole message. */
    public IcmpMessage updateChecksum() {
        return checksum(0).checksum(InternetChecksum.of(memory, offset, length));
    }

    /** Turns an echo request into its reply. The checksum is updated incrementally, so a wrong one stays wrong. */
    public IcmpMessage answer() {
        int corrected = InternetChecksum.replace16(checksum(), ECHO_REQUEST << 8, ECHO_REPLY << 8);
        type(ECHO_REPLY).checksum(corrected);
        // Of two zeros (RFC 1624, 3) the correction gives this one, and a message of nothing but zeros needs the other.
        if (corrected == 0 && InternetChecksum.sum(memory, offset, length) == 0) {
            checksum(0xffff);
        }
        return this;
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
                ? "ICMP type " + type() + " code " + code() + ", " + length + " bytes"
                : "truncated ICMP message of " + length + " bytes";
    }
}
