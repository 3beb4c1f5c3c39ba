// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.netlink;

import dev.jrtap.bindings.Ifinfomsg;
import dev.jrtap.bindings.Nlmsghdr;
import dev.jrtap.bindings.Rtnetlink;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.EventFd;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.syscall.ThreadEnd;
import java.io.IOException;
import java.util.Objects;

/**
 * Watches one network interface, as {@code ip monitor link} does, and reports its changes to a listener.
 *
 * <p>It knows the state of the interface and reports differences, each once. When changes come faster than the listener
 * takes them, the kernel drops some (ENOBUFS): the monitor then reads the state again, and reports one difference.
 *
 * <p>Threads: a daemon thread of its own waits and calls the listener. {@link #close} may come from any thread, the
 * listener's too, and otherwise returns when the last call of the listener is over.
 */
public final class LinkMonitor implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(LinkMonitor.class.getName());
    private static final int BUFFER_SIZE = 32 * 1024;

    private final LinkSubscription subscription;
    private final EventFd wake;
    private final RouteSocket route;
    private final LinkListener listener;
    private final Memory buffer = Memory.allocate(BUFFER_SIZE);
    private final Thread thread;
    private Link known;
    private boolean removed;
    private volatile boolean closed;
    private volatile long overruns;

    private LinkMonitor(
            LinkSubscription subscription, EventFd wake, RouteSocket route, LinkListener listener, Link known) {
        this.subscription = subscription;
        this.wake = wake;
        this.route = route;
        this.listener = listener;
        this.known = known;
        this.thread = new Thread(this::run);
    }

    /** Like {@link #open(Syscalls, int, LinkListener)}, with the real system calls. */
    public static LinkMonitor open(int ifIndex, LinkListener listener) throws IOException {
        return open(Syscalls.libc(), ifIndex, listener);
    }

    /**
     * Subscribes, in the calling thread's network namespace. {@link #start} then reports what has changed since.
     *
     * @throws NetlinkException if there is no such interface
     * @throws ErrnoException if descriptors or memory have run out; nothing is left behind
     */
    public static LinkMonitor open(Syscalls sys, int ifIndex, LinkListener listener) throws IOException {
        IfIndex.checked("ifIndex", ifIndex);
        Objects.requireNonNull(listener, "listener");
        LinkSubscription subscription = LinkSubscription.open(sys);
        EventFd wake = null;
        RouteSocket route = null;
        try {
            wake = EventFd.open(sys);
            route = RouteSocket.open(sys);
            Link known = new Links(route).get(ifIndex);
            LinkMonitor monitor = new LinkMonitor(subscription, wake, route, listener, known);
            monitor.synchronize();
            monitor.thread.setName("link-monitor-" + monitor.known.name());
            monitor.thread.setDaemon(true);
            return monitor;
        } catch (Throwable e) {
            if (route != null) {
                route.close();
            }
            if (wake != null) {
                wake.close();
            }
            subscription.close();
            throw e;
        }
    }

    /**
     * Starts to call the listener.
     *
     * @throws IllegalStateException if it was started already; it continues
     * @throws OutOfMemoryError if no thread can be made; the monitor is closed then
     */
    public LinkMonitor start() {
        try {
            synchronized (this) {
                if (!closed) {
                    checkIsNew();
                    thread.start();
                }
            }
            return this;
        } catch (Throwable e) {
            if (isNew()) {
                close();
            }
            throw e;
        }
    }

    private void checkIsNew() {
        if (!isNew()) {
            throw new IllegalStateException("the link monitor of " + known.name() + " has been started already");
        }
    }

    private boolean isNew() {
        return thread.getState() == Thread.State.NEW;
    }

    private void run() {
        try {
            while (!closed && !removed) {
                subscription.await(wake);
                if (!closed) {
                    readAll();
                }
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "the link monitor of " + known.name() + " ends", e);
            tellFailure(e);
        } finally {
            closed = true;
            release();
        }
    }

    private void release() {
        route.close();
        wake.close();
        subscription.close();
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // nobody else counts
    private void readAll() throws IOException {
        while (!closed && !removed) {
            long received = subscription.receive(buffer);
            if (received == -Errno.EAGAIN) {
                return;
            }
            if (received == -Errno.ENOBUFS) {
                overruns++;
                resynchronize();
            } else if (received < 0) {
                throw ErrnoException.of(received, "recv(" + subscription + ")", "");
            } else {
                readMessages((int) received);
            }
        }
    }

    private void readMessages(int received) throws IOException {
        int length;
        for (int at = 0; at + Nlmsghdr.SIZEOF + Ifinfomsg.SIZEOF <= received; at += Message.align(length)) {
            length = buffer.getI32(at + Nlmsghdr.NLMSG_LEN);
            if (length < Nlmsghdr.SIZEOF + Ifinfomsg.SIZEOF || length > received - at) {
                return;
            }
            try {
                read(buffer.slice(at, length));
            } catch (IndexOutOfBoundsException e) {
                throw new IOException("a damaged message from " + subscription + ": " + e.getMessage(), e);
            }
        }
    }

    private void read(Memory message) {
        int type = message.getU16(Nlmsghdr.NLMSG_TYPE);
        // A bridge tells of its ports by messages of the same types and another family.
        boolean aboutLink = message.getU8(Nlmsghdr.SIZEOF + Ifinfomsg.IFI_FAMILY) == 0
                && message.getI32(Nlmsghdr.SIZEOF + Ifinfomsg.IFI_INDEX) == known.ifIndex();
        if (aboutLink && type == Rtnetlink.RTM_NEWLINK) {
            become(Link.parse(message));
        } else if (aboutLink && type == Rtnetlink.RTM_DELLINK) {
            remove();
        }
    }

    /** After an overrun: what waits is older than the state, and is not told. */
    private void resynchronize() throws IOException {
        Link before = known;
        try {
            known = new Links(route).get(known.ifIndex());
            synchronize();
            Link now = known;
            known = before;
            become(now);
        } catch (NetlinkException e) {
            if (e.errno() != Errno.ENODEV) {
                throw e;
            }
            known = before;
            remove();
        }
    }

    /** Asks for the state until no message has come before the answer: from then on each message is news. */
    private void synchronize() throws IOException {
        while (subscription.discard(buffer)) {
            known = new Links(route).get(known.ifIndex());
        }
    }

    private void become(Link now) {
        Link before = known;
        known = now;
        LinkEvent.between(before, now).forEach(this::tell);
    }

    private void remove() {
        removed = true;
        tell(new LinkEvent(LinkEvent.Kind.REMOVED, known, known));
    }

    private void tell(LinkEvent event) {
        try {
            listener.onChange(event);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "a link listener failed on " + event, e);
        }
    }

    private void tellFailure(IOException failure) {
        try {
            listener.onFailure(failure);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "a link listener failed on " + failure, e);
        }
    }

    /** Returns how often the kernel has dropped changes because the listener was slow. */
    public long overruns() {
        return overruns;
    }

    /** Returns whether it still watches; it ends by itself when the interface is gone. */
    public boolean isOpen() {
        return !closed && thread.isAlive();
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            wake.signal();
            if (thread.getState() == Thread.State.NEW) {
                release();
            }
        }
        ThreadEnd.await(thread);
    }

    @Override
    public String toString() {
        return "LinkMonitor(" + known.name() + ", ifindex " + known.ifIndex() + (closed ? ", closed)" : ")");
    }
}
