// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/** A device that is up, with all its queue pairs, driven by the thread of the test, and the other end of the wire. */
final class TapLink implements AutoCloseable {

    static final long SECOND = 1_000_000_000L;

    private static final int RING = 32;
    private static final int SLOTS = 512;
    private static final int SLOT_SIZE = 2048;
    private static final long PATIENCE_NANOS = 5 * SECOND;
    private static final long TURN_NANOS = 1_000_000;

    final PacketPool pool;
    final Rtap rtap;
    final List<QueuePair> pairs = new ArrayList<>();
    /** The first pair. */
    final QueuePair queue;
    /** Has room for one packet, so that a wanted frame is never released with another. */
    final Burst burst;

    final Wire wire;

    TapLink(TapProfile profile) throws IOException {
        this(profile, SLOTS);
    }

    TapLink(TapProfile profile, int slots) throws IOException {
        this(
                profile.syscalls(),
                profile.config().withRingSize(RING),
                PacketPool.create(profile.syscalls(), slots, SLOT_SIZE));
    }

    TapLink(Syscalls sys, RtapConfig config) throws IOException {
        this(sys, config, PacketPool.create(sys, SLOTS, SLOT_SIZE));
    }

    /** Takes ownership of {@code pool}. */
    TapLink(Syscalls sys, RtapConfig config, PacketPool pool) throws IOException {
        this.pool = pool;
        rtap = Rtap.open(sys, config);
        openQueues();
        queue = pairs.get(0);
        burst = new Burst(pool, 1);
        silence();
        rtap.up();
        wire = Wire.open(rtap.ifIndex());
    }

    /** Opens the queue pairs that are not open. */
    void openQueues() throws IOException {
        while (pairs.size() < rtap.queues()) {
            pairs.add(rtap.openQueue(pairs.size(), pool));
        }
    }

    /** Keeps the kernel from sending packets of its own, such as neighbor discovery, and from merging sent ones. */
    private void silence() throws IOException {
        Gro.off(rtap.name());
        Path ipv6 = Path.of("/proc/sys/net/ipv6/conf", rtap.name(), "disable_ipv6");
        if (Files.exists(ipv6)) {
            Files.writeString(ipv6, "1");
        }
    }

    /** Returns the next frame of the tests' type, of any queue pair; it stays in {@link #burst}. */
    byte[] receive() {
        return receive(i ->
                burst.firstLength(i) >= 14 && burst.memory().getU16Be(burst.offset(i) + 12) == Frames.EXPERIMENTAL);
    }

    /** Returns the next frame of {@code length} bytes; it stays in {@link #burst}. */
    byte[] receive(int length) {
        return receive(i -> burst.length(i) == length);
    }

    private byte[] receive(IntPredicate wanted) {
        burst.release();
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (System.nanoTime() < end) {
            for (QueuePair pair : pairs) {
                pair.rx().await(pairs.size() == 1 ? PATIENCE_NANOS : TURN_NANOS);
                while (pair.rx().receive(burst) > 0) {
                    if (wanted.test(0)) {
                        return Frames.bytes(burst, 0);
                    }
                    burst.release();
                }
            }
        }
        throw new AssertionError("no such frame within five seconds");
    }

    void send(byte[] frame) {
        send(queue, frame);
    }

    /** Sends a frame without allocating. */
    void send(QueuePair pair, byte[] frame) {
        burst.release();
        burst.add();
        burst.length(0, frame.length);
        burst.memory().putBytes(burst.offset(0), frame, 0, frame.length);
        hand(pair);
    }

    /** Sends a frame in segments of at most {@code segment} bytes. */
    void send(byte[] frame, int segment) {
        burst.release();
        Frames.add(burst, frame, segment);
        hand(queue);
    }

    private void hand(QueuePair pair) {
        if (pair.tx().send(burst) != 1) {
            throw new AssertionError("a frame was not accepted");
        }
    }

    @Override
    public void close() {
        wire.close();
        burst.release();
        rtap.close();
        pool.close();
    }
}
