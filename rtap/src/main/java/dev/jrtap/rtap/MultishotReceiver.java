// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.uring.BufferRing;
import dev.jrtap.uring.CqeFlags;
import dev.jrtap.uring.Operations;
import dev.jrtap.uring.Ring;

/** One READ_MULTISHOT into a ring of buffers, whose ids are the slots. */
final class MultishotReceiver implements RingReceiver {

    private static final int GROUP = 0;

    private final Ring ring;
    private final Chains chains;
    private final RxCounts counts;
    private final ReadCompletion rx;
    private final BufferRing buffers;
    private final int most;
    private final int[] slots;
    private int lent;
    private boolean armed;

    MultishotReceiver(RingDriver driver, Chains chains, RxCounts counts, ReadCompletion rx, int depth)
            throws ErrnoException {
        this.ring = driver.ownRing();
        this.chains = chains;
        this.counts = counts;
        this.rx = rx;
        // Half of the pool is for sending: a reply needs a slot, too.
        this.most = Math.min(depth, chains.most());
        this.slots = new int[most];
        this.buffers = ring.bufferRing(GROUP, depth);
    }

    @Override
    public RxMode mode() {
        return RxMode.MULTISHOT;
    }

    @Override
    public boolean replenish(int wanted) {
        lend();
        if (lent == 0) {
            counts.add(RxCounter.NO_BUFFER);
            return false;
        }
        if (!armed) {
            Operations entry = ring.submission().claim();
            if (entry != null) {
                entry.readMultishot(RingDriver.FILE, GROUP).fixedFile().userData(RingDriver.RECEIVED);
                armed = true;
            }
        }
        return true;
    }

    private void lend() {
        if (lent >= most) {
            return;
        }
        int taken = chains.take(slots, most - lent);
        for (int i = 0; i < taken; i++) {
            offer(slots[i]);
        }
        buffers.publish();
    }

    private void offer(int slot) {
        PacketPool pool = chains.pool();
        buffers.unsafeOffer(pool.headerAddress(slot), pool.bufferLength(), slot);
        lent++;
    }

    @Override
    public void onRead(int token, int result, int flags) {
        // Without "more" the read is over: out of buffers, canceled, or ended by the kernel, which may happen at any
        // time. The next replenish arms it again.
        if (!CqeFlags.hasMore(flags)) {
            armed = false;
            counts.add(RxCounter.REARMS);
        }
        if (!CqeFlags.hasBuffer(flags)) {
            rx.completed(PacketPool.NONE, result);
            return;
        }
        lent--;
        int slot = CqeFlags.bufferId(flags);
        if (!rx.completed(slot, result)) {
            chains.mark(slot);
            offer(slot);
            buffers.publish();
        }
    }
}
