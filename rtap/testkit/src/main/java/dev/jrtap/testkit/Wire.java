// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import dev.jrtap.rtap.QueueGroup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * The thread of a network: it moves packets between interfaces, and sleeps while none comes and none is due.
 *
 * <p>Threads: any.
 */
final class Wire implements AutoCloseable {

    private final QueueGroup group;
    private final Transit transit;
    private final Thread thread;
    private final List<Nic> nics = new ArrayList<>();
    private final Queue<Nic> arrivals = new ConcurrentLinkedQueue<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean isClosing;
    private volatile @Nullable Throwable failure;

    Wire(QueueGroup group, Transit transit, String name) {
        this.group = group;
        this.transit = transit;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Has the thread drive an interface from now on; it is closed with the wire. */
    void add(Nic nic) {
        arrivals.add(nic);
        group.wake();
    }

    private void run() {
        try {
            while (!isClosing) {
                welcome();
                turn();
            }
        } catch (Throwable e) {
            failure = e;
        } finally {
            arrivals.forEach(nics::add);
            transit.release();
            nics.forEach(Nic::close);
            ended.countDown();
        }
    }

    private void welcome() throws IOException {
        for (Nic nic = arrivals.poll(); nic != null; nic = arrivals.poll()) {
            nics.add(nic);
            group.add(nic.pair());
        }
    }

    private void turn() throws IOException {
        int work = 0;
        for (Nic nic : nics) {
            work += nic.receive(System.nanoTime());
        }
        work += transit.passOn(System.nanoTime());
        for (Nic nic : nics) {
            nic.flush();
            work += nic.hasRest() ? 1 : 0;
        }
        long now = System.nanoTime();
        long next = transit.advance(now);
        if (work == 0) {
            group.await(next == Long.MAX_VALUE ? next : next - now);
        }
    }

    /** Refuses a call by the wire's own thread, which would wait for its own end. */
    void requireOther() {
        if (Thread.currentThread() == thread) {
            throw new IllegalStateException("a predicate cannot close its network");
        }
    }

    /** What has ended the thread before its time; {@code null} if nothing has. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    /** Ends the thread, which closes the interfaces' queues, and waits for it. */
    @Override
    public void close() {
        isClosing = true;
        group.wake();
        boolean interrupted = false;
        while (ended.getCount() > 0) {
            try {
                ended.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        group.close();
    }
}
