// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import java.nio.ByteBuffer;

/**
 * A frame of a flow, and what a network card would choose its queue by: computed here from the bytes and the kind, as
 * the comment of {@link Steering#byFlow} has it.
 */
final class SteeredFrame {

    private static final int IPV4_PROTOCOL = 9;
    private static final int IPV4_FRAGMENT = 6;

    private final Frames.Kind kind;
    private final byte[] bytes;

    private SteeredFrame(Frames.Kind kind, byte[] bytes) {
        this.kind = kind;
        this.bytes = bytes;
    }

    static SteeredFrame of(Frames.Kind kind, int flow) {
        return of(kind, flow, 20);
    }

    /** A flow has an address and ports of its own. */
    static SteeredFrame of(Frames.Kind kind, int flow, int payload) {
        byte[] bytes = Frames.of(kind, 0, 0, new byte[payload], 0);
        SteeredFrame frame = new SteeredFrame(kind, bytes);
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        int last = frame.addresses() + frame.addressLength() - 4;
        buffer.putInt(last, buffer.getInt(last) + flow / 16);
        buffer.putShort(frame.ports(), (short) (50_000 + flow));
        buffer.putShort(frame.ports() + 2, (short) (5000 + flow / 3));
        return frame;
    }

    byte[] bytes() {
        return bytes;
    }

    private int network() {
        return kind.linkLength();
    }

    private int addressLength() {
        return kind.ipv4 ? 4 : 16;
    }

    private int addresses() {
        return network() + (kind.ipv4 ? 12 : 8);
    }

    private int ports() {
        return network() + (kind.ipv4 ? 20 : 40);
    }

    int sourcePort() {
        return ByteBuffer.wrap(bytes).getShort(ports()) & 0xffff;
    }

    int destinationPort() {
        return ByteBuffer.wrap(bytes).getShort(ports() + 2) & 0xffff;
    }

    /** The identifier of the outer tag. */
    int vlan() {
        return kind.tags == 0 ? 0 : ByteBuffer.wrap(bytes).getShort(14) & 0xfff;
    }

    /** A packet of the other direction. */
    SteeredFrame reverse() {
        byte[] reversed = bytes.clone();
        exchange(reversed, addresses(), addressLength());
        exchange(reversed, ports(), 2);
        return new SteeredFrame(kind, reversed);
    }

    private static void exchange(byte[] all, int at, int length) {
        for (int i = at; i < at + length; i++) {
            byte kept = all[i];
            all[i] = all[i + length];
            all[i + length] = kept;
        }
    }

    /** With an offset in units of eight bytes; the first one has the mark that more follow. */
    byte[] fragment(int offset) {
        byte[] fragment = bytes.clone();
        ByteBuffer.wrap(fragment).putShort(network() + IPV4_FRAGMENT, (short) (offset == 0 ? 0x2000 : offset));
        return fragment;
    }

    byte[] ofProtocol(int protocol) {
        byte[] other = bytes.clone();
        other[network() + IPV4_PROTOCOL] = (byte) protocol;
        return other;
    }

    static byte[] tagged(byte[] frame, int id) {
        return ByteBuffer.allocate(frame.length + 4)
                .put(frame, 0, 12)
                .putShort((short) 0x8100)
                .putShort((short) id)
                .put(frame, 12, frame.length - 12)
                .array();
    }

    int hashOfAddresses() {
        return mix(exclusiveOrOfAddresses());
    }

    int hash() {
        return mix(exclusiveOrOfAddresses() ^ (sourcePort() ^ destinationPort()) << 16);
    }

    private int exclusiveOrOfAddresses() {
        int all = 0;
        for (int i = 0; i < 2 * addressLength(); i += 4) {
            all ^= ByteBuffer.wrap(bytes).getInt(addresses() + i);
        }
        return all;
    }

    private static int mix(int x) {
        int h = (x ^ x >>> 16) * 0x85ebca6b;
        h = (h ^ h >>> 13) * 0xc2b2ae35;
        return h ^ h >>> 16;
    }
}
