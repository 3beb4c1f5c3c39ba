// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.memory.Memory;

/**
 * Where an entry has its fields. It lies in memory in little-endian order, as on every machine this library runs on: so
 * neighbors are written with one store.
 */
final class SqeLayout {

    /** What most operations leave 0 begins here, and goes to the end of 64 bytes. */
    static final int LAST_WORDS = IoUringSqe.BUF_INDEX;

    /** In the first word. */
    static final long FIXED_FILE = (long) IoUring.IOSQE_FIXED_FILE << IoUringSqe.FLAGS * Byte.SIZE;

    private static final int OPCODE_SHIFT = IoUringSqe.OPCODE * Byte.SIZE;
    private static final int FD_SHIFT = IoUringSqe.FD * Byte.SIZE;
    private static final int WORD_OF_LENGTH = IoUringSqe.LEN;

    private SqeLayout() {}

    /** Writes all but the last words. */
    static void put(Memory entries, int at, int opcode, int fd, long address, int length, long offset, long userData) {
        entries.putI64(at, (long) opcode << OPCODE_SHIFT | (long) fd << FD_SHIFT);
        entries.putI64(at + IoUringSqe.OFF, offset);
        entries.putI64(at + IoUringSqe.ADDR, address);
        entries.putI64(at + WORD_OF_LENGTH, length & 0xffff_ffffL);
        entries.putI64(at + IoUringSqe.USER_DATA, userData);
    }

    static void clearLastWords(Memory entries, int at) {
        entries.putI64(at + LAST_WORDS, 0);
        entries.putI64(at + LAST_WORDS + Long.BYTES, 0);
        entries.putI64(at + LAST_WORDS + 2 * Long.BYTES, 0);
    }

    /** The descriptor, or slot, in the first word of an entry. */
    static int fd(long firstWord) {
        return (int) (firstWord >>> FD_SHIFT);
    }

    /** Whether the bytes are set by their place: what the ring must know has methods of its own. */
    static boolean isSettable(int field, int bytes) {
        int end = field + bytes;
        return field >= IoUringSqe.IOPRIO
                && field < 2 * IoUringSqe.SIZEOF
                && end <= 2 * IoUringSqe.SIZEOF
                && !overlaps(field, end, IoUringSqe.FD, Integer.BYTES)
                && !overlaps(field, end, IoUringSqe.USER_DATA, Long.BYTES);
    }

    private static boolean overlaps(int from, int end, int field, int size) {
        return from < field + size && end > field;
    }
}
