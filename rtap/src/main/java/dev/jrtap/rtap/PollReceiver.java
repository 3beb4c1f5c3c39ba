// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.syscall.IoVectors;

/** Reads a packet with each system call, until there is none. */
final class PollReceiver implements Receiver {

    private final PollDriver driver;
    private final Chains chains;
    private final RxCounts counts;
    private final ReadCompletion rx;
    private final IoVectors vectors;
    private int spare = PacketPool.NONE;
    private boolean calm;

    PollReceiver(PollDriver driver, Chains chains, RxCounts counts, ReadCompletion rx) {
        this.driver = driver;
        this.chains = chains;
        this.counts = counts;
        this.rx = rx;
        this.vectors = new IoVectors(chains.segments());
    }

    @Override
    public RxMode mode() {
        return RxMode.POLL;
    }

    @Override
    public boolean replenish(int wanted) {
        int most = calm ? 1 : wanted;
        calm = false;
        for (int i = 0; i < most; i++) {
            int head = spare == PacketPool.NONE ? chains.take() : spare;
            spare = PacketPool.NONE;
            if (head == PacketPool.NONE) {
                counts.add(RxCounter.NO_BUFFER);
                return false;
            }
            int result = (int) read(head);
            if (!rx.completed(head, result)) {
                // A refused packet leaves its chain whole, so it can be read into again.
                chains.mark(head);
                spare = head;
            }
            if (result < 0) {
                driver.failed(result);
                break;
            }
        }
        return true;
    }

    @Override
    public void calm() {
        calm = true;
    }

    @Override
    public boolean isPolled() {
        return true;
    }

    @Override
    public int takeBack(boolean looks) {
        if (spare != PacketPool.NONE) {
            chains.release(spare);
            spare = PacketPool.NONE;
        }
        return 0;
    }

    private long read(int head) {
        PacketPool pool = chains.pool();
        if (chains.segments() == 1) {
            return driver.syscalls().read(driver.fd(), pool.headerAddress(head), pool.bufferLength());
        }
        Gather.chain(pool, head, vectors.clear());
        return driver.syscalls().readv(driver.fd(), vectors.address(), vectors.count());
    }
}
