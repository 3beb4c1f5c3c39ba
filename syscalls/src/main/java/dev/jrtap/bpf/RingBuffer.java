// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

import com.kenai.jffi.PageManager;
import dev.jrtap.bindings.Bpf;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.EventFd;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Mapping;
import dev.jrtap.syscall.PollSet;
import dev.jrtap.syscall.Syscalls;
import java.util.Objects;

/**
 * Records on their way from programs to this process, in the order in which they were reserved. They are read in mapped
 * memory, without a system call. Since Linux 5.8.
 *
 * <pre>
 *   consumer page: kConsumer   producer page: kProducer   data, mapped twice in a row
 *   (we write)                 (the kernel writes)        | length, busy, discarded | page | record | ...
 * </pre>
 *
 * <p>A full buffer refuses new records, and the program must count them.
 *
 * <p>Threads: {@link #await} by one at a time; the rest by any. A close ends an await of another thread, and waits for
 * its end.
 *
 * <p>Source: Documentation/bpf/ringbuf.rst.
 */
public final class RingBuffer extends BpfMap {

    private static final int PAGE = (int) PageManager.getInstance().pageSize();

    // Twice this and a page are less than 2 GiB.
    private static final int LARGEST = 1 << 29;

    private static final int POSITION = 0;
    private static final int LENGTH = Bpf.BPF_RINGBUF_DISCARD_BIT - 1;

    private final Mapping consumer;
    private final Mapping producer;
    private final Memory kConsumer;
    private final Memory kProducer;
    private final int mask;
    private final RingRecord ringRecord;
    private final EventFd end;
    private final PollSet poll;
    private long position;
    private boolean draining;
    private boolean awaited;

    private RingBuffer(Fd fd, MapShape shape, Mapping consumer, Mapping producer, EventFd end) {
        super(fd, shape);
        this.consumer = consumer;
        this.producer = producer;
        this.kConsumer = consumer.memory();
        this.kProducer = producer.memory();
        this.mask = shape.entries() - 1;
        this.ringRecord = new RingRecord(kProducer);
        this.end = end;
        this.poll = new PollSet(fd.syscalls(), 2);
    }

    /** Like {@link #create(Syscalls, String, int)}, with the real system calls. */
    public static RingBuffer create(String name, int bytes) throws ErrnoException {
        return create(Syscalls.libc(), name, bytes);
    }

    /**
     * Makes a buffer and maps it.
     *
     * @param name 1..15 letters, digits, underscores and dots
     * @param bytes of records, each with a header of 8 bytes and rounded up to 8: a power of two, a page to 512 MiB
     * @throws ErrnoException EPERM and its like, with the missing right and the remedy
     */
    public static RingBuffer create(Syscalls sys, String name, int bytes) throws ErrnoException {
        if (Integer.bitCount(bytes) != 1 || bytes < PAGE || bytes > LARGEST) {
            throw new IllegalArgumentException(
                    "a ring buffer has a power of two bytes from " + PAGE + " to " + LARGEST + ": bytes=" + bytes);
        }
        MapShape shape = new MapShape(MapType.RINGBUF, name, 0, 0, bytes, 0);
        Fd fd = shape.create(sys, 0);
        Mapping consumer = null;
        EventFd end = null;
        try {
            consumer = Mapping.shared(fd, PAGE, 0);
            end = EventFd.open(sys);
            return new RingBuffer(fd, shape, consumer, Mapping.sharedReadOnly(fd, PAGE + 2 * bytes, PAGE), end);
        } catch (Throwable e) {
            if (consumer != null) {
                consumer.close();
            }
            if (end != null) {
                end.close();
            }
            fd.close();
            throw e;
        }
    }

    /**
     * Hands finished records to {@code handler}, oldest first, and frees their room, even if the handler throws. Ends
     * at a record that a program has reserved and not finished. Makes no garbage. A close by another thread waits.
     *
     * @param limit how many at most
     * @return how many
     * @throws IllegalStateException if it is closed, or called by its own handler
     */
    public synchronized int drain(RecordHandler handler, int limit) {
        // Before anything is taken: the record would be lost.
        Objects.requireNonNull(handler, "handler");
        refuseHandlers();
        fd();
        long begin = position;
        draining = true;
        try {
            return drainTo(handler, limit);
        } finally {
            draining = false;
            if (position != begin) {
                // Pairs with the kernel's acquire of the position: it writes over a record after we have read it.
                kConsumer.putI64Release(POSITION, position);
            }
        }
    }

    private int drainTo(RecordHandler handler, int limit) {
        // Pairs with the kernel's release after the header of a reserved record is written, with its busy bit.
        long end = kProducer.getI64Acquire(POSITION);
        int count = 0;
        while (position < end && count < limit) {
            int at = PAGE + (int) (position & mask);
            // Pairs with the kernel's exchange after the program's last write into the record.
            int header = kProducer.getI32Acquire(at);
            if ((header & Bpf.BPF_RINGBUF_BUSY_BIT) != 0) {
                break;
            }
            int length = header & LENGTH;
            position += Words.roundUp(length + Bpf.BPF_RINGBUF_HDR_SZ);
            if ((header & Bpf.BPF_RINGBUF_DISCARD_BIT) == 0) {
                ringRecord.at(at + Bpf.BPF_RINGBUF_HDR_SZ, length);
                count++;
                handler.onRecord(ringRecord);
            }
        }
        return count;
    }

    /**
     * Sleeps until there is a record, finished or not. No wake-up is lost: poll(2) looks at the positions itself, after
     * it has put the thread into the queue that a program's submit wakes. A record that was submitted with
     * {@code BPF_RB_NO_WAKEUP} does not end a sleep.
     *
     * @param nanos how long at most, not negative; {@link Long#MAX_VALUE} is without end
     * @return whether there is one; {@code false} even after a signal, and after a close by another thread
     * @throws ErrnoException if ppoll(2) fails otherwise
     * @throws IllegalStateException if it is closed, or another thread waits
     */
    public boolean await(long nanos) throws ErrnoException {
        beginAwait();
        try {
            int result = poll.await(nanos);
            if (result < 0) {
                throw ErrnoException.of(result, "ppoll(" + this + ", " + nanos + " ns)", "");
            }
            return result > 0 && poll.isReady(0);
        } finally {
            endAwait();
        }
    }

    private synchronized void beginAwait() {
        if (awaited) {
            throw new IllegalStateException(this + " is awaited by another thread");
        }
        poll.clear();
        poll.add(fd());
        poll.add(end.fd());
        awaited = true;
    }

    private synchronized void endAwait() {
        awaited = false;
        notifyAll();
    }

    /** Unmaps and closes; not from a handler. */
    @Override
    public synchronized void close() {
        refuseHandlers();
        if (awaited) {
            end.signal();
            awaitNobody();
        }
        consumer.close();
        producer.close();
        end.close();
        super.close();
    }

    /** Returns when nobody sleeps on the descriptors. */
    private void awaitNobody() {
        boolean interrupted = false;
        while (awaited) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void refuseHandlers() {
        if (draining) {
            throw new IllegalStateException(this + " is being drained: a handler may neither drain nor close it");
        }
    }
}
