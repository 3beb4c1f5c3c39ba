// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.net;

import dev.jrtap.memory.Memory;

/**
 * A UDP datagram.
 *
 * <pre>
 *   0             2                  4        6          8
 *   +-------------+------------------+--------+----------+---------
 *   | source port | destination port | length | checksum | payload
 *   +-------------+------------------+--------+----------+---------
 * </pre>
 *
 * <p>Source: RFC 768.
 */
public final class UdpDatagram {

    public static final int HEADER_LENGTH = 8;
    /** Where the checksum is, from the first byte on. */
    public static final int CHECKSUM_OFFSET = 6;

    private static final int SOURCE_PORT = 0;
    private static final int DESTINATION_PORT = SOURCE_PORT + 2;
    private static final int LENGTH = DESTINATION_PORT + 2;
    private static final int CHECKSUM = LENGTH + 2;

    @SuppressWarnings("NullAway.Init") // by wrap, without which there is nothing to view
    private Memory memory;

    private int offset;
    private int length;

    public UdpDatagram wrap(Memory memory, int offset, int length) {
        this.memory = memory;
        this.offset = offset;
        this.length = length;
        return this;
    }

    public boolean isComplete() {
        return hasHeader() && datagramLength() >= HEADER_LENGTH && datagramLength() <= length;
    }

    /** Returns whether the header is complete; for a datagram whose payload continues in other segments. */
    public boolean hasHeader() {
        return length >= HEADER_LENGTH;
    }

    public int sourcePort() {
        return memory.getU16Be(offset + SOURCE_PORT);
    }

    public UdpDatagram sourcePort(int port) {
        memory.putI16Be(offset + SOURCE_PORT, port);
        return this;
    }

    public int destinationPort() {
        return memory.getU16Be(offset + DESTINATION_PORT);
    }

    public UdpDatagram destinationPort(int port) {
        memory.putI16Be(offset + DESTINATION_PORT, port);
        return this;
    }

    /** Sends it back where it came from. */
    public UdpDatagram swapPorts() {
        int source = sourcePort();
        return sourcePort(destinationPort()).destinationPort(source);
    }

    /** Bytes of the datagram, header included. */
    public int datagramLength() {
        return memory.getU16Be(offset + LENGTH);
    }

    public UdpDatagram datagramLength(int bytes) {
        memory.putI16Be(offset + LENGTH, bytes);
        return this;
    }

    /** 0: there is none. */
    public int checksum() {
        return memory.getU16Be(offset + CHECKSUM);
    }

    public UdpDatagram checksum(int checksum) {
        memory.putI16Be(offset + CHECKSUM, checksum);
        return this;
    }

    /**
     * Returns whether the checksum is right; {@code pseudoHeader} is that of the packet around it, see {@link
     * Ipv4Packet#pseudoHeaderSum}.
     */
    public boolean hasValidChecksum(int pseudoHeader) {
        return InternetChecksum.add(InternetChecksum.sum(memory, offset, datagramLength()), pseudoHeader) == 0xffff;
    }

    /** Computes the checksum over the datagram and {@code pseudoHeader}. */
    public UdpDatagram updateChecksum(int pseudoHeader) {
        checksum(0);
        int sum = InternetChecksum.add(InternetChecksum.sum(memory, offset, datagramLength()), pseudoHeader);
        // A checksum of 0 would say that there is none; its other form adds up to the same.
        return checksum(sum == 0xffff ? 0xffff : ~sum);
    }

    public Memory memory() {
        return memory;
    }

    public int payloadOffset() {
        return offset + HEADER_LENGTH;
    }

    public int payloadLength() {
        return datagramLength() - HEADER_LENGTH;
    }

    @Override
    public String toString() {
        return hasHeader()
                ? "UDP " + sourcePort() + " > " + destinationPort() + ", " + datagramLength() + " bytes"
                : "truncated UDP datagram of " + length + " bytes";
    }
}
