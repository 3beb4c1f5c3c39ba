// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.tuntap.TunMode;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * The queue pairs of a device, by index: closed, open, or lent to another process.
 *
 * <p>Threads: any.
 */
final class Queues {

    /** Opens the queue pair of an index. */
    interface Opener<T> {
        T open() throws IOException;
    }

    /** A change of the device. */
    interface Change {
        void make() throws IOException;
    }

    private final String device;
    private final TunMode mode;
    private QueuePair[] pairs;
    private boolean[] lent;
    private boolean closed;

    /** {@code count} queue pairs of {@code device}, which carries {@code mode}; all closed. */
    Queues(String device, int count, TunMode mode) {
        this.device = device;
        this.mode = mode;
        pairs = new QueuePair[count];
        lent = new boolean[count];
    }

    synchronized int count() {
        return pairs.length;
    }

    synchronized QueuePair open(int index, Opener<QueuePair> opener) throws IOException {
        checkFree(index);
        pairs[index] = opener.open();
        return pairs[index];
    }

    /** Reserves an index for another process, and opens what that is given. */
    synchronized <T> T lend(int index, Opener<T> opener) throws IOException {
        checkFree(index);
        T opened = opener.open();
        lent[index] = true;
        pairs[index] = null;
        return opened;
    }

    /** Takes an index back. */
    synchronized void takeBack(int index) {
        if (index < lent.length) {
            lent[index] = false;
        }
    }

    private void checkFree(int index) {
        checkOpen();
        if (index < 0 || index >= pairs.length) {
            throw new IllegalArgumentException("queue pairs are 0.." + (pairs.length - 1) + ": " + index);
        }
        if (lent[index] || pairs[index] != null && pairs[index].isOpen()) {
            throw new IllegalStateException(
                    "queue pair " + index + (lent[index] ? " is lent to another process" : " is open"));
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException(device + " is closed");
        }
    }

    /** Makes it more or fewer; closes those that are too many. */
    void resize(int count) {
        QueuePair[] surplus;
        synchronized (this) {
            checkOpen();
            for (int i = count; i < lent.length; i++) {
                if (lent[i]) {
                    throw new IllegalStateException("queue pair " + i + " is lent to another process");
                }
            }
            surplus = count < pairs.length ? Arrays.copyOfRange(pairs, count, pairs.length) : new QueuePair[0];
            pairs = Arrays.copyOf(pairs, count);
            lent = Arrays.copyOf(lent, count);
        }
        close(surplus);
    }

    /**
     * Makes a change of the MTU while no queue pair is opened, which would be made for the frames of the former one.
     *
     * @throws IllegalArgumentException if an open queue pair could not receive the frames of the new one
     */
    synchronized void changeMtu(int mtu, Change change) throws IOException {
        checkMtu(mtu);
        change.make();
    }

    private void checkMtu(int mtu) {
        int needed = mtu + FrameSize.overhead(mode);
        for (int i = 0; i < pairs.length; i++) {
            if (pairs[i] != null && pairs[i].isInUse() && pairs[i].frameCapacity() < needed) {
                throw new IllegalArgumentException("queue pair " + i + ": it receives frames of "
                        + pairs[i].frameCapacity() + " bytes, and an MTU of " + mtu + " needs " + needed
                        + ": close it, set the MTU, and open it again");
            }
        }
    }

    /** Returns the queue pairs that have been opened, open or not, by index; {@code null} where there is none. */
    synchronized List<QueuePair> opened() {
        return Collections.unmodifiableList(Arrays.asList(pairs.clone()));
    }

    /** Returns the queue pairs that are open. */
    synchronized List<QueuePair> open() {
        return Arrays.stream(pairs)
                .filter(pair -> pair != null && pair.isInUse())
                .toList();
    }

    void close() {
        QueuePair[] open;
        synchronized (this) {
            closed = true;
            open = pairs.clone();
        }
        close(open);
    }

    private static void close(QueuePair[] pairs) {
        List<QueuePair> opened = Arrays.stream(pairs).filter(Objects::nonNull).toList();
        // Where there is no queue there was no ring, and nothing of rings is loaded now.
        if (!opened.isEmpty()) {
            QueuePair.closeAll(opened);
        }
    }
}
