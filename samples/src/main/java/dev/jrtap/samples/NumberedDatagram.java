// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.memory.Memory;

/** The payload that {@code generate} writes into a datagram and {@code sink} reads; all fields are big-endian. */
final class NumberedDatagram {

    /** The length of the payload in bytes. */
    static final int LENGTH = 32;

    private static final long MAGIC = 0x6a72_7461_7020_3031L; // "jrtap 01"
    private static final int FLOW = 8;
    private static final int SEQUENCE = 16;
    private static final int NANOS = 24;

    private NumberedDatagram() {}

    /**
     * Writes a payload at {@code offset}.
     *
     * @param sequence the datagram's number in its flow, from 0
     * @param nanos the time from {@link System#nanoTime}, which is the machine's monotonic clock in all processes
     */
    static void write(Memory memory, int offset, int flow, long sequence, long nanos) {
        memory.putI64Be(offset, MAGIC);
        memory.putI64Be(offset + FLOW, flow);
        memory.putI64Be(offset + SEQUENCE, sequence);
        memory.putI64Be(offset + NANOS, nanos);
    }

    static boolean isOne(Memory memory, int offset, int length) {
        return length >= LENGTH && memory.getI64Be(offset) == MAGIC;
    }

    static long flow(Memory memory, int offset) {
        return memory.getI64Be(offset + FLOW);
    }

    static long sequence(Memory memory, int offset) {
        return memory.getI64Be(offset + SEQUENCE);
    }

    static long nanos(Memory memory, int offset) {
        return memory.getI64Be(offset + NANOS);
    }
}
