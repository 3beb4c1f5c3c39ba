// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.net;

import dev.jrtap.address.IpAddress;
import dev.jrtap.bindings.In;
import dev.jrtap.bindings.In6;
import dev.jrtap.memory.Memory;
import java.net.Inet6Address;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * An IPv6 packet. Its payload, here, is what follows the extension headers: {@link #protocol},
 * {@link #payloadOffset} and {@link #payloadLength} walk over them.
 *
 * <p>An address is two {@code long}s, first byte highest.
 *
 * <p>Source: RFC 8200; RFC 4302 for the length of an authentication header.
 */
public final class Ipv6Packet {

    public static final int HEADER_LENGTH = 40;
    /** Protocols. */
    public static final int ICMPV6 = In6.IPPROTO_ICMPV6;

    public static final int TCP = In.IPPROTO_TCP;
    public static final int UDP = In.IPPROTO_UDP;

    private static final int VERSION_CLASS_FLOW = 0;
    private static final int PAYLOAD_LENGTH = VERSION_CLASS_FLOW + 4;
    private static final int NEXT_HEADER = PAYLOAD_LENGTH + 2;
    private static final int HOP_LIMIT = NEXT_HEADER + 1;
    private static final int SOURCE = HOP_LIMIT + 1;
    private static final int DESTINATION = SOURCE + 16;

    private static final int CLASS_SHIFT = 20;
    private static final int FLOW_LABEL = 0xfffff;
    private static final int ECN = 3;

    /**
     * Every extension header is a multiple of this, and has its length in its second byte, the first one not counted.
     */
    private static final int UNIT = 8;

    private static final int AUTHENTICATION_UNIT = 4;
    private static final int NOT_WALKED = -1;

    @SuppressWarnings("NullAway.Init") // by wrap, without which there is nothing to view
    private Memory memory;

    private int offset;
    private int length;
    private int extensions = NOT_WALKED;
    private int protocol;
    private boolean fragment;

    public Ipv6Packet wrap(Memory memory, int offset, int length) {
        this.memory = memory;
        this.offset = offset;
        this.length = length;
        this.extensions = NOT_WALKED;
        return this;
    }

    /** Returns whether the whole packet is there; padding of Ethernet may follow it. */
    public boolean isComplete() {
        return hasHeader() && HEADER_LENGTH + bodyLength() <= length;
    }

    /** Returns whether all headers are complete; for a packet whose payload continues in other segments. */
    public boolean hasHeader() {
        return length >= HEADER_LENGTH
                && memory.getU8(offset) >> 4 == 6
                && extensionLength() <= bodyLength()
                && HEADER_LENGTH + extensionLength() <= length;
    }

    /** Sets version 6, traffic class and flow label. */
    public Ipv6Packet version(int trafficClass, int flowLabel) {
        memory.putI32Be(offset + VERSION_CLASS_FLOW, 6 << 28 | trafficClass << CLASS_SHIFT | flowLabel & FLOW_LABEL);
        return this;
    }

    /** Differentiated services and congestion notification, 0..255. */
    public int trafficClass() {
        return memory.getI32Be(offset + VERSION_CLASS_FLOW) >>> CLASS_SHIFT & 0xff;
    }

    /** Explicit congestion notification, 0..3. */
    public int ecn() {
        return trafficClass() & ECN;
    }

    public int flowLabel() {
        return memory.getI32Be(offset + VERSION_CLASS_FLOW) & FLOW_LABEL;
    }

    /** Bytes after the first header, extension headers included: the field that RFC 8200 calls payload length. */
    public int bodyLength() {
        return memory.getU16Be(offset + PAYLOAD_LENGTH);
    }

    public Ipv6Packet bodyLength(int bytes) {
        memory.putI16Be(offset + PAYLOAD_LENGTH, bytes);
        return this;
    }

    /** Returns what follows the first header: an extension header, or a protocol. */
    public int nextHeader() {
        return memory.getU8(offset + NEXT_HEADER);
    }

    public Ipv6Packet nextHeader(int protocol) {
        memory.putI8(offset + NEXT_HEADER, protocol);
        extensions = NOT_WALKED;
        return this;
    }

    public int hopLimit() {
        return memory.getU8(offset + HOP_LIMIT);
    }

    public Ipv6Packet hopLimit(int hops) {
        memory.putI8(offset + HOP_LIMIT, hops);
        return this;
    }

    public long sourceHigh() {
        return memory.getI64Be(offset + SOURCE);
    }

    public long sourceLow() {
        return memory.getI64Be(offset + SOURCE + Long.BYTES);
    }

    public Ipv6Packet source(long high, long low) {
        memory.putI64Be(offset + SOURCE, high);
        memory.putI64Be(offset + SOURCE + Long.BYTES, low);
        return this;
    }

    public long destinationHigh() {
        return memory.getI64Be(offset + DESTINATION);
    }

    public long destinationLow() {
        return memory.getI64Be(offset + DESTINATION + Long.BYTES);
    }

    public Ipv6Packet destination(long high, long low) {
        memory.putI64Be(offset + DESTINATION, high);
        memory.putI64Be(offset + DESTINATION + Long.BYTES, low);
        return this;
    }

    /** Sends it back where it came from. Checksums over a pseudo-header are sums, and stay right. */
    public Ipv6Packet swapAddresses() {
        long high = sourceHigh();
        long low = sourceLow();
        return source(destinationHigh(), destinationLow()).destination(high, low);
    }

    /** Returns the protocol of the payload, which follows all extension headers. */
    public int protocol() {
        walk();
        return protocol;
    }

    /** Returns whether it is only a part of a larger packet. */
    public boolean isFragment() {
        walk();
        return fragment;
    }

    /** Bytes of the extension headers. */
    public int extensionLength() {
        walk();
        return extensions;
    }

    private void walk() {
        if (extensions != NOT_WALKED) {
            return;
        }
        int next = nextHeader();
        int at = 0;
        fragment = false;
        // One that is cut off is stepped over with the length that it must have at least: it is then too long for the
        // packet.
        while (isExtension(next)) {
            int header = offset + HEADER_LENGTH + at;
            boolean cut = HEADER_LENGTH + at + UNIT > length;
            if (cut) {
                at += UNIT;
                break;
            }
            boolean fragmented = next == In6.IPPROTO_FRAGMENT;
            fragment |= fragmented && (memory.getU16Be(header + 2) & 0xfff9) != 0;
            at += fragmented ? UNIT : extensionLength(next, memory.getU8(header + 1));
            next = memory.getU8(header);
        }
        protocol = next;
        extensions = at;
    }

    private static int extensionLength(int header, int field) {
        return header == In.IPPROTO_AH ? (field + 2) * AUTHENTICATION_UNIT : (field + 1) * UNIT;
    }

    private static boolean isExtension(int header) {
        return header == In6.IPPROTO_HOPOPTS
                || header == In6.IPPROTO_ROUTING
                || header == In6.IPPROTO_FRAGMENT
                || header == In6.IPPROTO_DSTOPTS
                || header == In6.IPPROTO_MH
                || header == In.IPPROTO_AH;
    }

    /** Returns the sum of the pseudo-header that checksums begin with, for {@code bytes} of the payload. */
    public int pseudoHeaderSum(int bytes) {
        int sum = InternetChecksum.sum(memory, offset + SOURCE, 32);
        sum = InternetChecksum.add(sum, bytes >>> 16);
        return InternetChecksum.add(InternetChecksum.add(sum, bytes & 0xffff), protocol());
    }

    public Memory memory() {
        return memory;
    }

    public int payloadOffset() {
        return offset + HEADER_LENGTH + extensionLength();
    }

    public int payloadLength() {
        return bodyLength() - extensionLength();
    }

    @Override
    public String toString() {
        return hasHeader()
                ? format(sourceHigh(), sourceLow()) + " > " + format(destinationHigh(), destinationLow()) + " protocol "
                        + protocol() + ", " + (HEADER_LENGTH + bodyLength()) + " bytes"
                : "no IPv6 packet, " + length + " bytes";
    }

    /** Returns an address as people write it (RFC 5952): {@code "fe80::1"}. */
    public static String format(long high, long low) {
        byte[] bytes =
                ByteBuffer.allocate(2 * Long.BYTES).putLong(high).putLong(low).array();
        try {
            // Of IPv6 even where it stands for one of IPv4.
            return IpAddress.format(Inet6Address.getByAddress(null, bytes, -1));
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
