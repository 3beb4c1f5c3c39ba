// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.bindings.IfEther;
import dev.jrtap.tuntap.TunMode;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A packet that names its sender and its number; all its other bytes follow from that.
 *
 * @param toDevice whether it goes from the kernel to the device
 * @param sender of a packet to the device its flow
 * @param number that the sender has given it
 * @param stamp what the sender wants to be told again
 * @param whole whether all bytes are as the sender has written them; otherwise only those that say the above
 */
record Numbered(boolean toDevice, int sender, long number, long stamp, boolean whole) {

    private static final int TO_DEVICE = 0x6a72_0001;
    private static final int TO_KERNEL = 0x6a72_0002;
    private static final int TO_KERNEL_REWRITTEN = 0x6a72_0003;

    /** Mark, sender, length, number and stamp. */
    private static final int RECORD = 3 * Integer.BYTES + 2 * Long.BYTES;

    private static final int IPV4 = 20;
    private static final int UDP = 8;
    private static final int ANY_PROTOCOL = 253;

    private static int link(TunMode mode) {
        return mode == TunMode.TAP ? IfEther.ETH_HLEN : 0;
    }

    /** Bytes of the shortest packet in either direction. */
    static int shortest(TunMode mode) {
        return link(mode) + IPV4 + UDP + RECORD;
    }

    /** A UDP datagram of a flow, by which the kernel chooses the queue. */
    static byte[] toDevice(TunMode mode, int flow, long number, long stamp, int length) {
        ByteBuffer packet = ByteBuffer.allocate(length);
        link(packet, mode, IfEther.ETH_P_IP);
        ipv4(packet, length - link(mode), 17);
        packet.putShort((short) (1024 + flow)).putShort((short) 9);
        packet.putShort((short) (length - link(mode) - IPV4)).putShort((short) 0);
        record(packet, TO_DEVICE, flow, number, stamp);
        fill(packet, number);
        return packet.array();
    }

    /** A packet that the kernel's stack ignores. */
    static byte[] toKernel(TunMode mode, int sender, long number, int length) {
        ByteBuffer packet = ByteBuffer.allocate(length);
        toKernel(packet, mode, TO_KERNEL, sender, number);
        fill(packet, number);
        return packet.array();
    }

    /** The first bytes of such a packet, to be written over those of another one of {@code length} bytes. */
    static byte[] rewritten(TunMode mode, int sender, long number, int length) {
        ByteBuffer packet = ByteBuffer.allocate(length);
        toKernel(packet, mode, TO_KERNEL_REWRITTEN, sender, number);
        byte[] start = new byte[packet.position()];
        packet.get(0, start);
        return start;
    }

    private static void toKernel(ByteBuffer packet, TunMode mode, int mark, int sender, long number) {
        link(packet, mode, Frames.EXPERIMENTAL);
        ipv4(packet, packet.capacity() - link(mode), ANY_PROTOCOL);
        record(packet, mark, sender, number, 0);
    }

    private static void link(ByteBuffer packet, TunMode mode, int type) {
        if (mode == TunMode.TAP) {
            packet.putShort((short) 0x0200).putInt(1);
            packet.putShort((short) 0x0200).putInt(2);
            packet.putShort((short) type);
        }
    }

    private static void ipv4(ByteBuffer packet, int length, int protocol) {
        packet.putShort((short) 0x4500).putShort((short) length).putInt(0x4000);
        packet.put((byte) 64).put((byte) protocol).putShort((short) 0);
        packet.putInt(0xc612_0001).putInt(0xc612_0002);
    }

    private static void record(ByteBuffer packet, int mark, int sender, long number, long stamp) {
        packet.putInt(mark)
                .putInt(sender)
                .putInt(packet.capacity())
                .putLong(number)
                .putLong(stamp);
    }

    private static void fill(ByteBuffer packet, long number) {
        for (long word = number; packet.remaining() >= Long.BYTES; word = word * 31 + 7) {
            packet.putLong(word);
        }
        while (packet.hasRemaining()) {
            packet.put((byte) number);
        }
    }

    /** Reads a packet; {@code null} if it is nobody's of these. */
    static Numbered read(TunMode mode, byte[] bytes) {
        ByteBuffer packet = ByteBuffer.wrap(bytes);
        int toKernel = link(mode) + IPV4;
        if (bytes.length < toKernel + RECORD) {
            return null;
        }
        int mark = packet.getInt(toKernel);
        if (mark == TO_KERNEL || mark == TO_KERNEL_REWRITTEN) {
            return read(packet.position(toKernel + Integer.BYTES), mode, mark);
        }
        int toDevice = toKernel + UDP;
        boolean ours = bytes.length >= toDevice + RECORD && packet.getInt(toDevice) == TO_DEVICE;
        return ours ? read(packet.position(toDevice + Integer.BYTES), mode, TO_DEVICE) : null;
    }

    private static Numbered read(ByteBuffer packet, TunMode mode, int mark) {
        int sender = packet.getInt();
        int length = packet.getInt();
        boolean whole = mark != TO_KERNEL_REWRITTEN;
        Numbered read = new Numbered(mark == TO_DEVICE, sender, packet.getLong(), packet.getLong(), whole);
        read.check(mode, packet.array(), length);
        return read;
    }

    private void check(TunMode mode, byte[] bytes, int length) {
        if (length != bytes.length) {
            throw new AssertionError(this + " was sent with " + length + " bytes, and has " + bytes.length);
        }
        if (!whole) {
            return;
        }
        byte[] sent = toDevice ? toDevice(mode, sender, number, stamp, length) : toKernel(mode, sender, number, length);
        int different = Arrays.mismatch(sent, bytes);
        if (different >= 0) {
            throw new AssertionError(this + " of " + length + " bytes differs at " + different);
        }
    }
}
