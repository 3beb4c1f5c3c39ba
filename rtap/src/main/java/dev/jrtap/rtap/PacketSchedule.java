// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

/**
 * Packets that wait for their time: a queue ordered by time, and for equal times by insertion. It makes no garbage.
 *
 * <p>Ownership: a packet belongs to the schedule from {@link #add} until {@link #take}; {@link #release} returns all to
 * the pool.
 *
 * <p>Threads: that of the pool; if the pool is shared, one at a time.
 */
public final class PacketSchedule {

    private final PacketPool pool;

    /** A heap: the children of the place {@code i} are at {@code 2 * i + 1} and {@code 2 * i + 2}. */
    private final long[] dues;

    private final long[] orders;
    private final int[] heads;
    private final int[] tags;
    private int size;
    private long added;

    /**
     * Makes an empty schedule.
     *
     * @param capacity packets that can wait, 1 or more
     */
    public PacketSchedule(PacketPool pool, int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity must be 1 packet or more: " + capacity);
        }
        pool.users().checkOpen();
        this.pool = pool;
        this.dues = new long[capacity];
        this.orders = new long[capacity];
        this.heads = new int[capacity];
        this.tags = new int[capacity];
    }

    /** Packets that wait. */
    public int size() {
        return size;
    }

    /** Packets that can wait. */
    public int capacity() {
        return heads.length;
    }

    /**
     * Moves packet {@code i} of {@code from} here. {@code from} keeps its numbering: the place stays empty until it is
     * released.
     *
     * @param dueNanos when it is due, as {@link System#nanoTime} counts: less than 2^63 ns, 292 years, before or after
     *     any other; so {@link Long#MIN_VALUE} does not mean "at once", nor {@link Long#MAX_VALUE} "never"
     * @param tag the caller's number, returned with the packet
     * @return whether there was room; otherwise the packet stays where it is
     */
    public boolean add(Burst from, int i, long dueNanos, int tag) {
        if (from.pool() != pool) {
            throw new IllegalStateException("the burst has another pool");
        }
        if (size == heads.length) {
            return false;
        }
        int head = from.remove(i);
        long order = added++;
        int at = size++;
        while (at > 0 && isBefore(dueNanos, order, (at - 1) / 2)) {
            move((at - 1) / 2, at);
            at = (at - 1) / 2;
        }
        put(at, dueNanos, order, head, tag);
        return true;
    }

    /**
     * Returns when the first packet is due; {@link Long#MAX_VALUE} if none waits, which must not be used in arithmetic.
     */
    public long nextDue() {
        return size == 0 ? Long.MAX_VALUE : dues[0];
    }

    /** Returns whether a packet waits whose time has come. */
    public boolean isDue(long nowNanos) {
        return size > 0 && dues[0] - nowNanos <= 0;
    }

    /**
     * Returns the tag of the first packet.
     *
     * @throws IllegalStateException if none waits
     */
    public int tag() {
        requirePacket();
        return tags[0];
    }

    /**
     * Moves the first packet to the end of {@code to}.
     *
     * @throws IllegalStateException if none waits, or {@code to} is full or has another pool
     */
    public void take(Burst to) {
        requirePacket();
        if (to.pool() != pool || to.size() == to.capacity()) {
            throw new IllegalStateException(to.pool() == pool ? "the burst is full" : "the burst has another pool");
        }
        to.append(heads[0]);
        size--;
        settle();
    }

    /** Fills the first place by the last packet, and moves that down to where it belongs. */
    private void settle() {
        long due = dues[size];
        long order = orders[size];
        int at = 0;
        for (int child = 1; child < size; child = 2 * at + 1) {
            if (child + 1 < size && isBefore(dues[child + 1], orders[child + 1], child)) {
                child++;
            }
            if (isBefore(due, order, child)) {
                break;
            }
            move(child, at);
            at = child;
        }
        put(at, due, order, heads[size], tags[size]);
    }

    private void requirePacket() {
        if (size == 0) {
            throw new IllegalStateException("no packet waits");
        }
    }

    /** Times are compared by their difference, as System.nanoTime() wants it. */
    private boolean isBefore(long due, long order, int place) {
        return due == dues[place] ? order < orders[place] : due - dues[place] < 0;
    }

    private void move(int from, int to) {
        put(to, dues[from], orders[from], heads[from], tags[from]);
    }

    private void put(int at, long due, long order, int head, int tag) {
        dues[at] = due;
        orders[at] = order;
        heads[at] = head;
        tags[at] = tag;
    }

    /** Releases every packet that waits. */
    public void release() {
        while (size > 0) {
            pool.release(heads[size - 1]);
            size--;
        }
    }
}
