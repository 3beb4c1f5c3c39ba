// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.syscall.Errno;
import dev.jrtap.tuntap.TunMode;
import dev.jrtap.tuntap.VnetHeader;

/**
 * Packets to the kernel's network stack.
 *
 * <p>Threads: the owner of the {@link QueuePair}; anybody may read the counters, which count since the last reset.
 */
public final class TxQueue {

    private final Driver driver;
    private final PacketsInFlight inFlight;
    private final PacketPool pool;
    private final TxCounts counts;
    private final int depth;
    private final boolean flushes;
    private final VnetHeader header = new VnetHeader();
    private final SoftwareSegmentation segmentation;

    @SuppressWarnings("NullAway.Init") // by over
    private Sender sender;

    private volatile boolean gone;
    private boolean sendsPieces;
    private int pending;

    private TxQueue(Driver driver, PacketPool pool, TunMode mode, TxCounts counts, RtapConfig config) {
        this.driver = driver;
        this.inFlight = new PacketsInFlight(pool);
        this.pool = pool;
        this.counts = counts;
        this.depth = config.ringSize();
        this.flushes = !config.options().path.isFlushDeferred();
        this.segmentation = new SoftwareSegmentation(pool, mode, config.options().cut);
    }

    /** A queue that nobody drives yet. */
    static TxQueue over(Driver driver, PacketPool pool, TunMode mode, TxCounts counts, RtapConfig config) {
        TxQueue tx = new TxQueue(driver, pool, mode, counts, config);
        tx.sender = driver.sender(tx::sent, pool);
        driver.onReap(tx::reaped);
        return tx;
    }

    /** Releases what it holds, when the kernel reads it no more, and counts it: the kernel has not taken it. */
    void releaseAll() {
        countSent();
        int unsent = inFlight.count(packet -> true) + segmentation.pieces();
        pending = 0;
        for (; unsent > 0; unsent--) {
            counts.add(TxCounter.ERRORS);
            counts.add(TxCounter.UNSENT);
        }
        pool.releaseAtEnd(() -> {
            inFlight.releaseAll();
            segmentation.release();
        });
    }

    /** Returns whether a write has found that the device is gone. */
    boolean isGone() {
        return gone;
    }

    /**
     * Sends packets in order, as many as fit, with one system call for all that a ring takes.
     *
     * <p>Accepted packets leave the burst and belong to the queue until the kernel has written them; the rest stay, in
     * order, and still belong to the caller. Never blocks, never throws for a packet: packets that the kernel refuses
     * count in {@link #errors}, and by reason in {@link #count}. A super-packet that it refuses is cut here and sent
     * again, and so is each later one of its kind.
     *
     * @return how many were accepted; 0 after a close, see {@link QueuePair#close}
     * @throws IllegalStateException if the burst has another pool, if the queue is closed, or if another thread owns it
     */
    public int send(Burst burst) {
        if (burst.pool() != pool) {
            throw new IllegalStateException("the burst has another pool");
        }
        pool.checkThread();
        if (!driver.own() || burst.size() == 0) {
            return 0;
        }
        driver.reap();
        int accepted = 0;
        int seen = 0;
        for (; seen < burst.size(); seen++) {
            int packet = burst.slotOrNone(seen);
            if (packet != PacketPool.NONE) {
                if (!accept(packet)) {
                    counts.add(TxCounter.RING_FULL);
                    break;
                }
                accepted++;
            }
        }
        burst.removeFirst(seen);
        sendPieces();
        if (flushes || accepted == 0) {
            flush();
        } else {
            // System calls are over as soon as they are made, and nobody reaps before the next call.
            settle();
        }
        return accepted;
    }

    /** Takes a packet, cut if the kernel cannot be asked to; {@code false} if there is no room for it. */
    private boolean accept(int packet) {
        if (segmentation.hasPieces() && !sendPieces()) {
            return false;
        }
        return segmentation.isNeeded(packet) && cutNow(packet) || write(packet);
    }

    /** Releases what has been sent, and sends the pieces of a refused packet that wait: whatever the owner calls. */
    private void reaped() {
        settle();
        if (sendsPieces) {
            // Called by the reap below.
            return;
        }
        sendsPieces = true;
        try {
            boolean some = true;
            while (some && segmentation.hasPieces()) {
                int before = segmentation.pieces();
                sendPieces();
                // A full send buffer may hold them all, and then the others wait, too.
                some = segmentation.pieces() < before;
                driver.enterIfNeeded();
                // Writes are mostly over when they have been handed over: nothing is left for a close to forget.
                driver.reap();
            }
        } finally {
            sendsPieces = false;
        }
    }

