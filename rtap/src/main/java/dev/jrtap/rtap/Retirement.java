// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.bindings.Poll;
import dev.jrtap.bindings.Pollfd;
import dev.jrtap.bindings.Sched;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.syscall.ThreadEnd;
import dev.jrtap.syscall.Timespec;
import dev.jrtap.tuntap.TapQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Takes a queue out of service without losing the packets that wait in it. TUNSETQUEUE first takes the queue off the
 * list that the kernel sends by, then waits until every sender has seen that (synchronize_net), and then drops what the
 * queue holds, counted nowhere. So a second thread reads it empty meanwhile.
 *
 * <p>That wait is over in some ten microseconds: a reader without a processor at that moment comes too late. The reader
 * sleeps in ppoll(2) and is woken by packets, with real-time priority where that is allowed (root, CAP_SYS_NICE).
 *
 * <p>Source: __tun_detach in drivers/net/tun.c at Linux 6.18.
 */
final class Retirement implements Runnable {

    /** Bytes of the longest packet that the kernel hands over, with its vnet header. */
    static final int LONGEST = 1 << 17;

    /** Packets that are read at a time: those that come faster than they are read are somebody's attack. */
    private static final int MOST = 10_000;

    /** How long the reader may notice nothing of the end, where no packet comes. */
    private static final int LOOK_NANOS = 1_000_000;

    private final Syscalls sys;
    private final Memory packet = Memory.allocate(LONGEST);
    private final Memory polled = Memory.allocate(Pollfd.SIZEOF);
    private final Memory look = Memory.allocate(Timespec.SIZEOF);
    private final List<byte[]> packets = new ArrayList<>();
    private final AtomicBoolean isRead = new AtomicBoolean();
    private final CountDownLatch reading = new CountDownLatch(1);
    private int fd;
    private volatile boolean urgent;
    private volatile boolean over;

    /** Allocates what it needs, before a queue is attached that would wait for it. */
    Retirement(Syscalls sys) {
        this.sys = sys;
        polled.putI16(Pollfd.EVENTS, Poll.POLLIN);
        Timespec.put(look, 0, LOOK_NANOS);
    }

    /**
     * Returns the packets that a queue held, each after its vnet header; even if {@link #detach} has thrown, those
     * that were read.
     */
    List<byte[]> packets() {
        return packets;
    }

    /**
     * Detaches a queue; once.
     *
     * @throws ErrnoException if it cannot be detached, for instance because the device is gone
     */
    void detach(TapQueue queue) throws ErrnoException {
        fd = queue.fd();
        polled.putI32(Pollfd.FD, fd);
        Thread reader = new Thread(this, "rtap-retirement");
        reader.setDaemon(true);
        try {
            reader.start();
            awaitReader();
        } catch (OutOfMemoryError e) {
            // No thread can be made: packets that come after the last look are lost.
        }
        try {
            // A reader like any other may not have a processor just now: little is left to it.
            while (!urgent && !drain()) {
                Thread.yield();
            }
            queue.detach();
        } finally {
            over = true;
            ThreadEnd.await(reader);
            packet.keepAlive();
            polled.keepAlive();
            look.keepAlive();
        }
    }

    /** Detached before it is read empty, the queue would be dropped with what it holds: interrupted or not. */
    private void awaitReader() {
        boolean interrupted = false;
        while (reading.getCount() > 0) {
            try {
                reading.await();
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
        try {
            urgent = makeUrgent();
            while (!over) {
                drain();
                reading.countDown();
                sys.ppoll(polled.address(), 1, look.address());
            }
            // One that could not be detached may hold more.
            drain();
        } finally {
            // An Error ends it, too: the other thread then reads.
            urgent = false;
            reading.countDown();
        }
    }

    /**
     * Gives the calling thread the lowest real-time priority, which all others lack; returns whether that is allowed.
     */
    private boolean makeUrgent() {
        Memory priority = Memory.allocate(Integer.BYTES);
        priority.putI32(0, 1);
        int result = sys.schedSetscheduler(0, Sched.SCHED_FIFO, priority.address());
        priority.keepAlive();
        return result >= 0;
    }

    /** Reads until nothing waits; returns {@code false} if the other thread is reading, for packets stay in order. */
    private boolean drain() {
        if (!isRead.compareAndSet(false, true)) {
            return false;
        }
        try {
            for (int i = 0; i < MOST && read(); i++) {
                // More may wait.
            }
        } finally {
            isRead.set(false);
        }
        return true;
    }

    private boolean read() {
        long length = sys.read(fd, packet.address(), packet.size());
        if (length <= 0) {
            if (length != -Errno.EAGAIN) {
                // The descriptor of a device that is gone stays in error: nobody waits for packets now.
                over = true;
            }
            return false;
        }
        byte[] bytes = new byte[(int) length];
        packet.getBytes(0, bytes, 0, bytes.length);
        packets.add(bytes);
        return true;
    }
}
