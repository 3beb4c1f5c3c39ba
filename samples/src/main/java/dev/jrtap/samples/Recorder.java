// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.pcapng.PacketDirection;
import dev.jrtap.pcapng.PcapngWriter;
import dev.jrtap.rtap.Burst;
import dev.jrtap.rtap.PacketPool;
import dev.jrtap.rtap.QueuePair;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * Writes every packet that a device receives to a capture file. Packets of a burst have the same timestamp.
 *
 * <p>Threads: the thread that runs it. It flushes whenever no packet is left, so that a program that reads the file
 * meanwhile sees all packets.
 */
final class Recorder implements Runnable {

    private static final int BURST = 64;
    private static final long SECOND = 1_000_000_000L;

    private final QueuePair queue;
    private final PcapngWriter file;
    private final int device;
    private final int snapLength;
    private final long most;
    private final Burst burst;
    private long recorded;
    private volatile IOException failure;

    /**
     * Makes a recorder.
     *
     * @param device the number of the interface in the file
     * @param snapLength the most bytes of a packet to record; 0 for all
     * @param most the most packets to record
     */
    Recorder(QueuePair queue, PacketPool pool, PcapngWriter file, int device, int snapLength, long most) {
        this.queue = queue;
        this.file = file;
        this.device = device;
        this.snapLength = snapLength;
        this.most = most;
        this.burst = new Burst(pool, BURST);
    }

    /** Records until the limit is reached, the queue pair is closed, or the file cannot be written. */
    @Override
    public void run() {
        try {
            while (queue.isOpen() && !queue.isGone() && recorded < most) {
                if (queue.rx().receive(burst) == 0) {
                    file.flush();
                    queue.rx().await(SECOND);
                }
                record(epochNanos());
                burst.release();
            }
        } catch (IOException e) {
            failure = e;
        } finally {
            burst.release();
        }
    }

    private void record(long time) throws IOException {
        for (int i = 0; i < burst.size() && recorded < most; i++) {
            int original = burst.length(i);
            int length = snapLength == 0 ? original : Math.min(snapLength, original);
            file.begin(device, time, length, original, PacketDirection.UNKNOWN, "");
            file.append(burst.memory(), burst.offset(i), length);
            recorded++;
        }
    }

    private static long epochNanos() {
        Instant now = Instant.now();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }

    /** Returns the number of recorded packets. Other threads may call this only after {@link #run} has ended. */
    long recorded() {
        return recorded;
    }

    /** Throws the exception that ended the recording, if there is one; {@code name} is the file's. */
    void check(String name) throws IOException {
        if (failure != null) {
            throw new IOException(name + ": " + failure.getMessage(), failure);
        }
    }
}
