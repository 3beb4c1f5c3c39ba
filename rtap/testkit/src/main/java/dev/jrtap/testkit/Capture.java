// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import dev.jrtap.memory.Memory;
import dev.jrtap.pcapng.PacketDirection;
import dev.jrtap.pcapng.PcapngWriter;
import dev.jrtap.rtap.Burst;
import dev.jrtap.rtap.Segments;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The last packets of all links, in a ring in memory, each as its link has delivered or lost it. A written file has an
 * interface for each direction of a link, and the link's decision as a comment on each packet.
 *
 * <p>Threads: any.
 */
public final class Capture {

    /** Bytes of the entry; negative if the rest of the ring is empty. */
    private static final int TOTAL = 0;

    private static final int CAPTURED = 4;
    private static final int ORIGINAL = 8;
    private static final int INTERFACE = 12;
    private static final int NANOS = 16;
    private static final int NUMBER = 24;
    private static final int HEADER = 32;

    private final Memory ring;
    private final PacketLog log;
    private final long epochNanos;
    private final List<String> interfaces = new ArrayList<>();
    private final Segments segments = new Segments();

    /** Positions that only grow; the offset in the ring is the position modulo the ring's size. */
    private long head;

    private long tail;
    private int packets;
    private long total;

    /**
     * @param epochNanos the time at which the network was made, in nanoseconds since 1970
     */
    Capture(int bytes, PacketLog log, long epochNanos) {
        this.ring = Memory.allocate(bytes & -Long.BYTES);
        this.log = log;
        this.epochNanos = epochNanos;
    }

    /** Adds an interface and returns its number. */
    synchronized int addInterface(String name) {
        interfaces.add(name);
        return interfaces.size() - 1;
    }

    /**
     * Keeps a packet, and forgets the oldest ones if there is no room.
     *
     * @param atNanos nanoseconds since the network was made
     * @param number the packet's number in the log
     */
    synchronized void add(int interfaceId, long atNanos, long number, Burst burst, int i) {
        int original = burst.length(i);
        int size = HEADER + (original + Long.BYTES - 1 & -Long.BYTES);
        total++;
        if (size > ring.size()) {
            return;
        }
        int at = reserve(size);
        ring.putI32(at + TOTAL, size);
        ring.putI32(at + CAPTURED, original);
        ring.putI32(at + ORIGINAL, original);
        ring.putI32(at + INTERFACE, interfaceId);
        ring.putI64(at + NANOS, atNanos);
        ring.putI64(at + NUMBER, number);
        int to = at + HEADER;
        for (segments.of(burst, i); segments.next(); ) {
            ring.copy(to, burst.memory(), segments.offset(), segments.length());
            to += segments.length();
        }
        packets++;
    }

    /** Makes room for {@code size} contiguous bytes and returns their offset. */
    private int reserve(int size) {
        int rest = ring.size() - at(head);
        if (rest < size) {
            forgetFor(rest);
            ring.putI32(at(head) + TOTAL, -rest);
            head += rest;
        }
        forgetFor(size);
        int at = at(head);
        head += size;
        return at;
    }

    private int at(long position) {
        return (int) (position % ring.size());
    }

    private void forgetFor(int size) {
        while (head + size - tail > ring.size()) {
            int oldest = ring.getI32(at(tail) + TOTAL);
            packets -= oldest > 0 ? 1 : 0;
            tail += Math.abs(oldest);
        }
    }

    /** Returns the number of packets that the capture holds. */
    public synchronized int packets() {
        return packets;
    }

    /** Returns the number of packets that have reached the links so far. */
    public synchronized long total() {
        return total;
    }

    /** Writes the packets as a pcapng file, which Wireshark reads; replaces an existing file. */
    public synchronized void write(Path file) throws IOException {
        Objects.requireNonNull(file, "file");
        try (PcapngWriter writer = PcapngWriter.create(file)) {
            for (String name : interfaces) {
                writer.addInterface(name, PcapngWriter.ETHERNET, 0);
            }
            for (long position = tail; position < head; ) {
                int size = ring.getI32(at(position) + TOTAL);
                if (size > 0) {
                    write(writer, at(position));
                }
                position += Math.abs(size);
            }
        }
    }

    private void write(PcapngWriter writer, int at) throws IOException {
        PacketEvent event = log.event(ring.getI64(at + NUMBER));
        String comment = event == null ? "" : event.flow() + " #" + event.index() + ": " + event.decision();
        int captured = ring.getI32(at + CAPTURED);
        writer.begin(
                ring.getI32(at + INTERFACE),
                epochNanos + ring.getI64(at + NANOS),
                captured,
                ring.getI32(at + ORIGINAL),
                PacketDirection.UNKNOWN,
                comment);
        writer.append(ring, at + HEADER, captured);
    }
}
