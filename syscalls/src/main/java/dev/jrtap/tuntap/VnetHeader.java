// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.tuntap;

import dev.jrtap.bindings.VirtioNet;
import dev.jrtap.bindings.VirtioNetHdr;
import dev.jrtap.memory.Memory;

/**
 * The struct virtio_net_hdr before a frame: the work that is left to be done. On a received frame it tells what the
 * kernel has left undone, on a sent frame what the kernel must do.
 *
 * <pre>
 *   0       1          2               4          6            8             10
 *   +-------+----------+---------------+----------+------------+-------------+--------
 *   | flags | GSO type | header length | GSO size | csum start | csum offset | frame
 *   +-------+----------+---------------+----------+------------+-------------+--------
 * </pre>
 *
 * <p>In the machine's byte order: TUNSETVNETLE and its opposite are never set. Positions count from the first byte of
 * the frame.
 *
 * <p>Source: linux/virtio_net.h; virtio specification 1.2, 5.1.6.
 */
public final class VnetHeader {

    /** Bytes. */
    public static final int LENGTH = VirtioNetHdr.SIZEOF;

    /** GSO types: none, or the way of cutting the payload. */
    public static final int GSO_NONE = VirtioNet.VIRTIO_NET_HDR_GSO_NONE;

    public static final int GSO_TCPV4 = VirtioNet.VIRTIO_NET_HDR_GSO_TCPV4;
    public static final int GSO_TCPV6 = VirtioNet.VIRTIO_NET_HDR_GSO_TCPV6;
    /** UDP datagrams of equal size. */
    public static final int GSO_UDP = VirtioNet.VIRTIO_NET_HDR_GSO_UDP_L4;

    private static final int ECN = VirtioNet.VIRTIO_NET_HDR_GSO_ECN;
    private static final int MOST_BYTES = 0xffff;
    private static final int NEEDS_CHECKSUM = VirtioNet.VIRTIO_NET_HDR_F_NEEDS_CSUM;
    private static final int DATA_VALID = VirtioNet.VIRTIO_NET_HDR_F_DATA_VALID;

    @SuppressWarnings("NullAway.Init") // by wrap, without which there is nothing to view
    private Memory memory;

    private int offset;

    /**
     * Views the header at {@code offset}, right before its frame. Checks nothing, since that is done for each packet:
     * an access outside {@code memory} is an {@link IndexOutOfBoundsException}, and {@link #fits} compares the header
     * with the frame.
     */
    public VnetHeader wrap(Memory memory, int offset) {
        this.memory = memory;
        this.offset = offset;
        return this;
    }

    /** Clears it: nothing is left to be done. */
    public VnetHeader clear() {
        clear(memory, offset);
        return this;
    }

    /** Clears a header without a view. */
    public static void clear(Memory memory, int offset) {
        memory.putI64(offset, 0);
        memory.putI16(offset + Long.BYTES, 0);
    }

    /** Returns whether it is all zero, which is the usual case, in one comparison. */
    public static boolean isClear(Memory memory, int offset) {
        return (memory.getI64(offset) | memory.getU16(offset + Long.BYTES)) == 0;
    }

    /**
     * Returns whether the checksum at {@link #checksumStart} + {@link #checksumOffset} holds only the sum of the
     * pseudo-header.
     */
    public boolean needsChecksum() {
        return (memory.getU8(offset + VirtioNetHdr.FLAGS) & NEEDS_CHECKSUM) != 0;
    }

    /** Returns whether the checksum has been verified. Only on a frame from the kernel. */
    public boolean isValid() {
        return (memory.getU8(offset + VirtioNetHdr.FLAGS) & DATA_VALID) != 0;
    }

    /**
     * Leaves the checksum at {@code start + offsetThere}, over all from {@code start} on, to the other side.
     *
     * @param start 0..65535 bytes
     * @param offsetThere 0..65535 bytes
     */
    public VnetHeader checksum(int start, int offsetThere) {
        check("start", start, MOST_BYTES);
        check("offsetThere", offsetThere, MOST_BYTES);
        memory.putI8(offset + VirtioNetHdr.FLAGS, NEEDS_CHECKSUM);
        memory.putI16(offset + VirtioNetHdr.CSUM_START, start);
        memory.putI16(offset + VirtioNetHdr.CSUM_OFFSET, offsetThere);
        return this;
    }

