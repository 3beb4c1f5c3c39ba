// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.PollSet;
import dev.jrtap.tuntap.TunMode;
import dev.jrtap.tuntap.VnetHeader;

/**
 * Packets from the kernel's network stack.
 *
 * <p>Threads: the owner of the {@link QueuePair}; anybody may read the counters, which count since the last reset.
 */
public final class RxQueue {

    /** The longest sleep while the pool is empty: nothing signals the release of a packet. */
    static final long EMPTY_POOL_NANOS = 1_000_000;

    /** A sleep that was over sooner was none: a packet was there. */
    private static final long NO_SLEEP_NANOS = 20_000;

    private final Driver driver;
    private final PacketsInFlight inFlight;
    private final PacketPool pool;
    private final Chains chains;
    private final RxCounts counts;
    private final VnetHeader header = new VnetHeader();
    private final int shortest;
    /** Packets; the complement of one that has a header. */
    private final int[] arrived;

    private final int mask;

    @SuppressWarnings("NullAway.Init") // by over
    private Receiver receiver;

    private boolean used;
    private boolean calm;
    private volatile boolean gone;
    private boolean slotPosted = true;
    private int wanted = 1;
    private int head;
    private int tail;

    private RxQueue(Driver driver, PacketsInFlight inFlight, TunMode mode, int longest, RxCounts counts, int depth) {
        this.driver = driver;
        this.inFlight = inFlight;
        this.pool = inFlight.pool();
        this.chains = new Chains(inFlight, longest);
        this.counts = counts;
        this.shortest = VnetHeader.LENGTH + FrameSize.shortest(mode);
        // replenish() stops at the depth, and no more than the depth are lent to a ring besides. System calls read no
        // more than there is room for.
        this.arrived = new int[2 * depth];
        this.mask = arrived.length - 1;
    }

    /**
     * A queue that nobody drives yet.
     *
     * @param mode what the device carries
     * @param longest bytes of the longest frame that can arrive
     */
    static RxQueue over(Driver driver, PacketPool pool, TunMode mode, RxCounts counts, int depth, int longest)
            throws ErrnoException {
        RxQueue rx = new RxQueue(driver, new PacketsInFlight(pool), mode, longest, counts, depth);
        rx.receiver = driver.receiver(rx.new Arrivals(), rx.chains, counts);
        driver.onEnter(rx::replenish);
        return rx;
    }

    /**
     * Releases what it holds, when the kernel writes into it no more.
     *
     * @return packets that had come and that nobody has received
     */
    int releaseAll() {
        int[] lost = {ready()};
        Thread closer = Thread.currentThread();
        pool.releaseAtEnd(() -> {
            // Another thread, the pool's, does it later: then what the kernel has filled cannot be looked at any more.
            // That it is held is known all the same.
            lost[0] += receiver.takeBack(Thread.currentThread() == closer);
            while (tail != head) {
                inFlight.release(packet(arrived[head++ & mask]));
            }
            lost[0] += inFlight.count(chains::isWritten);
            inFlight.releaseAll();
        });
        return lost[0];
    }

    /** Bytes of the longest frame that it can receive. */
    int frameCapacity() {
        return chains.capacity() - VnetHeader.LENGTH - 1;
    }

    /** How packets are received: never {@link RxMode#AUTO}. */
    public RxMode mode() {
        return receiver.mode();
    }