    /** Returns whether packets wait to be written, or for a cut of them that has yet to be sent. */
    boolean isSending() {
        return pending > 0 || segmentation.hasPieces();
    }

    /** Counts and releases what has been sent: in a loop of its own, which is compiled as one. */
    private void settle() {
        countSent();
        inFlight.releaseDone();
    }

    private void countSent() {
        FrameCounts frames = counts.frames();
        for (int i = 0; i < inFlight.done(); i++) {
            int packet = inFlight.done(i);
            frames.count(pool.memory(), pool.offset(packet), pool.packetLength(packet));
            countWork(packet);
        }
        frames.settle();
    }

    /** Hands over what has been cut, as far as there is room; returns whether that was all. */
    private boolean sendPieces() {
        while (segmentation.hasPieces()) {
            if (!write(segmentation.first())) {
                return false;
            }
            segmentation.removeFirst();
        }
        return true;
    }

    /**
     * Submits sent packets that have not gone to the kernel yet; needed only with {@link RtapConfig#withDeferredFlush}.
     */
    public void flush() {
        pool.checkThread();
        if (driver.own()) {
            driver.enter();
            driver.reap();
        }
    }

    private boolean write(int packet) {
        if (pending == depth) {
            return false;
        }
        // Counted beforehand: system calls tell at once what has become of it.
        inFlight.hold(packet);
        pending++;
        if (pool.next(packet) != PacketPool.NONE && pool.segmentCount(packet) > PacketPool.MAX_SEGMENTS) {
            counts.add(TxCounter.TOO_MANY_SEGMENTS);
            drop(packet);
            return true;
        }
        if (sender.write(packet)) {
            return true;
        }
        inFlight.handOver(packet);
        pending--;
        return false;
    }

    /** One write is over, see {@link WriteCompletion}. */
    void sent(int packet, int result) {
        if (result != VnetHeader.LENGTH + pool.packetLength(packet)) {
            refused(packet, result);
            return;
        }
        pending--;
        if (inFlight.releaseSoon(packet)) {
            settle();
        }
    }

    private void refused(int packet, int result) {
        if (result == -Errno.EINVAL && segmentation.remembers(packet) && cut(packet)) {
            return;
        }
        countReason(result);
        drop(packet);
    }

    /** Releases a packet that is not sent. */
    private void drop(int packet) {
        counts.add(TxCounter.ERRORS);
        pending--;
        inFlight.release(packet);
    }

    /** Has a refused super-packet sent again in pieces: those go as soon as somebody sends, receives or waits. */
    private boolean cut(int packet) {
        inFlight.handOver(packet);
        if (cutNow(packet)) {
            counts.add(TxCounter.RESEGMENTED);
            pending--;
            return true;
        }
        inFlight.hold(packet);
        return false;
    }

    /** Cuts with all slots that are free. */
    private boolean cutNow(int packet) {
        settle();
        return segmentation.cut(packet);
    }

    private void countWork(int packet) {
        if (pool.next(packet) != PacketPool.NONE) {
            counts.add(TxCounter.MULTI_SEGMENT);
        }
        if (pool.hasHeadroom(packet) && !VnetHeader.isClear(pool.memory(), pool.header(packet))) {
            header.wrap(pool.memory(), pool.header(packet));
            if (header.gsoType() != VnetHeader.GSO_NONE) {
                counts.add(TxCounter.TSO);
            }
            if (header.needsChecksum()) {
                counts.add(TxCounter.CHECKSUM_OFFLOAD);
            }
        }
    }

    private void countReason(int result) {
        if (result >= 0) {
            counts.add(TxCounter.SHORT);
        } else if (result == -Errno.EIO) {
            counts.add(TxCounter.LINK_DOWN);
        } else if (result == -Errno.EINVAL) {
            counts.add(TxCounter.INVALID);
        } else if (result == -Errno.ENOMEM || result == -Errno.ENOBUFS) {
            counts.add(TxCounter.NO_MEMORY);
        } else if (result == -Errno.EBADFD) {
            gone = true;
            counts.add(TxCounter.GONE);
        }
    }

    /** Packets that the kernel has taken. */
    public long packets() {
        return counts.frames().frames();
    }

    /** Bytes of the frames that the kernel has taken. */
    public long bytes() {
        return counts.frames().get(FrameCounter.BYTES);
    }

    /** Packets that the kernel has refused, in whole or in part: for instance while the interface is down. */
    public long errors() {
        return counts.get(TxCounter.ERRORS);
    }

    /** Returns the count of one kind. */
    public long count(TxCounter counter) {
        return counts.get(counter);
    }
}
