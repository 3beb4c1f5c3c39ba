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
 * Reads of one packet each, in rounds. All reads of a round but the last take only what is there (RWF_NOWAIT), and are
 * over as soon as the kernel has seen them; the last one waits, so that the kernel has always one to wake, and never
 * two. The next round is as large as this one was fruitful.
 *
 * <p>Where packets are slept for, no read waits: the descriptor is polled, and read by system calls, packets that come
 * a few at a time too. A ring that is entered now and then keeps the compilers busy with its code.
 *
 * <p>A kernel whose tun driver cannot be asked without blocking (before 6.4) refuses RWF_NOWAIT, and fails any read
 * of an empty queue with EAGAIN. There the last read is linked to a POLL_ADD and follows it.
 */
final class OneShotReceiver implements RingReceiver {

    private static final int MOST_READS = 64;

    /**
     * So often after a sleep packets are read by read(2): one at first, and twice as many each time. After that there
     * is a flood, or a caller that spins.
     */
    private static final int LOOKS = 6;

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
    // Replenishments since packets have last come one by one.
    private int looks = LOOKS;

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
        int reads = Math.max(1, Math.min(fruits == round ? 2 * round : fruits, fit));
        if (submission.space() < reads + 1) {
            return true;
        }
        int last = chains.take(heads, reads) - 1;
        if (last < 0) {
            counts.add(RxCounter.NO_BUFFER);
            return false;
        }
        round = 0;
        fruits = 0;
        for (int i = 0; i < last; i++) {
            post(heads[i], !nowaitRefused);
        }
        if (nowaitRefused) {
            submission.claim().pollAdd(RingDriver.FILE, Poll.POLLIN).fixedFile().link();
        }
        post(heads[last], false);
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
    }

    @Override
    public boolean isIdle() {
        return underWay == 0;
    }

    /** Reads until nothing is there, at most {@code most} packets. */
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

    private void post(int head, boolean nowait) {
        PacketPool pool = chains.pool();
        Operations entry = submission.claim();
        Sqe sqe;
        if (chains.segments() == 1) {
            sqe = driver.read(entry, pool.headerAddress(head), pool.bufferLength());
        } else {
            Gather.chain(pool, head, vectors.clear());
            sqe = entry.readv(RingDriver.FILE, vectors, 0).fixedFile();
        }
        if (nowait) {
            sqe.rwFlags(Fs.RWF_NOWAIT);
        }
        sqe.userData(RingDriver.RECEIVED | head);
        underWay++;
        round++;
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
    }
}
