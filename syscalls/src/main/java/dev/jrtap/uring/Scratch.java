// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.memory.Memory;

/**
 * Native memory beside each submission entry, for what the entry points to and the kernel only reads: paths, addresses
 * of sockets, time values, vectors.
 *
 * <p>The kernel reads these while it takes the entry (IORING_FEAT_SUBMIT_STABLE, every kernel that this library runs
 * on), and an entry is not claimed again before it was taken. So the memory beside an entry can be written again
 * exactly when the entry can. It grows to the largest need of its entry, once, and stays: nothing is allocated on a
 * path that repeats.
 */
final class Scratch {

    private static final int SMALLEST = 128;

    private final Memory[] beside;
    private int first;

    /** @param size of the queue's memory in bytes: a power of two */
    Scratch(int size) {
        beside = new Memory[size / IoUringSqe.SIZEOF];
    }

    /** At least {@code size} bytes, of undefined content, for the entry at {@code at} of the queue's memory. */
    Memory beside(int at, int size) {
        int slot = first + at / IoUringSqe.SIZEOF & beside.length - 1;
        Memory memory = beside[slot];
        if (memory == null || memory.size() < size) {
            memory = Memory.allocate(size <= SMALLEST ? SMALLEST : Integer.highestOneBit(size - 1) << 1);
            beside[slot] = memory;
        }
        return memory;
    }

    /** Entries have been copied to {@code bytes} before their places: what they point to stays theirs. */
    void moveDown(int bytes) {
        first += bytes / IoUringSqe.SIZEOF;
    }
}
