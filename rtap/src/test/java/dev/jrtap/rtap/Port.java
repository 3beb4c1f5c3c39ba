// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.bindings.IfEther;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A device that is up, all its queue pairs, driven by the test's thread, and the other end of the wire. */
final class Port implements AutoCloseable {

    /** An EtherType for local experiments (IEEE 802), which the kernel's stack ignores. */
    static final int EXPERIMENTAL = IfEther.ETH_P_802_EX1;

    private static final long PATIENCE_NANOS = 5_000_000_000L;
    private static final int SLOTS = 512;
    private static final int SLOT_SIZE = 2048;

    final Rtap rtap;
    final PacketPool pool;
    final List<QueuePair> pairs = new ArrayList<>();
    final Burst burst;
    final Wire wire;

    Port(TapProfile profile) throws IOException {
        this(profile.syscalls(), profile.config().withRingSize(32));
    }

    Port(Syscalls sys, RtapConfig config) throws IOException {
        rtap = Rtap.open(sys, config);
        pool = PacketPool.create(sys, SLOTS, SLOT_SIZE);
        burst = new Burst(pool, 1);
        openQueues();
        silence();
        rtap.up();
        wire = Wire.open(rtap.ifIndex());
    }

    /** Opens the queue pairs that are not open. */
    void openQueues() throws IOException {
        for (int i = 0; i < rtap.queues(); i++) {
            if (i == pairs.size()) {
                pairs.add(rtap.openQueue(i, pool));
            }
        }
    }

    /** Keeps the kernel from sending of its own: neighbour discovery and the like. */
    private void silence() throws IOException {
        Path ipv6 = Path.of("/proc/sys/net/ipv6/conf", rtap.name(), "disable_ipv6");
        if (Files.exists(ipv6)) {
            Files.writeString(ipv6, "1");
        }
    }

    QueuePair queue() {
        return pairs.get(0);
    }

    static byte[] frame(int length) {
        byte[] frame = new byte[length];
        new Random(length).nextBytes(frame);
        frame[0] = 0x02;
        frame[12] = (byte) (EXPERIMENTAL >> 8);
        frame[13] = (byte) EXPERIMENTAL;
        return frame;
    }

    /** A frame to {@code destination}: 48 bits. */
    static byte[] frame(int length, long destination) {
        byte[] frame = frame(length);
        for (int i = 0; i < 6; i++) {
            frame[i] = (byte) (destination >> 8 * (5 - i));
        }
        return frame;
    }

    void send(byte[] frame) {
        send(queue(), frame);
    }

    void send(QueuePair pair, byte[] frame) {
        burst.add();
        burst.length(0, frame.length);
        burst.memory().putBytes(burst.offset(0), frame, 0, frame.length);
        if (pair.tx().send(burst) != 1) {
            throw new AssertionError("a frame was not accepted");
        }
    }

    /** The next experimental frame of whatever queue pair. */
    byte[] receive() {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (System.nanoTime() < end) {
            for (QueuePair pair : pairs) {
                byte[] frame = receiveNow(pair);
                if (frame != null) {
                    return frame;
                }
            }
        }
        throw new AssertionError("no frame within five seconds");
    }

    private byte[] receiveNow(QueuePair pair) {
        if (!pair.rx().await(pairs.size() == 1 ? PATIENCE_NANOS : 1_000_000L)) {
            return null;
        }
        while (pair.rx().receive(burst) > 0) {
            byte[] frame = new byte[burst.length(0)];
            burst.memory().getBytes(burst.offset(0), frame, 0, frame.length);
            burst.release();
            if (frame.length >= 14 && isExperimental(frame)) {
                return frame;
            }
        }
        return null;
    }

    private static boolean isExperimental(byte[] frame) {
        return ((frame[12] & 0xff) << 8 | frame[13] & 0xff) == EXPERIMENTAL;
    }

    /** Closes everything. */
    @Override
    public void close() {
        if (wire != null) {
            wire.close();
        }
        rtap.close();
        pool.close();
    }
}
