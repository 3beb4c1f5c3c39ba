// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.rtap.Burst;
import dev.jrtap.rtap.PacketPool;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.tuntap.TunMode;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A target for {@code .ci/fuzz}: whatever a forwarder receives, it sends packets that fit, keeps none, and without work
 * to do changes nothing.
 *
 * <p>The first byte has the work in its lowest bits, and above them how many times the packet comes, so that copies can
 * be merged; the header of the device follows, and then the packet.
 */
public final class ForwardFuzz {

    private static final int SLOTS = 1024;
    private static final int SLOT = 2048;
    private static final int HEADER = 10;
    private static final int LONGEST = 1514;
    private static final Forwarder.Work[] WORKS = Forwarder.Work.values();

    private static final PacketPool POOL = pool();
    private static final Burst IN = new Burst(POOL, 32);
    private static final List<Wire> WIRES = wires();

    private record Wire(TunMode mode, Set<Forwarder.Work> works, PacketWork work) {}

    private ForwardFuzz() {}

    private static PacketPool pool() {
        try {
            return PacketPool.create(SLOTS, SLOT);
        } catch (ErrnoException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static List<Wire> wires() {
        Wire[] wires = new Wire[TunMode.values().length << WORKS.length];
        for (int i = 0; i < wires.length; i++) {
            Set<Forwarder.Work> works = EnumSet.noneOf(Forwarder.Work.class);
            for (Forwarder.Work work : WORKS) {
                if ((i >> work.ordinal() & 1) != 0) {
                    works.add(work);
                }
            }
            TunMode mode = TunMode.values()[i >> WORKS.length];
            wires[i] = new Wire(mode, works, new PacketWork(mode, POOL, works));
        }
        return List.of(wires);
    }

    public static void fuzzerTestOneInput(byte[] bytes) {
        if (bytes.length <= 1 + HEADER || bytes.length > 1 + HEADER + LONGEST) {
            return;
        }
        byte[] packet = Arrays.copyOfRange(bytes, 1, bytes.length);
        int copies = 1 + (bytes[0] >> WORKS.length & 15);
        int works = bytes[0] & (1 << WORKS.length) - 1;
        for (TunMode mode : TunMode.values()) {
            forward(WIRES.get(mode.ordinal() << WORKS.length | works), packet, copies);
        }
    }

    private static void forward(Wire wire, byte[] packet, int copies) {
        for (int i = 0; i < copies; i++) {
            IN.add();
            IN.length(i, packet.length - HEADER);
            IN.memory().putBytes(IN.offset(i) - HEADER, packet, 0, packet.length);
        }
        int taken = 0;
        for (int i = 0; i < copies; i++) {
            taken += wire.work().take(IN, i) ? 1 : 0;
        }
        IN.release();
        Burst ready = wire.work().ready();
        for (int i = 0; i < ready.size(); i++) {
            check(wire, packet, ready, i);
        }
        if (wire.works().isEmpty() && (taken != copies || ready.size() != copies)) {
            throw new AssertionError(ready.size() + " of " + copies + " packets are forwarded");
        }
        ready.release();
        if (POOL.available() != SLOTS) {
            throw new AssertionError((SLOTS - POOL.available()) + " packets are kept by " + wire);
        }
    }

    private static void check(Wire wire, byte[] packet, Burst ready, int i) {
        if (ready.length(i) < 1) {
            throw new AssertionError("a packet of " + ready.length(i) + " bytes, by " + wire);
        }
        int slot = ready.offset(i) % SLOT;
        if (!wire.works().contains(Forwarder.Work.COALESCE)
                && (ready.length(i) > packet.length - HEADER || slot + ready.length(i) > SLOT)) {
            throw new AssertionError(
                    "a packet of " + (packet.length - HEADER) + " bytes becomes " + ready.length(i) + ", by " + wire);
        }
        if (wire.works().isEmpty()) {
            byte[] sent = new byte[packet.length];
            ready.memory().getBytes(ready.offset(i) - HEADER, sent, 0, sent.length);
            if (ready.length(i) != packet.length - HEADER || !Arrays.equals(packet, sent)) {
                throw new AssertionError("a packet was changed, by " + wire);
            }
        }
    }
}
