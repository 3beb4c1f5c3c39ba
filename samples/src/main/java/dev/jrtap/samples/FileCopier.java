// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.uring.CompletionHandler;
import dev.jrtap.uring.Operations;
import dev.jrtap.uring.Ring;
import dev.jrtap.uring.Sqe;
import java.util.function.LongPredicate;

/**
 * Copies files through one ring: many blocks are in flight at once, each in its own part of a buffer, from which it is
 * written as soon as it has been read. The buffer is registered, if this user may lock that much memory. There are no
 * calls of read(2) or write(2), and one entry into the kernel submits all next operations.
 *
 * <p>Threads: the thread of the first copy, only.
 */
public final class FileCopier implements CompletionHandler, AutoCloseable {

    private static final int BLOCK = 256 * 1024;
    private static final int DEPTH = 16;
    private static final int SOURCE = 0;
    private static final int TARGET = 1;
    private static final int MODE = 0644;
    private static final int BUFFER = 0;
    private static final long CANCEL = 2 * DEPTH;
    private static final long LOOK_NANOS = 100_000_000;

    private final Ring ring;
    private final Memory buffer = Memory.allocate(DEPTH * BLOCK);
    private final boolean isRegistered;

    /** For each part of the buffer: its offset in the file, the bytes read, and how many of them were written. */
    private final long[] offset = new long[DEPTH];

    private final int[] read = new int[DEPTH];
    private final int[] written = new int[DEPTH];
    private long nextOffset;
    private long copied;
    private int active;
    private int failure;
    private boolean ends;
    private boolean reading;
    private long failedAt;

    /** Sets up a ring with a buffer of 4 MiB. */
    public FileCopier() throws ErrnoException {
        this(Syscalls.libc());
    }

    FileCopier(Syscalls sys) throws ErrnoException {
        ring = Ring.builder(sys).entries(2 * DEPTH).build();
        try {
            isRegistered = register();
            ring.files().registerSparse(2);
        } catch (Throwable e) {
            ring.close();
            throw e;
        }
    }

    /** Many systems allow an ordinary user 8 MiB of locked memory in all. */
    private boolean register() throws ErrnoException {
        try {
            ring.buffers().register(buffer);
            return true;
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ENOMEM) {
                return false;
            }
            throw e;
        }
    }

    /**
     * Copies {@code from} to {@code to}, which is created or overwritten.
     *
     * @return the number of bytes copied
     * @throws ErrnoException if a file cannot be opened, read or written; the bytes copied until then stay in {@code
     *     to}
     */
    public long copy(String from, String to) throws ErrnoException {
        return copy(from, to, bytes -> true);
    }

    /**
     * Like {@link #copy(String, String)}, but can be ended early.
     *
     * @param goesOn called at least every 100 ms with the bytes copied so far; {@code false} ends the copy and cancels
     *     operations in flight
     */
    public long copy(String from, String to, LongPredicate goesOn) throws ErrnoException {
        open(from, Fcntl.O_RDONLY, SOURCE);
        try {
            open(to, Fcntl.O_WRONLY | Fcntl.O_CREAT | Fcntl.O_TRUNC, TARGET);
        } catch (ErrnoException e) {
            closeSlot(SOURCE);
            throw e;
        }
        nextOffset = 0;
        copied = 0;
        failure = 0;
        ends = false;
        for (int part = 0; part < DEPTH; part++) {
            startBlock(part);
        }
        while (active > 0) {
            ring.await(LOOK_NANOS);
            ring.completion().drain(this, Integer.MAX_VALUE);
            if (!ends && !goesOn.test(copied)) {
                end();
            }
        }
        closeSlot(SOURCE);
        closeSlot(TARGET);
        if (failure < 0) {
            String call = (reading ? "read(" + from : "write(" + to) + ", offset=" + failedAt + ")";
            throw ErrnoException.of(failure, call, "");
        }
        return copied;
    }

    private void open(String path, int flags, int slot) throws ErrnoException {
        ring.submission().claim().openat(Fcntl.AT_FDCWD, path, flags, MODE).intoSlot(slot);
        int result = complete();
        if (result < 0) {
            throw ErrnoException.of(result, "openat(" + path + ")", "");
        }
    }

    /** Cancels the operations in flight, because one on a pipe may wait for the other end indefinitely. */
    private void end() {
        ends = true;
        active += 2;
        ring.submission().claim().cancelFixedFile(SOURCE).userData(CANCEL);
        ring.submission().claim().cancelFixedFile(TARGET).userData(CANCEL);
    }

    private void closeSlot(int slot) {
        ring.submission().claim().closeSlot(slot);
        complete();
    }

    /** Waits for the only operation in flight and returns its result. */
    private int complete() {
        int[] only = new int[1];
        while (ring.submitAndWait(1) < 0
                || ring.completion().drain((data, result, flags) -> only[0] = result, 1) == 0) {
            // Interrupted by a signal; the operation continues.
        }
        return only[0];
    }

    private void startBlock(int part) {
        offset[part] = nextOffset;
        nextOffset += BLOCK;
        read[part] = 0;
        startRead(part);
    }

    /** Reads the missing bytes of the block. */
    private void startRead(int part) {
        int have = read[part];
        written[part] = have;
        int at = part * BLOCK + have;
        int length = BLOCK - have;
        long from = offset[part] + have;
        Operations entry = claim(part);
        Sqe sqe = isRegistered
                ? entry.readFixed(SOURCE, buffer, at, length, from, BUFFER)
                : entry.read(SOURCE, buffer, at, length, from);
        sqe.fixedFile().userData(part);
    }

    /** Writes the bytes that were read and are not yet written. */
    private void startWrite(int part) {
        int done = written[part];
        int at = part * BLOCK + done;
        int length = read[part] - done;
        long to = offset[part] + done;
        Operations entry = claim(part);
        Sqe sqe = isRegistered
                ? entry.writeFixed(TARGET, buffer, at, length, to, BUFFER)
                : entry.write(TARGET, buffer, at, length, to);
        sqe.fixedFile().userData(part | DEPTH);
    }

    /** Claims an entry. There is one for each part, and a part has at most one operation in flight. */
    private Operations claim(int part) {
        active++;
        return ring.submission().claim();
    }

    @Override
    public void onCompletion(long userData, int result, int flags) {
        active--;
        if (userData == CANCEL) {
            return;
        }
        int part = (int) userData & (DEPTH - 1);
        boolean wasRead = userData < DEPTH;
        if (result < 0 && failure == 0 && !ends) {
            failure = result;
            reading = wasRead;
            failedAt = offset[part] + (wasRead ? read[part] : written[part]);
        }
        if (result > 0 && !wasRead) {
            copied += result;
            written[part] += result;
        }
        if (failure < 0 || ends || wasRead && result == 0) {
            // At the end of the file or of the copy, the part stays idle.
            return;
        }
        if (wasRead) {
            read[part] += result;
            startWrite(part);
            return;
        }
        if (written[part] < read[part]) {
            startWrite(part);
        } else if (read[part] < BLOCK) {
            // A short read: at the end of the file, or by a signal; the next read shows which.
            startRead(part);
        } else {
            startBlock(part);
        }
    }

    @Override
    public void close() {
        ring.close();
    }
}
