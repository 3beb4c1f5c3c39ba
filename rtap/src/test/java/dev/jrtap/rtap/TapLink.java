// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.syscall.Syscalls;
import java.io.IOException;

/** A device that is up, its only queue pair, and the other end of the wire. */
final class TapLink implements AutoCloseable {

    static final long SECOND = 1_000_000_000L;

    final PacketPool pool;
    final Rtap rtap;
    final QueuePair queue;
    /** One packet at a time: a frame looked for is never released with another. */
    final Burst burst;

    final Wire wire;

    TapLink(Syscalls sys, RtapConfig config, PacketPool pool) throws IOException {
        this.pool = pool;
        rtap = Rtap.open(sys, config);
        queue = rtap.openQueue(0, pool);
        burst = new Burst(pool, 1);
        rtap.up();
        wire = Wire.open(rtap.ifIndex());
    }

    /** The next frame of the tests' type; it stays in {@link #burst}. */
    byte[] receive() {
        burst.release();
        while (queue.rx().await(5 * SECOND)) {
            queue.rx().receive(burst);
            if (burst.size() == 1 && isOurs()) {
                return Frames.bytes(burst, 0);
            }
            burst.release();
        }
        throw new AssertionError("no frame within five seconds");
    }

    /** The next frame of {@code length} bytes; likewise. */
    byte[] receive(int length) {
        burst.release();
        while (queue.rx().await(5 * SECOND)) {
            queue.rx().receive(burst);
            if (burst.size() == 1 && burst.length(0) == length) {
                return Frames.bytes(burst, 0);
            }
            burst.release();
        }
        throw new AssertionError("no frame of " + length + " bytes within five seconds");
    }

    private boolean isOurs() {
        return burst.firstLength(0) >= 14 && burst.memory().getU16Be(burst.offset(0) + 12) == Frames.EXPERIMENTAL;
    }

    /** Sends a frame in segments of at most {@code segment} bytes. */
    void send(byte[] frame, int segment) {
        burst.release();
        Frames.add(burst, frame, segment);
        if (queue.tx().send(burst) != 1) {
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
