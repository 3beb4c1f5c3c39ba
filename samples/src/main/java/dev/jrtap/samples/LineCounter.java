// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.uring.CompletionHandler;
import dev.jrtap.uring.Ring;
import java.nio.ByteBuffer;

/** Counts the lines of a file, bypassing the page cache: O_DIRECT, 64 reads in flight, registered file and buffers. */
public final class LineCounter implements CompletionHandler, AutoCloseable {

    private static final int DEPTH = 64;
    private static final int BLOCK = 64 * 1024;
    // The alignment of addresses, lengths and offsets that suffices for O_DIRECT on any device.
    private static final int ALIGNMENT = 4096;
    private static final int FILE = 0;

    private final Ring ring;
    private final Memory memory =
            Memory.of(ByteBuffer.allocateDirect(DEPTH * BLOCK + ALIGNMENT).alignedSlice(ALIGNMENT));
    private final long[] offset = new long[DEPTH];
    private final int[] have = new int[DEPTH];
    private long nextOffset;
    private long lines;
    private int underWay;
    private int failure;

    public LineCounter() throws ErrnoException {
        ring = Ring.builder().entries(DEPTH).build();
        try {
            ring.files().registerSparse(1);
            ring.buffers().register(memory);
        } catch (ErrnoException | RuntimeException | Error e) {
            ring.close();
            throw e;
        }
    }

    /** Counts the lines of the file at {@code path}. */
    public long count(String path) throws ErrnoException {
        ring.submission()
                .claim()
                .openat(Fcntl.AT_FDCWD, path, Fcntl.O_RDONLY | Fcntl.O_DIRECT, 0)
                .intoSlot(FILE);
        int opened = complete();
        if (opened < 0) {
            throw ErrnoException.of(opened, "openat(" + path + ", O_DIRECT)", "");
        }
        nextOffset = 0;
        lines = 0;
        failure = 0;
        for (int part = 0; part < DEPTH; part++) {
            readNext(part);
        }
        while (underWay > 0) {
            ring.submitAndWait(1);
            ring.completion().drain(this, Integer.MAX_VALUE);
        }
        ring.submission().claim().closeSlot(FILE);
        complete();
        if (failure < 0) {
            throw ErrnoException.of(failure, "read(" + path + ")", "");
        }
        return lines;
    }

    /** Waits for the only operation in flight and returns its result. */
    private int complete() {
        int[] only = new int[1];
        while (ring.completion().drain((data, result, flags) -> only[0] = result, 1) == 0) {
            ring.submitAndWait(1);
        }
        return only[0];
    }

    private void readNext(int part) {
        offset[part] = nextOffset;
        have[part] = 0;
        nextOffset += BLOCK;
        read(part);
    }

    private void read(int part) {
        int at = have[part];
        ring.submission()
                .claim()
                .readFixed(FILE, memory, part * BLOCK + at, BLOCK - at, offset[part] + at, 0)
                .fixedFile()
                .userData(part);
        underWay++;
    }

    @Override
    public void onCompletion(long userData, int result, int flags) {
        underWay--;
        int part = (int) userData;
        if (result < 0) {
            failure = result;
            return;
        }
        for (int i = part * BLOCK + have[part], end = i + result; i < end; i++) {
            lines += memory.getU8(i) == '\n' ? 1 : 0;
        }
        have[part] += result;
        if (have[part] == BLOCK) {
            readNext(part);
        } else if (result > 0 && result % ALIGNMENT == 0) {
            // The read may be short for a reason other than the end of the file.
            read(part);
        }
    }

    @Override
    public void close() {
        ring.close();
    }

    public static void main(String[] args) throws ErrnoException {
        try (LineCounter counter = new LineCounter()) {
            System.out.println(counter.count(args[0]));
        }
    }
}
