// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.syscall;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.Sched;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A network namespace, held open: it lives as long as this does, also without a process in it.
 *
 * <p>Threads: any. A thread that has entered another namespace is never given back: each {@link #call} has one of its
 * own.
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

    /** Opens the namespace at a path: {@code /run/netns/NAME} of {@code ip netns}, or {@code /proc/PID/ns/net}. */
    public static NetworkNamespace open(Syscalls sys, Path path) throws IOException {
        int result = Fd.open(sys, path.toString(), Fcntl.O_RDONLY | Fcntl.O_CLOEXEC);
        if (result < 0) {
            throw ErrnoException.of(result, "open(" + path + ", O_RDONLY|O_CLOEXEC)", FdLimits.hint(-result));
        }
        return own(Fd.own(sys, result));
    }

    /** Takes over a descriptor of a namespace, also if it throws. */
    public static NetworkNamespace own(Fd fd) throws IOException {
        try {
            return new NetworkNamespace(fd, Files.readSymbolicLink(path(fd)).toString());
        } catch (IOException | RuntimeException e) {
            fd.close();
            throw e;
        }
    }

    private static Path path(Fd fd) {
        return Path.of("/proc/self/fd/" + fd.fd());
    }

    /** A path by which this process can open the namespace, as long as this is open. */
    public Path path() {
        return path(fd);
    }

    /** The descriptor's number. */
    public int fd() {
        return fd.fd();
    }

    /**
     * Does something in the namespace, on a new thread that ends with it, and waits for it. Sockets opened there stay
     * there; so would threads started there, therefore start none.
     */
    public <T> T call(Action<T> action) throws IOException {
        return onNewThread(() -> {
            int result = fd.syscalls().setns(fd.fd(), Sched.CLONE_NEWNET);
            if (result < 0) {
                throw ErrnoException.of(result, "setns(" + fd + ", CLONE_NEWNET)", hint(-result));
            }
            return action.call();
        });
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
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
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

    /** Whether both are the same namespace. */
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
