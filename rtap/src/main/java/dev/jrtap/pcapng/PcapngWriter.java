// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.pcapng;

import dev.jrtap.memory.Memory;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/**
 * Writes a capture file: one pcapng section with interfaces, packets with times in nanoseconds, and comments.
 *
 * <pre>{@code
 * try (PcapngWriter capture = PcapngWriter.create(Path.of("tap0.pcapng"))) {
 *     int tap0 = capture.addInterface("tap0", PcapngWriter.ETHERNET, 65535);
 *     capture.write(tap0, epochNanos, burst.memory(), burst.offset(i), burst.length(i), "");
 * }
 * }</pre>
 *
 * <p>A packet in several pieces begins with {@link #begin}, and is complete when {@link #append} has added all its
 * bytes. A packet without a comment makes no garbage. Memory is bounded: 64 KiB are collected, then written.
 *
 * <p>Threads: one at a time.
 *
 * <p>Source: draft-ietf-opsawg-pcapng, sections 4.1 to 4.3; LINKTYPE_* of pcap-linktype(7).
 */
public final class PcapngWriter implements Closeable {

    /** The link type of TAP devices. */
    public static final int ETHERNET = 1;
    /** The link type of TUN devices: IP packets without a header before them. */
    public static final int RAW_IP = 101;

    private static final int SECTION_HEADER = 0x0a0d0d0a;
    private static final int INTERFACE_DESCRIPTION = 1;
    private static final int ENHANCED_PACKET = 6;
    private static final int BYTE_ORDER_MAGIC = 0x1a2b3c4d;

    private static final int COMMENT = 1;
    private static final int PACKET_FLAGS = 2;
    private static final int INTERFACE_NAME = 2;
    private static final int INTERFACE_RESOLUTION = 9;
    /** A negative power of ten. */
    private static final int NANOSECONDS = 9;

    /** Type and length before the body, and the length once more after it. */
    private static final int FRAME = 12;

    private static final int SECTION_BODY = 16;
    private static final int INTERFACE_BODY = 8;
    private static final int PACKET_BODY = 20;
    private static final int OPTION_HEADER = 4;
    private static final int MAX_OPTION = 0xffff;
    private static final int MAX_LINK_TYPE = 0xffff;

    private static final int CAPACITY = 64 * 1024;
    private static final byte[] NOTHING = {};

    private final WritableByteChannel channel;
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(CAPACITY).order(ByteOrder.nativeOrder());
    private final Memory buffer = Memory.of(bytes);
    private int filled;
    private int interfaces;

    /** Of the packet that has been begun: bytes to come, and what follows them. */
    private int missing;

    private int captured;
    private PacketDirection direction = PacketDirection.UNKNOWN;
    private byte[] comment = NOTHING;

    /**
     * Begins a section.
     *
     * @param channel blocking; closed by {@link #close}
     */
    public PcapngWriter(WritableByteChannel channel) throws IOException {
        this.channel = Objects.requireNonNull(channel, "channel");
        blockHeader(SECTION_HEADER, FRAME + SECTION_BODY);
        put32(BYTE_ORDER_MAGIC);
        put16(1);
        put16(0);
        // The length of the section: not known beforehand.
        put32(-1);
        put32(-1);
        put32(FRAME + SECTION_BODY);
    }

