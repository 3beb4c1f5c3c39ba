// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.net;

import dev.jrtap.bindings.In;
import dev.jrtap.bindings.NetinetIp;
import dev.jrtap.memory.Memory;

/**
 * An IPv4 packet, options included.
 *
 * <p>Source: RFC 791; RFC 2474 and RFC 3168 for the second byte.
 */
public final class Ipv4Packet {

    public static final int MIN_HEADER_LENGTH = 20;
    public static final int MAX_HEADER_LENGTH = 60;
    /** Protocols. */
    public static final int ICMP = In.IPPROTO_ICMP;

    public static final int TCP = In.IPPROTO_TCP;
    public static final int UDP = In.IPPROTO_UDP;

    private static final int VERSION_AND_LENGTH = 0;
    private static final int TRAFFIC_CLASS = VERSION_AND_LENGTH + 1;
    private static final int TOTAL_LENGTH = TRAFFIC_CLASS + 1;
    private static final int IDENTIFICATION = TOTAL_LENGTH + 2;
    private static final int FRAGMENT = IDENTIFICATION + 2;
    private static final int TTL = FRAGMENT + 2;
    private static final int PROTOCOL = TTL + 1;
    private static final int CHECKSUM = PROTOCOL + 1;
    private static final int SOURCE = CHECKSUM + 2;
    private static final int DESTINATION = SOURCE + 4;
    private static final int OPTIONS = DESTINATION + 4;

    private static final int DONT_FRAGMENT = NetinetIp.IP_DF;
    private static final int MORE_FRAGMENTS = NetinetIp.IP_MF;
    private static final int FRAGMENT_OFFSET = NetinetIp.IP_OFFMASK;
    private static final int ECN = 3;

    @SuppressWarnings("NullAway.Init") // by wrap, without which there is nothing to view
    private Memory memory;

    private int offset;
    private int length;

    public Ipv4Packet wrap(Memory memory, int offset, int length) {
        this.memory = memory;
        this.offset = offset;
        this.length = length;
        return this;
    }

    /** Returns whether the whole packet is there; padding of Ethernet may follow it. */
    public boolean isComplete() {
        return hasHeader() && totalLength() <= length;
    }

    /** Returns whether the header is complete; for a packet whose payload continues in other segments. */
    public boolean hasHeader() {
        return length >= MIN_HEADER_LENGTH
                && memory.getU8(offset + VERSION_AND_LENGTH) >> 4 == 4
                && headerLength() >= MIN_HEADER_LENGTH
                && headerLength() <= length
                && totalLength() >= headerLength();
    }

    /** Bytes, 20..60. */
    public int headerLength() {
        return (memory.getU8(offset + VERSION_AND_LENGTH) & 0xf) * 4;
    }

    /** Sets version 4 and the bytes of the header, a multiple of 4. */
    public Ipv4Packet headerLength(int bytes) {
        memory.putI8(offset + VERSION_AND_LENGTH, 4 << 4 | bytes / 4);
        return this;
    }

    /** Differentiated services code point, 0..63. */
    public int dscp() {
        return memory.getU8(offset + TRAFFIC_CLASS) >>> 2;
    }

    public Ipv4Packet dscp(int dscp) {
        memory.putI8(offset + TRAFFIC_CLASS, dscp << 2 | ecn());
        return this;
    }

    /** Explicit congestion notification, 0..3. */
    public int ecn() {
        return memory.getU8(offset + TRAFFIC_CLASS) & ECN;
    }

    public Ipv4Packet ecn(int ecn) {
        memory.putI8(offset + TRAFFIC_CLASS, dscp() << 2 | ecn & ECN);
        return this;
    }

    /** Bytes of the packet, header included. */
    public int totalLength() {
        return memory.getU16Be(offset + TOTAL_LENGTH);
    }

    public Ipv4Packet totalLength(int bytes) {
        memory.putI16Be(offset + TOTAL_LENGTH, bytes);
        return this;
    }

    public int identification() {
        return memory.getU16Be(offset + IDENTIFICATION);
    }

    public Ipv4Packet identification(int identification) {
        memory.putI16Be(offset + IDENTIFICATION, identification);
        return this;
    }

    /** Returns whether it is only a part of a larger packet. */
    public boolean isFragment() {
        return (memory.getU16Be(offset + FRAGMENT) & (MORE_FRAGMENTS | FRAGMENT_OFFSET)) != 0;
    }

    public boolean isDontFragment() {
        return (memory.getU16Be(offset + FRAGMENT) & DONT_FRAGMENT) != 0;
    }

    /** Makes it a whole packet, which may or may not be fragmented on its way. */
    public Ipv4Packet dontFragment(boolean dont) {
        memory.putI16Be(offset + FRAGMENT, dont ? DONT_FRAGMENT : 0);
        return this;
    }

    public int ttl() {
        return memory.getU8(offset + TTL);
    }

    public Ipv4Packet ttl(int ttl) {
        memory.putI8(offset + TTL, ttl);
        return this;
    }

    public int protocol() {
        return memory.getU8(offset + PROTOCOL);
    }

    public Ipv4Packet protocol(int protocol) {
        memory.putI8(offset + PROTOCOL, protocol);
        return this;
    }

    /** Returns the checksum of the header. */
    public int checksum() {
        return memory.getU16Be(offset + CHECKSUM);
    }

    public Ipv4Packet checksum(int checksum) {
        memory.putI16Be(offset + CHECKSUM, checksum);
        return this;
    }

    public boolean hasValidChecksum() {
        return InternetChecksum.of(memory, offset, headerLength()) == 0;
    }

    /** Computes the checksum of the header. */
    public Ipv4Packet updateChecksum() {
        return checksum(0).checksum(InternetChecksum.of(memory, offset, headerLength()));
    }

    public int source() {
        return memory.getI32Be(offset + SOURCE);
    }

    public Ipv4Packet source(int address) {
        memory.putI32Be(offset + SOURCE, address);
        return this;
    }

    public int destination() {
        return memory.getI32Be(offset + DESTINATION);
    }

    public Ipv4Packet destination(int address) {
        memory.putI32Be(offset + DESTINATION, address);
        return this;
    }

    /** Sends it back where it came from. The header checksum is a sum, and stays right. */
    public Ipv4Packet swapAddresses() {
        int source = source();
        return source(destination()).destination(source);
    }

    /** One hop less; the checksum is updated incrementally. */
    public Ipv4Packet decrementTtl() {
        int before = memory.getU16Be(offset + TTL);
        checksum(InternetChecksum.replace16(checksum(), before, before - 0x100));
        return ttl((before >>> 8) - 1);
    }

    /**
     * Returns the sum of the pseudo-header that UDP and TCP checksums begin with, for {@code bytes} of their header and
     * payload.
     */
    public int pseudoHeaderSum(int bytes) {
        int addresses = InternetChecksum.sum(memory, offset + SOURCE, 8);
        return InternetChecksum.add(InternetChecksum.add(addresses, protocol()), bytes & 0xffff);
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
        return totalLength() - headerLength();
    }

    /** {@code "10.42.0.1"} for 0x0a2a0001. */
    public static String format(int address) {
        return (address >>> 24) + "." + (address >>> 16 & 0xff) + "." + (address >>> 8 & 0xff) + "." + (address & 0xff);
    }

    @Override
    public String toString() {
        return hasHeader()
                ? format(source()) + " > " + format(destination()) + " protocol " + protocol() + ", " + totalLength()
                        + " bytes"
                : "no IPv4 packet, " + length + " bytes";
    }
}
