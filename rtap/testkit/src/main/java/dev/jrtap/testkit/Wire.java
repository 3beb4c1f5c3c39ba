// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import dev.jrtap.rtap.QueueGroup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/**
 * The thread of a network. It moves packets between interfaces and sleeps while none arrives and none is due, unless it
 * polls.
 *
 * <p>Threads: any.
 */
final class Wire implements AutoCloseable {

    private final QueueGroup group;
    private final Transit transit;
    private final Thread thread;
    private final List<Nic> nics = new ArrayList<>();
    /** Interfaces that have packets for their kernels. */
    private final List<Nic> delivered = new ArrayList<>();

    private final Queue<Nic> arrivals = new ConcurrentLinkedQueue<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Life life;
    private final boolean isBusyPolling;
    private volatile boolean isClosing;

    Wire(QueueGroup group, Transit transit, Life life, boolean isBusyPolling, String name) {
        this.group = group;
        this.transit = transit;
        this.life = life;
        this.isBusyPolling = isBusyPolling;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Makes the thread drive an interface from now on; the interface is closed with the wire. */
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
            life.fail(e);
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
            nic.begin(delivered);
            group.add(nic.pair());
        }
    }

    private void turn() throws IOException {
        int work = 0;
        for (Nic nic : nics) {
            int received = nic.receive();
            if (received > 0) {
                // Sent before the next interface is polled, because that may enter the kernel without result.
                flush();
                work += received;
            }
        }
        work += transit.passOn(System.nanoTime());
        flush();
        work += delivered.size();
        long now = System.nanoTime();
        long next = transit.advance(now);
        if (work > 0) {
            return;
        }
        if (isBusyPolling) {
            Thread.onSpinWait();
        } else {
            group.await(next == Long.MAX_VALUE ? next : next - now);
        }
    }

    private void flush() {
        for (int i = delivered.size() - 1; i >= 0; i--) {
            if (delivered.get(i).flush()) {
                delivered.remove(i);
            }
        }
    }

    /** Throws if called by the wire's own thread, which would wait for its own end. */
    void requireOther() {
        if (Thread.currentThread() == thread) {
            throw new IllegalStateException("a predicate cannot close its network");
        }
    }

    /** Ends the thread, which closes the interfaces' queues, and waits until it has ended. */
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
