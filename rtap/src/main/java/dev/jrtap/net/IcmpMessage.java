// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.net;

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
    public static final int ECHO_REPLY = 0;
    public static final int ECHO_REQUEST = 8;

    private static final int TYPE = 0;
    private static final int CHECKSUM = 2;
    private static final int IDENTIFIER = 4;
    private static final int SEQUENCE = 6;

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

    /** Computes the checksum over the whole message. */
    public IcmpMessage updateChecksum() {
        memory.putI16Be(offset + CHECKSUM, 0);
        memory.putI16Be(offset + CHECKSUM, InternetChecksum.of(memory, offset, length));
        return this;
    }

    /**
     * Turns an echo request into its reply. The checksum is corrected by what changes: one word falls from 0x0800 to 0, so the
     * sum's complement grows by as much (RFC 1624).
     */
    public IcmpMessage answer() {
        int sum = checksum() + (ECHO_REQUEST << 8);
        memory.putI16Be(offset + CHECKSUM, (sum & 0xffff) + (sum >>> 16));
        return type(ECHO_REPLY);
    }
}
