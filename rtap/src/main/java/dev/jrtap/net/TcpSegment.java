// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.net;

import dev.jrtap.memory.Memory;

/**
 * A TCP segment, options included. Its length is that of the wrapped memory: a TCP header has none.
 *
 * <p>Source: RFC 9293; RFC 3168 for two of the flags.
 */
public final class TcpSegment {

    public static final int MIN_HEADER_LENGTH = 20;
    public static final int MAX_HEADER_LENGTH = 60;
    /** Where the checksum is, from the first byte on. */
    public static final int CHECKSUM_OFFSET = 16;
    /** Flags. */
    public static final int FIN = 1;

    public static final int SYN = 1 << 1;
    public static final int RST = 1 << 2;
    public static final int PSH = 1 << 3;
    public static final int ACK = 1 << 4;
    public static final int URG = 1 << 5;
    public static final int ECE = 1 << 6;
    public static final int CWR = 1 << 7;

    private static final int SOURCE_PORT = 0;
    private static final int DESTINATION_PORT = SOURCE_PORT + 2;
    private static final int SEQUENCE = DESTINATION_PORT + 2;
    private static final int ACKNOWLEDGMENT = SEQUENCE + 4;
    private static final int DATA_OFFSET = ACKNOWLEDGMENT + 4;
    private static final int FLAGS = DATA_OFFSET + 1;
    private static final int WINDOW = FLAGS + 1;
    private static final int CHECKSUM = WINDOW + 2;
    private static final int URGENT = CHECKSUM + 2;
    private static final int OPTIONS = URGENT + 2;

    @SuppressWarnings("NullAway.Init") // by wrap, without which there is nothing to view
    private Memory memory;

    private int offset;
    private int length;

    public TcpSegment wrap(Memory memory, int offset, int length) {
        this.memory = memory;
        this.offset = offset;
        this.length = length;
        return this;
    }

    public boolean isComplete() {
        return length >= MIN_HEADER_LENGTH && headerLength() >= MIN_HEADER_LENGTH && headerLength() <= length;
    }

    public int sourcePort() {
        return memory.getU16Be(offset + SOURCE_PORT);
    }

    public TcpSegment sourcePort(int port) {
        memory.putI16Be(offset + SOURCE_PORT, port);
        return this;
    }

    public int destinationPort() {
        return memory.getU16Be(offset + DESTINATION_PORT);
    }

    public TcpSegment destinationPort(int port) {
        memory.putI16Be(offset + DESTINATION_PORT, port);
        return this;
    }

    public int sequence() {
        return memory.getI32Be(offset + SEQUENCE);
    }

    public TcpSegment sequence(int sequence) {
        memory.putI32Be(offset + SEQUENCE, sequence);
        return this;
    }

    public int acknowledgment() {
        return memory.getI32Be(offset + ACKNOWLEDGMENT);
    }

    public TcpSegment acknowledgment(int acknowledgment) {
        memory.putI32Be(offset + ACKNOWLEDGMENT, acknowledgment);
        return this;
    }

    /** Bytes, 20..60. */
    public int headerLength() {
        return (memory.getU8(offset + DATA_OFFSET) >>> 4) * 4;
    }

    /** Sets the bytes of the header, a multiple of 4. */
    public TcpSegment headerLength(int bytes) {
        memory.putI8(offset + DATA_OFFSET, bytes / 4 << 4);
        return this;
    }

    /** {@link #FIN} and its like. */
    public int flags() {
        return memory.getU8(offset + FLAGS);
    }

    public TcpSegment flags(int flags) {
        memory.putI8(offset + FLAGS, flags);
        return this;
    }

    public int window() {
        return memory.getU16Be(offset + WINDOW);
    }

    public TcpSegment window(int window) {
        memory.putI16Be(offset + WINDOW, window);
        return this;
    }

    public int checksum() {
        return memory.getU16Be(offset + CHECKSUM);
    }

    public TcpSegment checksum(int checksum) {
        memory.putI16Be(offset + CHECKSUM, checksum);
        return this;
    }

    public int urgentPointer() {
        return memory.getU16Be(offset + URGENT);
    }

    public TcpSegment urgentPointer(int pointer) {
        memory.putI16Be(offset + URGENT, pointer);
        return this;
    }

    /**
     * Returns whether the checksum is right; {@code pseudoHeader} is that of the packet around it, see {@link
     * Ipv4Packet#pseudoHeaderSum}.
     */
    public boolean hasValidChecksum(int pseudoHeader) {
        return InternetChecksum.add(InternetChecksum.sum(memory, offset, length), pseudoHeader) == 0xffff;
    }

    /** Computes the checksum over the segment and {@code pseudoHeader}. */
    public TcpSegment updateChecksum(int pseudoHeader) {
        checksum(0);
        return checksum(~InternetChecksum.add(InternetChecksum.sum(memory, offset, length), pseudoHeader));
    }

    /** Returns where options begin; {@link #headerLength} minus {@value #MIN_HEADER_LENGTH} bytes of them. */
    public int optionsOffset() {
        return offset + OPTIONS;
    }

    public Memory memory() {
        return memory;
    }

    public int payloadOffset() {
        return offset + headerLength();
    }

    public int payloadLength() {
        return length - headerLength();
    }

    @Override
    public String toString() {
        return isComplete()
                ? "TCP " + sourcePort() + " > " + destinationPort() + " seq " + Integer.toUnsignedString(sequence())
                        + " flags 0x" + Integer.toHexString(flags()) + ", " + length + " bytes"
                : "truncated TCP segment of " + length + " bytes";
    }
}
