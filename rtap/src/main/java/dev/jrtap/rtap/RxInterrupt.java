// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.FdLimits;
import dev.jrtap.syscall.Syscalls;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import jnr.enxio.channels.NativeDeviceChannel;
import jnr.enxio.channels.NativeSelectorProvider;
import org.jspecify.annotations.Nullable;

/**
 * Signals packets by a descriptor: for a thread that waits for several things at once, in epoll(7) or a selector. A
 * thread that waits for one queue pair alone uses {@link RxQueue#await}.
 *
 * <pre>{@code
 * while (pair.isOpen()) {
 *     if (pair.interrupt().enable()) {
 *         selector.select();              // or epoll_wait(2)
 *     }
 *     pair.interrupt().disable();
 *     while (pair.rx().receive(burst) > 0) { ... }
 * }
 * }</pre>
 *
 * <p>The descriptor is made on first use, and costs nothing before. Between {@link #disable} and {@link #enable} the
 * kernel signals nothing, so the owner's own sending and receiving does not wake it. Spurious wake-ups are possible.
 * The end of the device is signaled once, see {@link QueuePair#isGone}, and nothing after that.
 *
 * <p>Threads: {@link #enable} and {@link #disable} are for the owner of the queue pair, the rest for any.
 */
public final class RxInterrupt {

    private final Syscalls sys;
    private final String name;
    private final Driver driver;
    private final RxQueue rx;
    private @Nullable RxSignal signal;
    private boolean closed;
    // Since the last enable(), which clears the descriptor.
    private volatile boolean woken;

    RxInterrupt(Syscalls sys, String name, Driver driver, RxQueue rx) {
        this.sys = sys;
        this.name = name;
        this.driver = driver;
        this.rx = rx;
    }

    /**
     * Returns a descriptor that is readable when packets have come since {@link #enable}: an eventfd, or an epoll
     * instance in {@link RxMode#MAPPED} and {@link RxMode#POLL}. Only wait for it: it is closed with the queue pair.
     */
    public int fd() throws ErrnoException {
        return signal().fd();
    }

    private synchronized RxSignal signal() throws ErrnoException {
        if (closed) {
            throw new IllegalStateException(name + " is closed");
        }
        if (signal == null) {
            signal = driver.signal(sys);
        }
        return signal;
    }

    /**
     * Returns the descriptor as a channel, to be registered with {@link SelectionKey#OP_READ} in a selector of
     * {@link NativeSelectorProvider}.
     *
     * @return a channel with a descriptor of its own, to be closed by the caller
     */
    public SelectableChannel channel() throws ErrnoException {
        int original = fd();
        int result = sys.fcntl(original, Fcntl.F_DUPFD_CLOEXEC, 0);
        if (result < 0) {
            throw ErrnoException.of(result, "fcntl(fd=" + original + ", F_DUPFD_CLOEXEC)", FdLimits.hint(-result));
        }
        return new NativeDeviceChannel(NativeSelectorProvider.getInstance(), result, SelectionKey.OP_READ, false);
    }

    /**
     * Turns the signals on.
     *
     * @return whether to sleep; {@code false} if packets are there already, or {@link QueuePair#wake} has been called
     *     since the last call, and then nothing is enabled
     */
    public boolean enable() throws ErrnoException {
        if (!driver.own()) {
            return false;
        }
        // First on, then look: a packet that comes between the two is seen by the look, one that comes later is
        // signalled.
        signal().enable();
        boolean wokenBefore = takeWoken();
        if (rx.arm() || wokenBefore || !driver.own()) {
            disable();
            return false;
        }
        return true;
    }

    /** Turns the signals off. */
    public void disable() {
        RxSignal made = made();
        if (made != null && !driver.isClosing()) {
            made.disable();
        }
    }

    private synchronized @Nullable RxSignal made() {
        return signal;
    }

    /** Signals it, so that an owner that sleeps on it, or is about to, returns. */
    synchronized void wake() {
        // Before the signal: a wake whose signal enable() has cleared is seen there.
        woken = true;
        if (signal != null) {
            signal.wake();
        }
    }

    /** Returns whether it has been woken since the last {@link #enable}, or the last call of this. */
    boolean takeWoken() {
        boolean was = woken;
        woken = false;
        return was;
    }

    synchronized void close() {
        closed = true;
        if (signal != null) {
            signal.close();
        }
    }

    @Override
    public String toString() {
        return "RxInterrupt(" + name + ")";
    }
}
