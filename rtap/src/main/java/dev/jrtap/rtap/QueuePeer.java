// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.UnixSocket;
import dev.jrtap.tuntap.TapQueue;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A process that is connected to a {@link QueueServer}: it may ask for queues repeatedly, and holds them as long as it
 * is connected.
 *
 * <p>Threads: the server's.
 */
final class QueuePeer implements AutoCloseable {

    /** Time to say what it wants: an honest peer says it at once. */
    private static final long PATIENCE_NANOS = 2_000_000_000L;

    private final Rtap rtap;
    private final UnixSocket socket;
    private final Memory request = Memory.allocate(Handover.REQUEST_SIZE);
    private final long deadline = System.nanoTime() + PATIENCE_NANOS;
    /** Copies of the descriptors that the other process has, by the index of the queue. */
    private final Map<Integer, TapQueue> lent = new TreeMap<>();

    private QueuePeer(Rtap rtap, UnixSocket socket) {
        this.rtap = rtap;
        this.socket = socket;
    }

    /**
     * Adds the process at the other end of {@code socket} to {@code peers}, or closes it: a stranger gets nothing, not
     * even an answer.
     */
    static void admit(Rtap rtap, UnixSocket socket, Set<Integer> uids, List<QueuePeer> peers, SparseLog log)
            throws ErrnoException {
        boolean admitted = false;
        try {
            UnixSocket.Peer peer = socket.peer();
            if (uids.contains(peer.uid())) {
                admitted = peers.add(new QueuePeer(rtap, socket));
            } else {
                log.warn(
                        "process " + peer.pid() + " of user " + Integer.toUnsignedString(peer.uid())
                                + " may have no queue",
                        null);
            }
        } finally {
            if (!admitted) {
                socket.close();
            }
        }
    }

    int fd() {
        return socket.fd();
    }

    /** Time that it has left to ask, 0 if none, negative if it has asked. */
    long remainingNanos() {
        return lent.isEmpty() ? Math.max(0, deadline - System.nanoTime()) : Long.MAX_VALUE;
    }

    /**
     * Reads what it says.
     *
     * @return whether it stays: one that says anything but a request goes, and with it the queues that it has
     */
    boolean read() {
        long length = socket.receive(request);
        if (length == -Errno.EAGAIN) {
            return true;
        }
        if (!Handover.isMarked(request, length)) {
            return false;
        }
        if (!Handover.isComplete(request, length)) {
            refuse("the primary speaks version " + Handover.VERSION + " of the handover, and the request has version "
                    + Handover.version(request) + " and " + length + " bytes");
            return false;
        }
        return lend(Handover.queue(request));
    }

    private boolean lend(int wanted) {
        try {
            TapQueue taken = rtap.queuePairs().lend(wanted, () -> rtap.opener().descriptor(wanted));
            lent.put(wanted, taken);
            long sent = socket.send(Handover.lent(rtap.offloads()), Handover.ANSWER_SIZE, taken.fd());
            return sent == Handover.ANSWER_SIZE;
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            refuse(String.valueOf(e.getMessage()));
            return false;
        }
    }

    private void refuse(String reason) {
        socket.send(Handover.refused(reason), Handover.ANSWER_SIZE, UnixSocket.NO_DESCRIPTOR);
    }

    /**
     * Hangs up, and takes its queues back: they carry no packets any more, whatever the other process does with its
     * descriptors, and those that wait in them go to the others. Their indexes can be opened and lent again.
     */
    @Override
    public void close() {
        lent.values().forEach(rtap.opener()::retire);
        List<Integer> indexes = List.copyOf(lent.keySet());
        abandon();
        indexes.forEach(rtap.queuePairs()::takeBack);
    }

    /** Hangs up, and leaves the queues with the other process. */
    void abandon() {
        lent.values().forEach(TapQueue::close);
        lent.clear();
        socket.close();
    }
}
