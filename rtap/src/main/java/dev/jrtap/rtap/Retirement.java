// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TapQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Takes a queue out of service without losing what waits in it. TUNSETQUEUE first takes the queue off the list that the
 * kernel sends by, then waits until every sender has seen that (synchronize_net), and then drops what the queue holds,
 * counted nowhere. So a second thread reads it empty meanwhile.
 *
 * <p>Source: __tun_detach in drivers/net/tun.c at Linux 6.18.
 */
final class Retirement implements Runnable {

    /** Bytes of the longest packet that the kernel hands over, with its vnet header. */
    private static final int LONGEST = 1 << 17;

    /** Packets that are read at a time: those that come faster than they are read are somebody's attack. */
    private static final int MOST = 10_000;

    private final Syscalls sys;
    private final TapQueue queue;
    private final Memory packet = Memory.allocate(LONGEST);
    private final List<byte[]> packets = new ArrayList<>();
    private final CountDownLatch reading = new CountDownLatch(1);
    private volatile boolean over;

    Retirement(Syscalls sys, TapQueue queue) {
        this.sys = sys;
        this.queue = queue;
    }

    /**
     * Returns the packets that the queue held, each after its vnet header; even if {@link #detach} has thrown, those
     * that were read.
     */
    List<byte[]> packets() {
        return packets;
    }

    /**
     * Detaches the queue.
     *
     * @throws ErrnoException if it cannot be detached, for instance because the device is gone
     */
    void detach() throws ErrnoException {
        Thread reader = new Thread(this, "rtap-retirement");
        reader.setDaemon(true);
        try {
            reader.start();
            // Detached before it reads, the queue would be dropped before it is read.
            reading.await();
        } catch (OutOfMemoryError e) {
            // No thread can be made: what comes after the last look is lost.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            // The other thread may not have a processor just now: little is left to it.
            drain();
            queue.detach();
        } finally {
            over = true;
            join(reader);
            packet.keepAlive();
        }
    }

    private static void join(Thread reader) {
        boolean interrupted = false;
        while (reader.isAlive()) {
            try {
                reader.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void run() {
        while (!over) {
            drain();
            reading.countDown();
        }
    }

    private void drain() {
        for (int i = 0; i < MOST && read(); i++) {
            // More may wait.
        }
    }

    /** Reads one packet. By one thread at a time: packets stay in order. */
    private synchronized boolean read() {
        long length = sys.read(queue.fd(), packet.address(), packet.size());
        if (length <= 0) {
            return false;
        }
        byte[] bytes = new byte[(int) length];
        packet.getBytes(0, bytes, 0, bytes.length);
        packets.add(bytes);
        return true;
    }
}
