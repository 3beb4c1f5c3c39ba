// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.netlink.Links;
import dev.jrtap.netlink.NetlinkException;
import dev.jrtap.netlink.RouteSocket;
import dev.jrtap.netlink.TunSettings;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.NetworkNamespace;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TapQueue;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The rtnetlink socket of one device, in the network namespace where the device is.
 *
 * <p>A socket stays in the namespace where it was opened, and a device can be moved by anybody. When the kernel says
 * that there is no such interface, the device is asked through its descriptor where it is, and followed.
 *
 * <p>Threads: any.
 */
final class DeviceSocket implements AutoCloseable {

    /** Something to be asked about the device. */
    interface Request<T> {
        T ask(RouteSocket route, int ifIndex) throws IOException;
    }

    /** Something to be asked of the descriptor that keeps the device alive. */
    interface Call<T> {
        T make(TapQueue queue) throws ErrnoException;
    }

    /** No interface has this index. */
    private static final int UNKNOWN = 0;

    private final Syscalls sys;
    private final TapQueue queue;
    private @Nullable NetworkNamespace namespace;

    @SuppressWarnings("NullAway.Init") // by open
    private RouteSocket route;

    private int ifIndex;
    private boolean closed;

    private DeviceSocket(Syscalls sys, TapQueue queue) {
        this.sys = sys;
        this.queue = queue;
    }

    /**
     * Opens a socket for the device of {@code queue}.
     *
     * @param namespace where the device is, then owned; {@code null} for the calling thread's
     */
    static DeviceSocket open(Syscalls sys, TapQueue queue, @Nullable NetworkNamespace namespace) throws IOException {
        DeviceSocket socket = new DeviceSocket(sys, queue);
        socket.enter(namespace);
        return socket;
    }

    private void enter(@Nullable NetworkNamespace target) throws IOException {
        RouteSocket there = inNamespace(target, () -> RouteSocket.open(sys));
        try {
            int index = indexIn(there);
            leave();
            namespace = target;
            route = there;
            ifIndex = index;
        } catch (Throwable e) {
            there.close();
            throw e;
        }
    }

    private int indexIn(RouteSocket there) throws IOException {
        return new Links(there).get(queue.currentName()).ifIndex();
    }

    private void leave() {
        if (route != null) {
            route.close();
        }
        if (namespace != null) {
            namespace.close();
        }
    }

    /** Returns the device's index in the namespace where it was last seen. */
    synchronized int ifIndex() {
        return ifIndex;
    }

    /** Asks something about the device, wherever it is. */
    synchronized <T> T ask(Request<T> request) throws IOException {
        checkOpen();
        if (ifIndex == UNKNOWN) {
            ifIndex = indexIn(route);
        }
        try {
            return request.ask(route, ifIndex);
        } catch (NetlinkException e) {
            if (e.errno() != Errno.ENODEV || !follow()) {
                throw e;
            }
            return request.ask(route, ifIndex);
        }
    }

    /** Asks the descriptor something, which nobody closes meanwhile: its number could be another device's by then. */
    synchronized <T> T call(Call<T> call) throws ErrnoException {
        checkOpen();
        return call.make(queue);
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException(queue.name() + " is closed");
        }
    }

    /** Returns the settings of the device, see {@link TunSettings}. */
    TunSettings settings() throws IOException {
        return ask((socket, index) -> new Links(socket).tunSettings(index));
    }

    /** Returns whether the device is in another namespace, and can be asked there. */
    private boolean follow() {
        NetworkNamespace now = null;
        try {
            now = queue.namespace();
            if (namespace == null || !now.equals(namespace)) {
                enter(now);
                now = null;
                return true;
            }
        } catch (IOException e) {
            // It is gone, or this process may do nothing where it is: the caller has the kernel's first answer.
        } finally {
            if (now != null) {
                now.close();
            }
        }
        return false;
    }

    /** Moves the device to {@code target}, then owned, even if it throws. */
    synchronized void moveTo(NetworkNamespace target) throws IOException {
        RouteSocket there = null;
        try {
            // The socket first: if there can be none, the device stays.
            there = target.call(() -> RouteSocket.open(sys));
            ask((socket, index) -> {
                new Links(socket).moveTo(index, target.fd());
                return true;
            });
        } catch (Throwable e) {
            if (there != null) {
                there.close();
            }
            target.close();
            throw e;
        }
        leave();
        namespace = target;
        route = there;
        try {
            ifIndex = indexIn(there);
        } catch (IOException e) {
            // It has moved, whatever its index is there: that will be asked for when it is needed.
            ifIndex = UNKNOWN;
        }
    }

    /** Does something in the device's namespace; on another thread, which may ask this, so the lock is not kept. */
    <T> T inNamespace(NetworkNamespace.Action<T> action) throws IOException {
        @Nullable NetworkNamespace present;
        synchronized (this) {
            present = namespace;
        }
        return inNamespace(present, action);
    }

    /** Does something in {@code namespace}, or where the calling thread is if that is {@code null}. */
    static <T> T inNamespace(@Nullable NetworkNamespace namespace, NetworkNamespace.Action<T> action)
            throws IOException {
        return namespace == null ? action.call() : namespace.call(action);
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            leave();
        }
    }
}