    /** Creates a file, or truncates an existing one. */
    public static PcapngWriter create(Path file) throws IOException {
        return new PcapngWriter(FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE));
    }

    /**
     * Describes an interface; packets follow in any order.
     *
     * @param linkType {@link #ETHERNET}, {@link #RAW_IP} or another LINKTYPE_*, 0..65535
     * @param snapLength the most bytes of a packet that are captured; 0 is no limit
     * @return the number by which packets name it
     */
    public int addInterface(String name, int linkType, int snapLength) throws IOException {
        if (linkType < 0 || linkType > MAX_LINK_TYPE || snapLength < 0) {
            throw new IllegalArgumentException("linkType must be 0..65535 and snapLength not negative: linkType="
                    + linkType + ", snapLength=" + snapLength);
        }
        requireComplete();
        byte[] text = encoded("interface name", name);
        int length = FRAME + INTERFACE_BODY + option(text.length) + option(1) + OPTION_HEADER;
        blockHeader(INTERFACE_DESCRIPTION, length);
        put16(linkType);
        put16(0);
        put32(snapLength);
        putOption(INTERFACE_NAME, text);
        putOption(INTERFACE_RESOLUTION, new byte[] {NANOSECONDS});
        put32(0);
        put32(length);
        return interfaces++;
    }

    /**
     * Writes a packet that lies in one piece and was captured whole.
     *
     * @param interfaceId as {@link #addInterface} has returned it
     * @param epochNanos nanoseconds since 1970-01-01T00:00Z
     * @param comment shown beside the packet; empty for none
     */
    public void write(int interfaceId, long epochNanos, Memory memory, int offset, int length, String comment)
            throws IOException {
        begin(interfaceId, epochNanos, length, length, PacketDirection.UNKNOWN, comment);
        append(memory, offset, length);
    }

    /**
     * Begins a packet, whose bytes follow by {@link #append}.
     *
     * @param captured bytes that follow, 0..original
     * @param original bytes that the packet had
     * @throws IllegalStateException if the preceding packet is not complete
     */
    public void begin(
            int interfaceId, long epochNanos, int captured, int original, PacketDirection direction, String comment)
            throws IOException {
        if (interfaceId < 0 || interfaceId >= interfaces) {
            throw new IllegalArgumentException("interfaceId must be 0.." + (interfaces - 1) + ": " + interfaceId);
        }
        if (captured < 0 || captured > original || captured > Integer.MAX_VALUE - 2 * CAPACITY) {
            throw new IllegalArgumentException("captured must be 0..original: " + captured + " of " + original);
        }
        requireComplete();
        this.comment = comment.isEmpty() ? NOTHING : encoded("comment", comment);
        this.captured = captured;
        this.direction = Objects.requireNonNull(direction, "direction");
        blockHeader(ENHANCED_PACKET, packetLength());
        put32(interfaceId);
        put32((int) (epochNanos >>> 32));
        put32((int) epochNanos);
        put32(captured);
        put32(original);
        missing = captured;
        if (captured == 0) {
            finish();
        }
    }

    /**
     * Adds bytes to the packet that has been begun.
     *
     * @throws IllegalStateException if it lacks fewer bytes
     */
    public void append(Memory memory, int offset, int length) throws IOException {
        if (length > missing) {
            throw new IllegalStateException("the packet lacks " + missing + " bytes, and " + length + " were given");
        }
        int done = 0;
        while (done < length) {
            int piece = Math.min(length - done, room(1));
            buffer.copy(filled, memory, offset + done, piece);
            filled += piece;
            done += piece;
        }
        missing -= length;
        if (missing == 0 && length > 0) {
            finish();
        }
    }

    private void finish() throws IOException {
        pad(captured);
        if (hasOptions()) {
            if (direction != PacketDirection.UNKNOWN) {
                room(2 * OPTION_HEADER);
                put16(PACKET_FLAGS);
                put16(Integer.BYTES);
                put32(direction.ordinal());
            }
            if (comment.length > 0) {
                putOption(COMMENT, comment);
            }
            put32(0);
        }
        put32(packetLength());
    }

    private boolean hasOptions() {
        return direction != PacketDirection.UNKNOWN || comment.length > 0;
    }

    private int packetLength() {
        int flags = direction == PacketDirection.UNKNOWN ? 0 : option(Integer.BYTES);
        int text = comment.length == 0 ? 0 : option(comment.length);
        return FRAME + PACKET_BODY + padded(captured) + flags + text + (hasOptions() ? OPTION_HEADER : 0);
    }

    private void requireComplete() {
        if (missing > 0) {
            throw new IllegalStateException("the packet that was begun lacks " + missing + " bytes");
        }
    }

    private static byte[] encoded(String what, String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        if (encoded.length > MAX_OPTION) {
            throw new IllegalArgumentException(
                    "the " + what + " must have at most " + MAX_OPTION + " bytes in UTF-8: " + encoded.length);
        }
        return encoded;
    }

    private static int padded(int length) {
        return (length + 3) & -4;
    }

    private static int option(int length) {
        return OPTION_HEADER + padded(length);
    }

    private void putOption(int code, byte[] value) throws IOException {
        put16(code);
        put16(value.length);
        int done = 0;
        while (done < value.length) {
            int piece = Math.min(value.length - done, room(1));
            buffer.putBytes(filled, value, done, piece);
            filled += piece;
            done += piece;
        }
        pad(value.length);
    }

    private void pad(int length) throws IOException {
        for (int i = length; i < padded(length); i++) {
            room(1);
            buffer.putI8(filled++, 0);
        }
    }

    private void blockHeader(int type, int length) throws IOException {
        put32(type);
        put32(length);
    }

    private void put16(int value) throws IOException {
        room(Short.BYTES);
        buffer.putI16(filled, value);
        filled += Short.BYTES;
    }

    private void put32(int value) throws IOException {
        room(Integer.BYTES);
        buffer.putI32(filled, value);
        filled += Integer.BYTES;
    }

    /** Makes room for {@code length} bytes, and returns for how many there is. */
    private int room(int length) throws IOException {
        if (CAPACITY - filled < length) {
            drain();
        }
        return CAPACITY - filled;
    }

    private void drain() throws IOException {
        bytes.limit(filled).position(0);
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        filled = 0;
    }

    /**
     * Writes the collected bytes.
     *
     * @throws IllegalStateException if a packet has been begun and is not complete
     */
    public void flush() throws IOException {
        requireComplete();
        drain();
    }

    /** Writes the collected bytes, and closes the channel. An incomplete packet ends the file. */
    @Override
    public void close() throws IOException {
        try (channel) {
            if (channel.isOpen()) {
                drain();
            }
        }
    }

    @Override
    public String toString() {
        return "PcapngWriter(" + channel + ", " + interfaces + " interfaces)";
    }
}
