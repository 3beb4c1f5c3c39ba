// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.syscall;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.Sched;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A network namespace, held open: it lives as long as this object, even without a process in it.
 *
 * <p>Threads: any. Each {@link #call} has a thread of its own, which ends with it; {@link #enter} moves the calling
 * one.
 *
 * <p>Source: network_namespaces(7), setns(2).
 */
public final class NetworkNamespace implements AutoCloseable {

    /** Something to be done in a namespace. */
    @FunctionalInterface
    public interface Action<T> {
        T call() throws IOException;
    }

    private static final Path OF_THREAD = Path.of("/proc/thread-self/ns/net");

    private final Fd fd;
    private final String identity;

    private NetworkNamespace(Fd fd, String identity) {
        this.fd = fd;
        this.identity = identity;
    }

    /** Like {@link #create(Syscalls)}, with the real system calls. */
    public static NetworkNamespace create() throws IOException {
        return create(Syscalls.libc());
    }

    /** Makes a new namespace. Needs CAP_SYS_ADMIN. */
    public static NetworkNamespace create(Syscalls sys) throws IOException {
        return onNewThread(() -> {
            int result = sys.unshare(Sched.CLONE_NEWNET);
            if (result < 0) {
                throw ErrnoException.of(result, "unshare(CLONE_NEWNET)", hint(-result));
            }
            return open(sys, OF_THREAD);
        });
    }

    /** Like {@link #open(Syscalls, Path)}, with the real system calls. */
    public static NetworkNamespace open(Path path) throws IOException {
        return open(Syscalls.libc(), path);
    }

    /** Opens the namespace at a path: {@code /run/netns/NAME} of {@code ip netns}, or {@code /proc/PID/ns/net}. */
    public static NetworkNamespace open(Syscalls sys, Path path) throws IOException {
        return own(Fd.open(sys, path.toString(), Fcntl.O_RDONLY, 0));
    }

    /** Takes over a descriptor of a namespace, even if it throws. */
    public static NetworkNamespace own(Fd fd) throws IOException {
        try {
            return new NetworkNamespace(fd, Files.readSymbolicLink(path(fd)).toString());
        } catch (Throwable e) {
            fd.close();
            throw e;
        }
    }

    private static Path path(Fd fd) {
        return Path.of("/proc/self/fd/" + fd.fd());
    }

    /** Returns a path by which this process can open the namespace, as long as this is open. */
    public Path path() {
        return path(fd);
    }

    /** Returns the descriptor's number. */
    public int fd() {
        return fd.fd();
    }

    /**
     * Runs an action in the namespace, on a new thread, and waits for it. Sockets opened there stay there; so do
     * threads, therefore start none.
     */
    public <T> T call(Action<T> action) throws IOException {
        Objects.requireNonNull(action, "action");
        return onNewThread(() -> {
            enter();
            return action.call();
        });
    }

    /**
     * Moves the calling thread into the namespace until it ends or enters another one: for a thread of the caller's
     * own. Sockets that it opens belong there, and every thread that it starts begins there, including those that the
     * JDK starts on its behalf, as workers of the common pool.
     *
     * @throws ErrnoException EPERM without CAP_SYS_ADMIN
     * @throws IllegalStateException if the caller is a virtual thread: its carrier would be moved, and then run another
     *     one
     */
    public void enter() throws ErrnoException {
        Thread caller = Thread.currentThread();
        if (caller.getClass().getSimpleName().equals("VirtualThread")) {
            throw new IllegalStateException(
                    identity + " is entered by platform threads, and " + caller + " is a virtual one");
        }
        int result = fd.syscalls().setns(fd.fd(), Sched.CLONE_NEWNET);
        if (result < 0) {
            throw ErrnoException.of(result, "setns(" + fd + ", CLONE_NEWNET)", hint(-result));
        }
    }

    private static String hint(int errno) {
        if (errno == Errno.EPERM) {
            return "CAP_SYS_ADMIN is needed, here and in the user namespace that owns the network namespace";
        }
        return errno == Errno.EINVAL ? "it is no network namespace" : "";
    }

    private static <T> T onNewThread(Action<T> action) throws IOException {
        Outcome<T> outcome = new Outcome<>(action);
        Thread thread = new Thread(outcome, "network-namespace");
        thread.setDaemon(true);
        thread.start();
        ThreadEnd.await(thread);
        return outcome.get();
    }

    /** What came of an action on another thread. */
    private static final class Outcome<T> implements Runnable {

        private final Action<T> action;
        private @Nullable T value;
        private @Nullable Throwable failure;

        Outcome(Action<T> action) {
            this.action = action;
        }

        @Override
        public void run() {
            try {
                value = action.call();
            } catch (IOException | RuntimeException | Error e) {
                failure = e;
            }
        }

        @SuppressWarnings("NullAway") // without a failure there is a value, null only if the action gave it
        T get() throws IOException {
            if (failure instanceof IOException e) {
                throw e;
            }
            if (failure instanceof RuntimeException e) {
                throw e;
            }
            if (failure instanceof Error e) {
                throw e;
            }
            return value;
        }
    }

    /** Returns whether both are the same namespace. */
    @Override
    public boolean equals(Object other) {
        return other instanceof NetworkNamespace that && identity.equals(that.identity);
    }

    @Override
    public int hashCode() {
        return identity.hashCode();
    }

    @Override
    public void close() {
        fd.close();
    }

    /** Its identity, as {@code net:[4026531840]}. */
    @Override
    public String toString() {
        return identity;
    }
}
