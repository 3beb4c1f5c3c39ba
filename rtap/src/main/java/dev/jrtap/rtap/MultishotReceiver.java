// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.uring.BufferRing;
import dev.jrtap.uring.CqeFlags;
import dev.jrtap.uring.Ring;
import dev.jrtap.uring.Sqe;

/** One READ_MULTISHOT into a ring of buffers, whose ids are the slots. */
final class MultishotReceiver implements Receiver {

    private static final int GROUP = 0;

    private final Ring ring;
    private final int fd;
    private final PacketsInFlight inFlight;
    private final BufferRing buffers;
    private final int depth;
    private int lent;
    private final RxCounts counts;
    private boolean armed;

    MultishotReceiver(Ring ring, int fd, PacketsInFlight inFlight, RxCounts counts, int depth) throws ErrnoException {
        this.ring = ring;
        this.fd = fd;
        this.inFlight = inFlight;
        this.counts = counts;
        this.depth = depth;
        this.buffers = ring.register().bufferRing(GROUP, depth);
    }

    @Override
    public RxMode mode() {
        return RxMode.MULTISHOT;
    }

    @Override
    public void prepare() {
        lend();
    }

    @Override
    public void replenish() {
        lend();
        if (!armed && lent > 0) {
            Sqe sqe = ring.submission().claim();
            if (sqe != null) {
                sqe.readMultishot(fd, GROUP).userData(QueuePair.RECEIVED);
                armed = true;
            }
        }
    }

    private void lend() {
        if (lent == depth) {
            return;
        }
        while (lent < depth) {
            int slot = inFlight.take();
            if (slot == PacketPool.NONE) {
                break;
            }
            offer(slot);
        }
        buffers.publish();
    }

    private void offer(int slot) {
        PacketPool pool = inFlight.pool();
        buffers.offer(pool.headerAddress(slot), pool.bufferLength(), slot);
        lent++;
    }

    @Override
    public int slotOf(int slot, int result, int flags) {
        // Without "more" the read is over: out of buffers, cancelled, or the kernel's mood. It is armed again with the
        // next look.
        if (!CqeFlags.hasMore(flags)) {
            armed = false;
            counts.add(RxCounter.REARMS);
        }
        if (!CqeFlags.hasBuffer(flags)) {
            return PacketPool.NONE;
        }
        lent--;
        return CqeFlags.bufferId(flags);
    }

    @Override
    public void recycle(int slot, int result) {
        offer(slot);
        buffers.publish();
    }
}
