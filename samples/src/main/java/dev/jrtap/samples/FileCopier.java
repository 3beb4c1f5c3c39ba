// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.uring.CompletionHandler;
import dev.jrtap.uring.Operations;
import dev.jrtap.uring.Ring;
import java.util.function.LongPredicate;

/**
 * Copies files through one ring: many blocks are under way at once, each in a part of a registered buffer of its own,
 * from which it is written as soon as it has been read. Not one call to read or write, and one entry into the kernel
 * for whatever has completed.
 *
 * <p>Threads: the one that copies first.
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

    /**
     * For each part of the buffer: where in the file it belongs, how much of it was read, and how much of that was
     * written.
     */
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

    /** Sets a ring up, with a registered buffer of 4 MiB. */
    public FileCopier() throws ErrnoException {
        ring = Ring.builder().entries(2 * DEPTH).build();
        try {
            ring.buffers().register(buffer);
            ring.files().registerSparse(2);
        } catch (Throwable e) {
            ring.close();
            throw e;
        }
    }

    /**
     * Copies {@code from} to {@code to}, which is made or overwritten.
     *
     * @return how many bytes
     * @throws ErrnoException if a file cannot be opened, read or written; what was copied until then stays in
     *     {@code to}
     */
    public long copy(String from, String to) throws ErrnoException {
        return copy(from, to, bytes -> true);
    }

    /**
     * Like {@link #copy(String, String)}, and can end before.
     *
     * @param goesOn is asked every 100 ms or more often, with the bytes copied so far; {@code false} ends the copy, and
     *     cancels what is in flight
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

    /** A read from a pipe, or a write into one, may take as long as its other end likes. */
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

    /** The result of the only operation under way. */
    private int complete() {
        int[] only = new int[1];
        while (ring.submitAndWait(1) < 0
                || ring.completion().drain((data, result, flags) -> only[0] = result, 1) == 0) {
            // Interrupted by a signal: the operation goes on.
        }
        return only[0];
    }

    private void startBlock(int part) {
        offset[part] = nextOffset;
        nextOffset += BLOCK;
        read[part] = 0;
        startRead(part);
    }

    /** Reads what is missing of the block. */
    private void startRead(int part) {
        int have = read[part];
        written[part] = have;
        claim(part)
                .readFixed(SOURCE, buffer, part * BLOCK + have, BLOCK - have, offset[part] + have, BUFFER)
                .fixedFile()
                .userData(part);
    }

    /** Writes what was read and is not yet written. */
    private void startWrite(int part) {
        int done = written[part];
        claim(part)
                .writeFixed(TARGET, buffer, part * BLOCK + done, read[part] - done, offset[part] + done, BUFFER)
                .fixedFile()
                .userData(part | DEPTH);
    }

    /** There is an entry for each part, and a part has one operation under way at most. */
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
            // At the end of the file, or of the copying: the part rests.
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
            // A short read: the end of the file, or a signal. The next read tells.
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