    /**
     * Fills an empty burst with packets that have arrived. Does not wait; enters the kernel only if none is at hand. In
     * a loop that sleeps in a {@link QueueGroup}, at most two calls after one that has emptied the queue return 0
     * without a look: the group's poll is one for all queues.
     *
     * @return how many packets, 0..burst.capacity(); 0 after a close, see {@link QueuePair#close}
     * @throws IllegalStateException if the burst is not empty or has another pool, if the queue is closed, or if
     *     another thread owns it
     */
    public int receive(Burst burst) {
        if (burst.size() != 0 || burst.pool() != pool) {
            throw new IllegalStateException(
                    burst.size() != 0 ? "the burst still holds packets: release it" : "the burst has another pool");
        }
        wanted = Math.max(1, burst.capacity());
        if (!drive()) {
            return 0;
        }
        if (tail == head) {
            int count = receiver.receive(burst, shortest);
            if (count > 0) {
                driver.reap();
                return count;
            }
            if (receiver.skipsLook()) {
                return 0;
            }
        }
        find(true, true);
        int count = Math.min(burst.capacity(), tail - head);
        for (int i = 0; i < count; i++) {
            int entry = arrived[head++ & mask];
            int packet = packet(entry);
            inFlight.handOver(packet);
            counts.frames().count(pool.memory(), pool.offset(packet), pool.packetLength(packet));
            if (entry < 0) {
                countWork(packet);
            }
            burst.append(packet);
        }
        // What waits when the queue is closed is missed, and counted as that.
        counts.frames().settle();
        return count;
    }

    private static int packet(int entry) {
        return entry < 0 ? ~entry : entry;
    }

    /** Counts what is left to do to a packet that is received. */
    private void countWork(int packet) {
        header.wrap(pool.memory(), pool.header(packet));
        if (header.gsoType() != VnetHeader.GSO_NONE) {
            counts.add(RxCounter.LRO);
        }
        if (header.needsChecksum()) {
            counts.add(RxCounter.CHECKSUM_NONE);
        } else if (header.isValid()) {
            counts.add(RxCounter.CHECKSUM_GOOD);
        }
    }

    /**
     * Sleeps until a packet is there.
     *
     * @param timeoutNanos the longest sleep; 0 or less does not sleep
     * @return whether one is there; {@code false} after the timeout, a wake, a close or an interrupt, whose flag stays
     *     set, and if the device is gone
     * @throws IllegalStateException if the queue is closed, see {@link QueuePair#close}, or if another thread owns it
     */
    public boolean await(long timeoutNanos) {
        long start = System.nanoTime();
        long before = start;
        long left = Math.max(0, timeoutNanos);
        // Where the last wait has slept, this one will: a read that it claims goes to the kernel as it falls asleep,
        // and a descriptor that is polled is read when it is readable.
        boolean enters = !calm || left == 0;
        boolean reads = enters || !receiver.isPolled();
        while (look(reads, enters)) {
            if (tail != head) {
                return true;
            }
            // The driver also wakes for what is no packet: a sent one, or a read that keeps failing because the device
            // is gone.
            if (left <= 0 || gone || !sleep(left)) {
                return false;
            }
            long now = System.nanoTime();
            slept(now - before);
            before = now;
            left = timeoutNanos - (now - start);
            enters = false;
            reads = true;
        }
        return false;
    }

    /** Looks as {@link #await} without a time does, and leaves a read in the kernel that tells of the next packet. */
    boolean arm() {
        receiver.postNext();
        boolean found = await(0);
        // The second look hands over a read that waits, which the first may have claimed after others were over.
        return found || await(0);
    }

    /**
     * Prepares a sleep of the owner in {@code polls}: hands over what is claimed, and looks at what has arrived.
     *
     * @return whether to sleep; {@code false} if a packet is there, or after a close
     */
    boolean beginSleep(PollSet polls) {
        if (!drive()) {
            return false;
        }
        receiver.polled();
        driver.enterIfNeeded();
        driver.reap();
        return tail == head && driver.beginSleep(polls, slotPosted && !gone);
    }

    /** Ends the sleep that {@link #beginSleep} has prepared. */
    void endSleep(PollSet polls) {
        driver.endSleep(polls);
    }

    private void slept(long nanos) {
        calm = nanos >= NO_SLEEP_NANOS;
        if (calm) {
            receiver.calm();
        }
    }

    private boolean sleep(long nanos) {
        if (slotPosted) {
            return driver.await(nanos, true);
        }
        return driver.await(Math.min(nanos, EMPTY_POOL_NANOS), false) || nanos > EMPTY_POOL_NANOS;
    }

