// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.bindings.Poll;
import dev.jrtap.syscall.Errno;
import dev.jrtap.uring.Ring;
import dev.jrtap.uring.Sqe;

/**
 * A few READs, each into a slot of its own.
 *
 * <p>A kernel whose tun driver cannot be asked without blocking (before 6.4) answers a read of an empty queue with EAGAIN in place
 * of waiting. Such a read is posted again behind a POLL_ADD that it is linked to.
 */
final class OneShotReceiver implements Receiver {

    /** A packet wakes every read that waits: with many of them, most are woken in vain. */
    private static final int MAX_READS = 8;

    private final Ring ring;
    private final int fd;
    private final PacketsInFlight inFlight;
    private final int[] again;
    private final int depth;
    private int againCount;
    private int posted;

    OneShotReceiver(Ring ring, int fd, PacketsInFlight inFlight, int depth) {
        this.ring = ring;
        this.fd = fd;
        this.inFlight = inFlight;
        this.depth = Math.min(depth, MAX_READS);
        this.again = new int[this.depth];
    }

    @Override
    public RxMode mode() {
        return RxMode.ONE_SHOT;
    }

    @Override
    public void prepare() {
        // Reads are entries of the ring, and whoever claims one drives it: the first look posts them.
    }

    @Override
    public void replenish() {
        while (againCount > 0 && ring.submission().space() >= 2) {
            ring.submission().claim().pollAdd(fd, Poll.POLLIN).link();
            read(ring.submission().claim(), again[--againCount]);
        }
        while (posted < depth && ring.submission().space() > 0) {
            int slot = inFlight.take();
            if (slot == PacketPool.NONE) {
                return;
            }
            posted++;
            read(ring.submission().claim(), slot);
        }
    }

    private void read(Sqe sqe, int slot) {
        PacketPool pool = inFlight.pool();
        sqe.read(fd, pool.headerAddress(slot), pool.bufferLength(), 0).userData(QueuePair.RECEIVED | slot);
    }

    @Override
    public int slotOf(int slot, int result, int flags) {
        if (result >= 0) {
            posted--;
        }
        return slot;
    }

    @Override
    public void recycle(int slot, int result) {
        if (result == -Errno.EAGAIN) {
            again[againCount++] = slot;
            return;
        }
        if (result < 0) {
            posted--;
        }
        inFlight.release(slot);
    }
}
