// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.EventFd;
import dev.jrtap.syscall.PollSet;
import dev.jrtap.syscall.SockAddr;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.syscall.ThreadEnd;
import dev.jrtap.syscall.UnixSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * Lends the queues of a device to other processes, each to one at a time: the side of the primary. A process that asks
 * for a queue gets a descriptor of its own, for rings of its own; it needs no rights, and cannot affect other queues.
 * {@link SharedQueue} is the other end.
 *
 * <p>A queue is lent as long as the other process holds its connection, and comes back when that process closes it or
 * dies. If this process dies, the lent queues continue to work, and keep the device alive.
 *
 * <p>Threads: a daemon thread of its own serves. {@link #close} may come from any thread.
 */
public final class QueueServer implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(QueueServer.class.getName());

    /**
     * Connections beside those that may hold a queue: a peer that says nothing is sent away, and others wait meanwhile.
     */
    private static final int SPARE_PEERS = 32;

    private static final int MAX_PEERS = RtapLimits.MAX_QUEUES + SPARE_PEERS;

    /** After accept(2) has failed for want of descriptors it would fail at once again. */
    private static final long PAUSE_NANOS = 100_000_000L;

    private final Rtap rtap;
    private final SockAddr address;
    private final Set<Integer> uids;
    private final UnixSocket listener;
    private final EventFd wake;
    private final PollSet polls;
    private final List<QueuePeer> peers = new ArrayList<>();
    private final Thread thread = new Thread(this::run, "rtap-queue-server");
    private final SparseLog warnings = new SparseLog(LOG);
    private volatile boolean closed;
    private boolean paused;
    private boolean starved;

    private QueueServer(
            Syscalls sys, Rtap rtap, SockAddr address, Set<Integer> uids, UnixSocket listener, EventFd wake) {
        this.rtap = rtap;
        this.address = address;
        this.uids = Set.copyOf(uids);
        this.listener = listener;
        this.wake = wake;
        this.polls = new PollSet(sys, MAX_PEERS + 2);
    }

    /**
     * Starts to lend queues of {@code rtap}.
     *
     * @param address of a UNIX socket, see {@link SockAddr#ofUnixPath} and {@link SockAddr#ofUnixAbstract}; one in the
     *     abstract namespace leaves no file when this process dies
     * @param uids the users whose processes may have a queue
     * @throws IllegalArgumentException if packets of the device are received by {@link RxMode#MAPPED}
     */
    public static QueueServer open(Rtap rtap, SockAddr address, Set<Integer> uids) throws ErrnoException {
        if (rtap.isMapped()) {
            throw MappedDevice.refusal("so into queues that are lent");
        }
        Syscalls sys = rtap.syscalls();
        UnixSocket listener = UnixSocket.listen(sys, address, MAX_PEERS);
        EventFd wake = null;
        try {
            wake = EventFd.open(sys);
            QueueServer server = new QueueServer(sys, rtap, address, uids, listener, wake);
            server.thread.setDaemon(true);
            server.thread.start();
            return server;
        } catch (Throwable e) {
            // An Error too: there may be no thread.
            if (wake != null) {
                wake.close();
            }
            listener.close();
            removeFile(address);
            throw e;
        }
    }

    private void run() {
        try {
            while (!closed) {
                serve();
            }
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "queues of " + rtap.name() + " are lent no more", e);
        } finally {
            closed = true;
            peers.forEach(QueuePeer::abandon);
            listener.close();
            removeFile(address);
            wake.close();
        }
    }

    private void serve() {
        polls.clear();
        polls.add(wake.fd());
        long timeout = paused ? PAUSE_NANOS : Long.MAX_VALUE;
        for (QueuePeer peer : peers) {
            polls.add(peer.fd());
            timeout = Math.min(timeout, peer.remainingNanos());
        }
        boolean listening = !paused && peers.size() < MAX_PEERS;
        int listenerIndex = listening ? polls.add(listener.fd()) : -1;
        int ready = polls.await(timeout);
        if (ready < 0) {
            // Memory may be short for a while: waiting peers are served afterwards.
            if (!starved) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "processes that want a queue of {0} must wait: ppoll(2) says {1}",
                        rtap.name(),
                        Errno.name(-ready));
            }
            starved = true;
            LockSupport.parkNanos(PAUSE_NANOS);
            return;
        }
        starved = false;
        paused = false;
        int index = 1;
        for (Iterator<QueuePeer> each = peers.iterator(); each.hasNext(); index++) {
            QueuePeer peer = each.next();
            boolean stays = polls.isReady(index) ? peer.read() : peer.remainingNanos() != 0;
            if (!stays) {
                peer.close();
                each.remove();
            }
        }
        if (listening && polls.isReady(listenerIndex)) {
            accept();
        }
    }

    private void accept() {
        try {
            UnixSocket socket = listener.accept();
            if (socket != null) {
                QueuePeer.admit(rtap, socket, uids, peers, warnings);
            }
        } catch (ErrnoException e) {
            warnings.warn("a process that wants a queue of " + rtap.name() + " must wait", e);
            paused = true;
        }
    }

    private static void removeFile(SockAddr address) {
        if (address.isAbstract()) {
            return;
        }
        try {
            Files.deleteIfExists(Path.of(address.path()));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "the socket " + address + " is left over", e);
        }
    }

    /** Stops lending. Lent queues stay with their borrowers, and do not come back. Further calls do nothing. */
    @Override
    public void close() {
        closed = true;
        wake.signal();
        ThreadEnd.await(thread);
    }

    @Override
    public String toString() {
        return "QueueServer(" + rtap.name() + " at " + address + (closed ? ", closed)" : ")");
    }
}
