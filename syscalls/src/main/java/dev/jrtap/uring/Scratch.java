// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.memory.Memory;

/**
 * Native memory beside each submission entry, for what the entry points to and the kernel only reads: paths, addresses of
 * sockets, time values, vectors.
 *
 * <p>The kernel reads these while it takes the entry (IORING_FEAT_SUBMIT_STABLE, every kernel that this library runs on), and an
 * entry is not claimed again before it was taken. So the memory beside an entry can be written again exactly when the entry can.
 * It grows to the largest need of its entry, once, and stays: nothing is allocated on a path that repeats.
 */
final class Scratch {

    private static final int SMALLEST = 128;

    private final Memory[] beside;

    Scratch(int entries) {
        beside = new Memory[entries];
    }

    /** At least {@code size} bytes, of undefined content. */
    Memory beside(int slot, int size) {
        Memory memory = beside[slot];
        if (memory == null || memory.size() < size) {
            memory = Memory.allocate(size <= SMALLEST ? SMALLEST : Integer.highestOneBit(size - 1) << 1);
            beside[slot] = memory;
        }
        return memory;
    }
}
