// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import dev.jrtap.fixtures.PcapngReader;
import dev.jrtap.memory.Memory;
import dev.jrtap.net.TcpSegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** A packet of a capture, read back from its file. */
final class Seen {

    private static final int ETHERNET = 14;

    final String link;
    final String comment;
    final byte[] frame;
    private final Memory memory;

    private Seen(String link, PcapngReader.Packet packet) {
        this.link = link;
        this.comment = packet.comment();
        this.frame = packet.bytes();
        this.memory = Memory.allocate(frame.length);
        memory.putBytes(0, frame, 0, frame.length);
    }

    /** All packets of a network so far that {@code wanted} accepts. */
    static List<Seen> in(Network network, Predicate<Seen> wanted) throws Exception {
        Path file = Files.createTempFile("seen", ".pcapng");
        try {
            network.capture().write(file);
            PcapngReader read = PcapngReader.read(file);
            List<Seen> all = new ArrayList<>();
            for (PcapngReader.Packet packet : read.packets()) {
                Seen seen = new Seen(read.interfaces().get(packet.interfaceId()).name(), packet);
                if (wanted.test(seen)) {
                    all.add(seen);
                }
            }
            return all;
        } finally {
            Files.delete(file);
        }
    }

    int etherType() {
        return memory.getU16Be(12);
    }

    boolean isTcp() {
        return isIpv4() && frame[ETHERNET + 9] == 6;
    }

    private TcpSegment tcp() {
        int header = (frame[ETHERNET] & 15) * 4;
        int length = memory.getU16Be(ETHERNET + 2) - header;
        return new TcpSegment().wrap(memory, ETHERNET + header, length);
    }

    /** Whether it is TCP with just these flags, PSH aside. */
    boolean hasFlags(int flags) {
        return isTcp() && (tcp().flags() & ~TcpSegment.PSH) == flags;
    }

    int sequence() {
        return tcp().sequence();
    }

    int window() {
        return tcp().window();
    }

    int payload() {
        return isTcp() ? tcp().payloadLength() : 0;
    }

    private boolean isIpv4() {
        return etherType() == 0x0800;
    }

    /** The type of a message of ICMP; -1 if it is none. */
    int icmp() {
        return isIpv4() && frame[ETHERNET + 9] == 1 ? frame[ETHERNET + 20] & 0xff : -1;
    }

    /** Whether it is a part of a packet of IPv4. */
    boolean isFragment() {
        return isIpv4() && (memory.getU16Be(ETHERNET + 6) & 0x3fff) != 0;
    }

    /** The type of a message of ICMPv6; -1 if it is none. */
    int icmpv6() {
        return etherType() == 0x86dd && frame[ETHERNET + 6] == 58 ? frame[ETHERNET + 40] & 0xff : -1;
    }

    boolean isLost() {
        return comment.contains("lost") || comment.contains("cut") || comment.contains("longer");
    }
}
