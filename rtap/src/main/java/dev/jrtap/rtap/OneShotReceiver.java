// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.bindings.Fs;
import dev.jrtap.bindings.Poll;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.IoVectors;
import dev.jrtap.uring.Operations;
import dev.jrtap.uring.Sqe;
import dev.jrtap.uring.SubmissionQueue;

/**
 * Reads of one packet each, in rounds. All reads of a round but the last complete at once, with or without a packet
 * (RWF_NOWAIT); the last one waits, so that a packet finds exactly one read to wake. The next round has as many reads
 * as this one received packets.
 *
 * <p>When the caller sleeps for packets, no read waits: the descriptor is polled and read by system calls, and so are
 * the packets that arrive a few at a time. A ring that is entered only now and then would have the JIT compile its code
 * for long.
 *
 * <p>When the caller sleeps in a poll(2) of its own over several descriptors, no read waits either: all reads of a
 * round complete at once. One more read than the last round received packets tells that the queue is empty, and then
 * the next looks are left to the poll.
 *
 * <p>The tun driver before Linux 6.4 refuses RWF_NOWAIT with EOPNOTSUPP, and fails any read of an empty queue with
 * EAGAIN. On such a kernel the last read is linked to a POLL_ADD and follows it.
 */
final class OneShotReceiver implements RingReceiver {

    private static final int MOST_READS = 64;

    /**
     * The number of replenishments after a sleep that read by read(2): at first one packet, then twice as many each
     * time. A caller that goes on without a sleep has many packets, or spins: the ring is cheaper then.
     */
    private static final int LOOKS = 6;

    /** Rounds in a row without a packet and without a sleep that show a caller that spins. */
    private static final int SPINS = 64;

    /** Looks left out after a round that was over soon: what has come since is few, too. */
    private static final int SKIPS = 2;

    private static final int FEW = 4;

    private final RingDriver driver;
    private final SubmissionQueue submission;
    private final Chains chains;
    private final RxCounts counts;
    private final ReadCompletion rx;
    private final IoVectors vectors;
    private final int most;
    private final int[] heads = new int[MOST_READS];
    private boolean nowaitRefused;
    private int underWay;
    private int round;
    private int fruits;
    // Replenishments since a packet was last slept for.
    private int looks = LOOKS;
    // Whether the caller polls the descriptor before it sleeps.
    private boolean polled;
    private int skips;
    private int fruitless;

    OneShotReceiver(RingDriver driver, Chains chains, RxCounts counts, ReadCompletion rx, int depth) {
        this.driver = driver;
        this.submission = driver.ownRing().submission();
        this.chains = chains;
        this.counts = counts;
        this.rx = rx;
        this.vectors = new IoVectors(chains.segments());
        this.most = Math.min(Math.min(depth, MOST_READS), chains.most());
    }

    @Override
    public RxMode mode() {
        return RxMode.ONE_SHOT;
    }

    @Override
    public boolean replenish(int wanted) {
        if (underWay > 0) {
            return true;
        }
        if (looks < LOOKS) {
            return readDirectly(Math.min(1 << looks++, wanted));
        }
        int fit = Math.min(most, wanted);
        int reads = Math.max(1, Math.min(next(), fit));
        driver.claimWrites();
        if (submission.space() < reads + 1) {
            return true;
        }
        int last = chains.take(heads, reads) - 1;
        if (last < 0) {
            counts.add(RxCounter.NO_BUFFER);
            return false;
        }
        fruits = 0;
        post(last);
        return true;
    }

    /** Returns how many packets to read in the next round. */
    private int next() {
        if (fruits == round) {
            return 2 * round;
        }
        return polled ? Math.max(2, fruits + 1) : fruits;
    }

    @Override
    public void polled() {
        // Where the kernel reads by itself, a read that is over, with or without a packet, would end the sleep.
        polled = driver.readsWhenAsked();
        skips = 0;
        fruitless = 0;
    }

    @Override
    public boolean skipsLook() {
        if (skips == 0 || underWay > 0) {
            return false;
        }
        skips--;
        return true;
    }

    @Override
    public void calm() {
        looks = 0;
    }

    @Override
    public boolean isPolled() {
        return underWay == 0;
    }

    @Override
    public void postNext() {
        looks = LOOKS;
        polled = false;
        skips = 0;
    }

    @Override
    public boolean isIdle() {
        return underWay == 0;
    }

    /** Reads until the queue is empty, at most {@code most} packets. */
    private boolean readDirectly(int most) {
        round = most;
        fruits = 0;
        boolean found = true;
        while (found && fruits < most) {
            int head = chains.takeForCall();
            if (head == PacketPool.NONE) {
                counts.add(RxCounter.NO_BUFFER);
                return false;
            }
            int result = (int) read(head);
            found = result > 0;
            fruits += found ? 1 : 0;
            if (!rx.completed(head, result)) {
                chains.release(head);
            }
        }
        return true;
    }

    private long read(int head) {
        PacketPool pool = chains.pool();
        if (chains.segments() == 1) {
            return driver.syscalls().read(driver.fd(), pool.headerAddress(head), pool.bufferLength());
        }
        Gather.chain(pool, head, vectors.clear());
        return driver.syscalls().readv(driver.fd(), vectors.address(), vectors.count());
    }

    /** Posts reads into the first heads up to {@code last}, of which that one waits unless the descriptor is polled. */
    private void post(int last) {
        for (int i = 0; i <= last; i++) {
            boolean waits = i == last && !polled;
            if (waits && nowaitRefused) {
                submission
                        .claim()
                        .pollAdd(RingDriver.FILE, Poll.POLLIN)
                        .fixedFile()
                        .link();
            }
            Sqe sqe = read(submission.claim(), heads[i]);
            if (!waits && !nowaitRefused) {
                sqe.rwFlags(Fs.RWF_NOWAIT);
            }
            sqe.userData(RingDriver.RECEIVED | heads[i]);
        }
        round = last + 1;
        underWay += round;
    }

    private Sqe read(Operations entry, int head) {
        PacketPool pool = chains.pool();
        if (chains.segments() == 1) {
            return driver.read(entry, pool.headerAddress(head), pool.bufferLength());
        }
        Gather.chain(pool, head, vectors.clear());
        return entry.readv(RingDriver.FILE, vectors, 0).fixedFile();
    }

    @Override
    public void onRead(int head, int result, int flags) {
        underWay--;
        if (result == -Errno.EOPNOTSUPP) {
            nowaitRefused = true;
            chains.release(head);
            return;
        }
        if (result > 0) {
            fruits++;
        }
        if (!rx.completed(head, result)) {
            chains.release(head);
        }
        if (underWay == 0) {
            skips = polled && fruits < round && fruits <= FEW ? SKIPS : 0;
            fruitless = fruits > 0 ? 0 : fruitless + 1;
            polled &= fruitless < SPINS;
        }
    }
}