    /** Marks the checksum as complete. */
    public VnetHeader checksumDone() {
        memory.putI8(offset + VirtioNetHdr.FLAGS, 0);
        memory.putI16(offset + VirtioNetHdr.CSUM_START, 0);
        memory.putI16(offset + VirtioNetHdr.CSUM_OFFSET, 0);
        return this;
    }

    /** Returns where the sum begins, in bytes from the start of the frame. */
    public int checksumStart() {
        return memory.getU16(offset + VirtioNetHdr.CSUM_START);
    }

    /** Returns where the checksum is, in bytes from {@link #checksumStart}. */
    public int checksumOffset() {
        return memory.getU16(offset + VirtioNetHdr.CSUM_OFFSET);
    }

    /** {@link #GSO_NONE} and its like, without the ECN bit. */
    public int gsoType() {
        return memory.getU8(offset + VirtioNetHdr.GSO_TYPE) & ~ECN;
    }

    /** Returns whether the first of the segments has CWR set, and the others must not. */
    public boolean isEcn() {
        return (memory.getU8(offset + VirtioNetHdr.GSO_TYPE) & ECN) != 0;
    }

    /** Bytes of payload in each segment except the last. */
    public int gsoSize() {
        return memory.getU16(offset + VirtioNetHdr.GSO_SIZE);
    }

    /** Bytes before the payload: a hint, which need not be right. */
    public int headerLength() {
        return memory.getU16(offset + VirtioNetHdr.HDR_LEN);
    }

    /**
     * Leaves the segmentation to the other side.
     *
     * @param type {@link #GSO_TCPV4}, {@link #GSO_TCPV6} or {@link #GSO_UDP}
     * @param size bytes of payload in each segment, 0..65535
     * @param headerLength bytes before the payload, 0..65535
     */
    public VnetHeader segmentation(int type, int size, int headerLength) {
        check("type", type, ECN - 1);
        check("size", size, MOST_BYTES);
        check("headerLength", headerLength, MOST_BYTES);
        memory.putI8(offset + VirtioNetHdr.GSO_TYPE, type);
        memory.putI16(offset + VirtioNetHdr.GSO_SIZE, size);
        memory.putI16(offset + VirtioNetHdr.HDR_LEN, headerLength);
        return this;
    }

    /** Marks that the first segment has CWR set. */
    public VnetHeader ecn() {
        memory.putI8(offset + VirtioNetHdr.GSO_TYPE, memory.getU8(offset + VirtioNetHdr.GSO_TYPE) | ECN);
        return this;
    }

    /**
     * Moves all positions by {@code bytes}, because the frame begins so much earlier, or later if negative.
     *
     * @throws IllegalArgumentException if one would not be in 0..65535 then; nothing is moved
     */
    public VnetHeader shift(int bytes) {
        int start = needsChecksum() ? checksumStart() + bytes : checksumStart();
        int headers = headerLength() != 0 ? headerLength() + bytes : 0;
        check("checksumStart", start, MOST_BYTES);
        check("headerLength", headers, MOST_BYTES);
        memory.putI16(offset + VirtioNetHdr.CSUM_START, start);
        memory.putI16(offset + VirtioNetHdr.HDR_LEN, headers);
        return this;
    }

    /** A position that does not fit into its field would be truncated, and mean another place. */
    private static void check(String name, int value, int most) {
        if (value < 0 || value > most) {
            throw new IllegalArgumentException(name + " must be in 0.." + most + ": " + value);
        }
    }

    /**
     * Returns whether its positions lie inside a frame of {@code length} bytes, and its kind is known to this library.
     */
    public boolean fits(int length) {
        if (needsChecksum() && checksumStart() + checksumOffset() + Short.BYTES > length) {
            return false;
        }
        return switch (gsoType()) {
            case GSO_NONE -> true;
            case GSO_TCPV4, GSO_TCPV6, GSO_UDP -> gsoSize() > 0 && headerLength() <= length;
            default -> false;
        };
    }

    @Override
    public String toString() {
        String checksum = needsChecksum()
                ? "checksum at " + checksumStart() + "+" + checksumOffset()
                : isValid() ? "valid" : "no checksum";
        return checksum + ", GSO type " + gsoType() + (isEcn() ? " with ECN" : "") + " size " + gsoSize()
                + ", headers of " + headerLength();
    }
}