    /**
     * Brings in what has arrived, if little is at hand; {@code false} after a close.
     *
     * @param reads whether to claim reads, if nothing is
     * @param enters whether to enter the kernel then
     */
    private boolean look(boolean reads, boolean enters) {
        if (!drive()) {
            return false;
        }
        find(reads, enters);
        return true;
    }

    /** Returns whether this thread may drive the queue, and it is open. */
    private boolean drive() {
        pool.checkThread();
        return driver.own();
    }

    private void find(boolean reads, boolean enters) {
        if (tail - head > mask / 2) {
            return;
        }
        if (!receiver.isIdle()) {
            driver.reap();
        }
        if (tail != head || !reads) {
            return;
        }
        used = true;
        replenish();
        if (enters) {
            if (tail == head) {
                enter();
            }
            calm &= tail == head;
        }
    }

    private void enter() {
        driver.enterIfNeeded();
        if (driver.reap() > 0 && tail == head && !receiver.skipsLook()) {
            // What came was no packet; the reads may be over all the same.
            replenish();
        }
    }

    /**
     * Claims the next reads, if somebody receives and has not too much at hand. They go with whatever enters the kernel
     * next: in a loop that answers, after the replies.
     */
    private void replenish() {
        if (used && !gone && tail - head <= mask / 2) {
            slotPosted = receiver.replenish(Math.min(wanted, arrived.length - ready()));
        }
    }

    /** Returns whether a read has found that the device is gone: no packet will come any more. */
    boolean isGone() {
        return gone;
    }

    /** Returns whether no read waits for packets, because the pool was empty: nobody tells when one comes. */
    boolean isStarved() {
        return !slotPosted;
    }

    /** Packets that have arrived and wait to be received. */
    int ready() {
        return tail - head;
    }

    private final class Arrivals implements ReadCompletion {

        @Override
        public boolean completed(int packet, int result) {
            return RxQueue.this.completed(packet, result);
        }
    }

    /** One read is over, see {@link ReadCompletion}. */
    boolean completed(int packet, int result) {
        if (packet == PacketPool.NONE || result < shortest) {
            countFailure(result);
            return false;
        }
        if (result >= chains.capacity()) {
            // The spare byte is used: the frame was longer than the slots, and the kernel has dropped the rest.
            counts.add(RxCounter.TRUNCATED);
            return false;
        }
        int length = result - VnetHeader.LENGTH;
        boolean plain = VnetHeader.isClear(pool.memory(), pool.header(packet));
        if (!plain && !header.wrap(pool.memory(), pool.header(packet)).fits(length)) {
            counts.add(RxCounter.MALFORMED);
            return false;
        }
        chains.fill(packet, length);
        arrived[tail++ & mask] = plain ? packet : ~packet;
        return true;
    }

    private void countFailure(int result) {
        if (result == -Errno.EBADFD) {
            if (!gone) {
                counts.add(RxCounter.GONE);
            }
            gone = true;
        } else if (result == -Errno.ENOBUFS) {
            counts.add(RxCounter.NO_BUFFER);
        } else if (result != -Errno.EAGAIN && result != -Errno.ECANCELED) {
            counts.add(RxCounter.ERRORS);
        }
    }

    /** Packets received. */
    public long packets() {
        return counts.frames().frames();
    }

    /** Bytes of the frames received. */
    public long bytes() {
        return counts.frames().get(FrameCounter.BYTES);
    }

    /** Reads that failed, or brought less than an Ethernet header. */
    public long errors() {
        return counts.get(RxCounter.ERRORS);
    }

    /** Frames longer than the slots they were read into, dropped. */
    public long truncated() {
        return counts.get(RxCounter.TRUNCATED);
    }

    /** Returns how often the pool was empty; the packets waited in the kernel. */
    public long noBuffer() {
        return counts.get(RxCounter.NO_BUFFER);
    }

    /** Returns the count of one kind. */
    public long count(RxCounter counter) {
        return counts.get(counter);
    }
}
