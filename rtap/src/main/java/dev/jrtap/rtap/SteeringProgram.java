// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static dev.jrtap.bpf.Register.*;
import static dev.jrtap.bpf.Size.*;

import dev.jrtap.bindings.SkBuff;
import dev.jrtap.bpf.Assembler;
import dev.jrtap.bpf.Code;
import dev.jrtap.net.EthernetFrame;
import dev.jrtap.net.Ipv4Packet;
import dev.jrtap.net.VlanTag;
import dev.jrtap.tuntap.TunMode;

/**
 * Writes the programs that read a packet's headers and return a number.
 *
 * <p>R6 is the packet, R7 where the header at hand begins. A packet that is shorter than a header says ends the program
 * with 0.
 *
 * <p>Source: RFC 791, RFC 8200, IEEE 802.1Q.
 */
final class SteeringProgram {

    static final int SOURCE_PORT = 0;
    static final int DESTINATION_PORT = 2;

    private static final int TYPE = EthernetFrame.HEADER_LENGTH - Short.BYTES;
    private static final int MOST_TAGS = 2;
    private static final int VLAN_ID = 0xfff;

    private static final int IPV4_FRAGMENT = 6;
    private static final int MORE_OR_OFFSET = 0x3fff;
    private static final int IPV4_PROTOCOL = 9;
    private static final int IPV4_ADDRESSES = 12;
    private static final int IPV4_ADDRESS_WORDS = 2;

    private static final int IPV6_NEXT_HEADER = 6;
    private static final int IPV6_ADDRESSES = 8;
    private static final int IPV6_ADDRESS_WORDS = 8;
    private static final int IPV6_LENGTH = 40;

    private final Assembler a = new Assembler("rtap_steering");
    private final TunMode mode;

    SteeringProgram(TunMode mode) {
        this.mode = mode;
    }

    /** Returns the exclusive or of both addresses and both ports, which no direction changes, well mixed. */
    Code byFlow() {
        network("none");
        a.label("ipv4");
        addresses(IPV4_ADDRESSES, IPV4_ADDRESS_WORDS);
        transport4("mix");
        a.label("ipv6");
        addresses(IPV6_ADDRESSES, IPV6_ADDRESS_WORDS);
        transport6("mix");
        a.label("ports").ldInd(H, R7, SOURCE_PORT).mov(R9, R0).ldInd(H, R7, DESTINATION_PORT);
        // Addresses differ in their lower halves.
        a.xor(R9, R0).lsh(R9, Short.SIZE).xor(R8, R9);
        mix();
        return none();
    }

    /** A port; in network order as everything, which the machine turns. */
    Code byPort(int port) {
        network("none");
        a.label("ipv4");
        transport4("none");
        a.label("ipv6");
        transport6("none");
        a.label("ports").ldInd(H, R7, port).exit();
        return none();
    }

    /** Finds the tag, which is beside the packet if the kernel has taken it out, or will put it in. */
    Code byVlan() {
        if (mode == TunMode.TUN) {
            throw new IllegalArgumentException("packets of a TUN device have no VLAN tags: steer by flow or by port");
        }
        a.mov(R6, R1).ldx(W, R0, R6, SkBuff.VLAN_PRESENT).jeq(R0, 0, "in_frame");
        a.ldx(W, R0, R6, SkBuff.VLAN_TCI).ja("id");
        a.label("in_frame").ldAbs(H, TYPE);
        a.jeq(R0, EthernetFrame.VLAN, "tagged")
                .jeq(R0, EthernetFrame.SERVICE_VLAN, "tagged")
                .ja("none");
        a.label("tagged").ldAbs(H, EthernetFrame.HEADER_LENGTH);
        a.label("id").and(R0, VLAN_ID).exit();
        return none();
    }

    private Code none() {
        return a.label("none").mov(R0, 0).exit().assemble();
    }

    /** Finds the IP header, and goes to ipv4 or ipv6; or to {@code otherwise}. */
    private void network(String otherwise) {
        a.mov(R6, R1);
        if (mode == TunMode.TUN) {
            a.mov(R7, 0).ldAbs(B, 0).rsh(R0, 4).jeq(R0, 4, "ipv4").jeq(R0, 6, "ipv6");
        } else {
            a.mov(R7, EthernetFrame.HEADER_LENGTH).ldAbs(H, TYPE);
            for (int tag = 0; tag < MOST_TAGS; tag++) {
                a.jeq(R0, EthernetFrame.VLAN, "tag" + tag)
                        .jeq(R0, EthernetFrame.SERVICE_VLAN, "tag" + tag)
                        .ja("type");
                a.label("tag" + tag).add(R7, VlanTag.LENGTH).ldInd(H, R7, -Short.BYTES);
            }
            a.label("type").jeq(R0, EthernetFrame.IPV4, "ipv4").jeq(R0, EthernetFrame.IPV6, "ipv6");
        }
        a.ja(otherwise);
    }

    /** R8 = the exclusive or of {@code words} of 32 bits. */
    private void addresses(int at, int words) {
        a.mov(R8, 0);
        for (int word = 0; word < words; word++) {
            a.ldInd(W, R7, at + word * Integer.BYTES).xor(R8, R0);
        }
    }

    /** Goes to ports, which begin at R7 then; or to {@code otherwise}. */
    private void transport4(String otherwise) {
        a.ldInd(H, R7, IPV4_FRAGMENT).jset(R0, MORE_OR_OFFSET, otherwise);
        a.ldInd(B, R7, IPV4_PROTOCOL).jeq(R0, Ipv4Packet.TCP, "header4").jne(R0, Ipv4Packet.UDP, otherwise);
        // Its length in words of four bytes.
        a.label("header4").ldInd(B, R7, 0).and(R0, 0xf).lsh(R0, 2).add(R7, R0).ja("ports");
    }

    private void transport6(String otherwise) {
        a.ldInd(B, R7, IPV6_NEXT_HEADER).jeq(R0, Ipv4Packet.TCP, "header6").jne(R0, Ipv4Packet.UDP, otherwise);
        a.label("header6").add(R7, IPV6_LENGTH);
    }

    /** Returns the lower half of R8, each bit of which has changed half of all: the end of MurmurHash3. */
    private void mix() {
        a.label("mix").mov(W0, W8);
        xorShift(16);
        a.mul(W0, 0x85ebca6b);
        xorShift(13);
        a.mul(W0, 0xc2b2ae35);
        xorShift(16);
        a.exit();
    }

    private void xorShift(int bits) {
        a.mov(W1, W0).rsh(W1, bits).xor(W0, W1);
    }
}
