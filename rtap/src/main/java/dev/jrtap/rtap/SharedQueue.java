// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.PollSet;
import dev.jrtap.syscall.SockAddr;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.syscall.UnixSocket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import jnr.posix.POSIXFactory;

/**
 * Queues of a device that belongs to another process, which lends them through a {@link QueueServer}: the side of the
 * secondary. Rings of this process drive them. Receiving and sending need no rights; changing the interface needs the
 * usual ones.
 *
 * <p>If the primary dies, the queues continue to work, and keep the device alive.
 *
 * <p>Threads: as {@link Rtap}.
 */
public final class SharedQueue implements AutoCloseable {

    private static final long PATIENCE_NANOS = 10_000_000_000L;
    private static final long RETRY_NANOS = 1_000_000L;

    private final UnixSocket connection;
    private final Rtap device;
    private final List<Integer> indexes;
    private final PollSet hangUp;

    private SharedQueue(Syscalls sys, UnixSocket connection, Rtap device, List<Integer> indexes) {
        this.connection = connection;
        this.device = device;
        this.indexes = indexes;
        this.hangUp = new PollSet(sys, 1);
    }

    /**
     * Borrows queue {@code index} from the process that serves at {@code address}, which must run as this user. Changes
     * nothing of the primary's device.
     *
     * @param config ring size, receive mode, ring policy and flush of the queue; its name is ignored
     * @throws IllegalArgumentException naming any other setting: those are the primary's
     * @throws IOException if nobody serves, this user is refused, or the queue is in use; nothing stays open
     */
    public static SharedQueue borrow(SockAddr address, int index, RtapConfig config) throws IOException {
        return borrow(Syscalls.libc(), address, index, config);
    }

    /** Borrows a queue through {@code sys}, see {@link #borrow(SockAddr, int, RtapConfig)}. */
    public static SharedQueue borrow(Syscalls sys, SockAddr address, int index, RtapConfig config) throws IOException {
        return borrow(sys, address, POSIXFactory.getNativePOSIX().geteuid(), List.of(index), config);
    }

    /**
     * Borrows several queues at once, or none, from a primary that may be another user's. Their order is that of the
     * queue pairs of {@link #device}.
     *
     * @param primaryUid the user as which the server must run, since any user can listen at a free address
     * @param indexes of the primary's queue pairs, 1..128 different ones
     */
    public static SharedQueue borrow(
            Syscalls sys, SockAddr address, int primaryUid, List<Integer> indexes, RtapConfig config)
            throws IOException {
        checkBorrowed(config);
        RtapConfig own = config.withQueues(indexes.size());
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        UnixSocket connection = connect(sys, address, deadline);
        List<Integer> descriptors = new ArrayList<>();
        try {
            checkServer(connection, address, primaryUid);
            Memory answer = Memory.allocate(Handover.ANSWER_SIZE);
            for (int index : indexes) {
                descriptors.add(ask(sys, connection, address, index, answer, deadline));
            }
            Rtap device = adopt(sys, descriptors, own, answer);
            return new SharedQueue(sys, connection, device, List.copyOf(indexes));
        } catch (Throwable e) {
            descriptors.forEach(sys::close);
            connection.close();
            throw e;
        }
    }

    /** Makes a device of the descriptors, which are then none of the caller's. */
    private static Rtap adopt(Syscalls sys, List<Integer> descriptors, RtapConfig config, Memory answer)
            throws IOException {
        List<Integer> owned = List.copyOf(descriptors);
        descriptors.clear();
        return new Rtap(Opening.adopt(sys, owned, config, Handover.offloads(answer)));
    }

    private static void checkServer(UnixSocket connection, SockAddr address, int expected) throws ErrnoException {
        UnixSocket.Peer server = connection.peer();
        if (server.uid() != expected) {
            throw ErrnoException.of(
                    -Errno.EPERM,
                    "borrow(" + address + ")",
                    "process " + server.pid() + " of user " + Integer.toUnsignedString(server.uid())
                            + " serves there, and user " + Integer.toUnsignedString(expected)
                            + " was expected: a stranger has"
                            + " taken the address, or the primary's user must be named");
        }
    }

    private static void checkBorrowed(RtapConfig config) {
        List<String> settings = config.options().ofThePrimary();
        if (!settings.isEmpty()) {
            throw new IllegalArgumentException("a borrower of a queue cannot set what is the primary's, with "
                    + String.join(", ", settings)
                    + ": only withRingSize, withRxMode, withRingPolicy and withDeferredFlush are its own");
        }
    }

    /** Waits while as many others wait as may. */
    private static UnixSocket connect(Syscalls sys, SockAddr address, long deadline) throws ErrnoException {
        while (true) {
            try {
                return UnixSocket.connect(sys, address);
            } catch (ErrnoException e) {
                if (e.errno() != Errno.EAGAIN || System.nanoTime() > deadline) {
                    throw e;
                }
                LockSupport.parkNanos(RETRY_NANOS);
            }
        }
    }

    private static int ask(
            Syscalls sys, UnixSocket connection, SockAddr address, int index, Memory answer, long deadline)
            throws IOException {
        String call = "borrow(" + address + ", queue " + index + ")";
        long sent = connection.send(Handover.request(index), Handover.REQUEST_SIZE, UnixSocket.NO_DESCRIPTOR);
        if (sent < 0) {
            throw ErrnoException.of(sent, call, "");
        }
        PollSet polls = new PollSet(sys, 1);
        polls.add(connection.fd());
        long length = connection.receive(answer);
        while (length == -Errno.EAGAIN && System.nanoTime() < deadline) {
            polls.await(Math.max(0, deadline - System.nanoTime()));
            length = connection.receive(answer);
        }
        if (length == 0 || length == -Errno.ECONNRESET) {
            throw ErrnoException.of(-Errno.EPERM, call, "the primary has hung up: it lends nothing to this user");
        }
        if (length < 0) {
            throw ErrnoException.of(length, call, length == -Errno.EAGAIN ? "the primary does not answer" : "");
        }
        if (!Handover.isComplete(answer, length)) {
            throw new IOException(call + ": who serves there speaks another version, or is no primary");
        }
        int descriptor = connection.takeDescriptor();
        if (descriptor == UnixSocket.NO_DESCRIPTOR) {
            throw new IOException(call + ": " + Handover.reason(answer));
        }
        return descriptor;
    }

    /** Opens the first queue pair, as {@link Rtap#openQueue} does. */
    public QueuePair openQueue(PacketPool pool) throws IOException {
        return device.openQueue(0, pool);
    }

    /** Returns the device as this process sees it: with the borrowed queues only, counted from 0. */
    public Rtap device() {
        return device;
    }

    /** Returns whether the process that has lent the queues, and its server, are still running. */
    public synchronized boolean isPrimaryAlive() {
        hangUp.clear();
        hangUp.add(connection.fd());
        // The primary says nothing more: that there is something to read means that it has hung up.
        return hangUp.await(0) <= 0;
    }

    /** Closes the queues and returns them to the primary. Further calls do nothing. */
    @Override
    public void close() {
        device.close();
        connection.close();
    }

    @Override
    public String toString() {
        return "SharedQueue(" + indexes + " of " + device.name() + ")";
    }
}
