// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

import dev.jrtap.memory.Memory;
import java.util.Objects;

/**
 * A record of a {@link RingBuffer}, as the program has written it. The view is valid inside the handler only: its bytes
 * are the program's again afterwards.
 *
 * <p>Positions count from the first byte of the record. Numbers are in the machine's byte order.
 */
public final class RingRecord {

    private final Memory data;
    private int start;
    private int length;

    RingRecord(Memory data) {
        this.data = data;
    }

    void at(int start, int length) {
        this.start = start;
        this.length = length;
    }

    /** Bytes. */
    public int length() {
        return length;
    }

    public int getU8(int at) {
        return data.getU8(position(at, Byte.BYTES));
    }

    public int getU16(int at) {
        return data.getU16(position(at, Short.BYTES));
    }

    public int getI32(int at) {
        return data.getI32(position(at, Integer.BYTES));
    }

    public long getI64(int at) {
        return data.getI64(position(at, Long.BYTES));
    }

    /** Copies {@code bytes} bytes from {@code at} on to {@code toAt} of {@code to}. */
    public void copy(int at, Memory to, int toAt, int bytes) {
        to.copy(toAt, data, position(at, bytes), bytes);
    }

    private int position(int at, int bytes) {
        return start + Objects.checkFromIndexSize(at, bytes, length);
    }
}
