// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.net.VlanTag;
import dev.jrtap.syscall.Errno;
import dev.jrtap.tuntap.VnetHeader;
import java.util.function.Function;

/**
 * Finds packets in the slots that a BPF program has written them into, without a system call; and reads, now and then,
 * what has gone past the program into the kernel's own queue.
 */
final class MappedReceiver implements Receiver {

    /**
     * After so many looks the kernel's queue is read: one that never sleeps would not hear of packets in it, nor of the
     * end of the device.
     */
    private static final int LOOKS = 256;

    private final MappedPart part;
    private final MappedQueue queue;
    private final MappedRing ring;
    private final Chains chains;
    private final RxCounts counts;
    private final ReadCompletion rx;
    private final Receiver reads;
    private final boolean hasHeaders;
    private final int[] lengths;
    private final int[] segments;
    private boolean begun;
    private boolean caughtUp;
    private boolean due;
    private int looks;
    private int read;
    private boolean dry;

    /**
     * A receiver that nobody drives yet.
     *
     * @param reads makes what reads the kernel's queue
     */
    MappedReceiver(
            MappedPart part,
            Chains chains,
            RxCounts counts,
            ReadCompletion rx,
            Function<ReadCompletion, Receiver> reads) {
        this.part = part;
        this.queue = part.queue();
        this.ring = queue.ring();
        this.chains = chains;
        this.counts = counts;
        this.rx = rx;
        this.reads = reads.apply(this::onRead);
        this.hasHeaders = part.device().hasHeaders();
        this.lengths = new int[part.most()];
        this.segments = new int[chains.segments()];
    }

    @Override
    public RxMode mode() {
        return RxMode.MAPPED;
    }

    @Override
    public boolean replenish(int wanted) {
        if (!begun) {
            lend(0);
            begun = part.tryBegin();
        }
        int room = wanted - catchUp(wanted);
        int held = wanted - room;
        while (caughtUp && room > 0) {
            int slots = ring.ready();
            if (slots == 0) {
                break;
            }
            receive(slots);
            held += slots;
            room--;
        }
        lend(held);
        if (ring.lent() < chains.segments()) {
            counts.add(RxCounter.NO_BUFFER);
            return false;
        }
        return true;
    }

    @Override
    public int receive(Burst burst, int shortest) {
        if (!caughtUp || hasHeaders || isDue()) {
            return 0;
        }
        int[] heads = burst.places();
        int limit = Math.min(heads.length, lengths.length);
        int count = ring.takeUsual(heads, lengths, limit, shortest - VnetHeader.LENGTH);
        if (count == 0) {
            return 0;
        }
        chains.fill(heads, lengths, count);
        FrameCounts frames = counts.frames();
        frames.count(chains.pool(), heads, lengths, count);
        frames.settle();
        burst.filled(count);
        lend(0);
        return count;
    }

    /** Returns whether the kernel's queue must be read; stays {@code true} until {@link #catchUp} reads it. */
    private boolean isDue() {
        // Each is asked: what has been told is forgotten.
        boolean told = queue.takeTold();
        boolean passed = ring.takePassed();
        due |= ++looks % LOOKS == 0 || told || passed;
        return due;
    }

    /**
     * Reads what waits in the kernel's queue, if that may be something; returns how many packets that were.
     *
     * <p>Packets that came before the queue was begun are read before the first one that came later, so that those of a
     * flow stay in order: that is, when the first is there, until nothing is left to be read.
     */
    private int catchUp(int wanted) {
        boolean isDue = isDue();
        due = false;
        if (caughtUp) {
            return isDue ? readQueue(wanted) : 0;
        }
        boolean isFirst = ring.ready() > 0;
        int count = isFirst || isDue || !begun ? readQueue(wanted) : 0;
        caughtUp = isFirst && dry;
        return count;
    }

    /** Reads what waits in the kernel's queue; returns how many packets that were. */
    private int readQueue(int wanted) {
        read = 0;
        dry = false;
        reads.replenish(wanted);
        reads.takeBack(true);
        if (!dry) {
            queue.tell();
        }
        return read;
    }

    private boolean onRead(int packet, int result) {
        // Any other error has cost one packet, and more may wait.
        dry |= result == -Errno.EAGAIN || result == -Errno.EBADFD;
        boolean taken = rx.completed(packet, result);
        read += taken ? 1 : 0;
        return taken;
    }

    /**
     * Lends slots, of which half of the pool is for sending, and the other half for all queues over it; {@code held} of
     * it wait to be received. One that opens later finds less than its share: then enough stays for a frame to be read,
     * without which nobody would know what waits in the kernel's queue, and nothing would be received.
     */
    private void lend(int held) {
        PacketPool pool = chains.pool();
        int share = pool.slots() / 2 / Math.max(1, pool.users().count());
        int most = Math.min(part.most(), Math.max(chains.segments(), share - held));
        int wanted = Math.min(most - ring.lent(), pool.available() - chains.segments());
        if (wanted > 0) {
            ring.lend(pool, wanted);
        }
    }

    /** Makes a packet of the next slots. */
    private void receive(int slots) {
        int descriptor = ring.take(segments, slots);
        int head = chains.join(segments, slots);
        if ((descriptor & MappedLayout.BROKEN) != 0) {
            counts.add(RxCounter.ERRORS);
            chains.release(head);
            return;
        }
        int whole = descriptor & MappedLayout.LENGTH;
        if ((descriptor & MappedLayout.TAGGED) != 0) {
            chains.pool().offset(head, chains.pool().offset(head) - VlanTag.LENGTH);
            whole += VlanTag.LENGTH;
        }
        if (!rx.completed(head, VnetHeader.LENGTH + whole)) {
            chains.release(head);
        }
    }

    @Override
    public int takeBack(boolean looks) {
        reads.takeBack(looks);
        int unseen = 0;
        int slots;
        while (looks && (slots = ring.ready()) > 0) {
            unseen++;
            for (int i = 0; i < slots; i++) {
                chains.release(ring.take());
            }
        }
        while (ring.lent() > 0) {
            chains.release(ring.take());
        }
        return unseen;
    }
}
