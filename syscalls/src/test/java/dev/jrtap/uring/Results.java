// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ErrnoException;
import java.util.List;

/** Helpers for tests: drive a ring and take results. */
final class Results {

    private Results() {}

    /** Drives the ring until there is a completion, and returns it. */
    static Completions.Completion next(Ring ring) {
        return Completions.await(ring, 1).get(0);
    }

    /** Waits until the kernel has begun what was submitted: a polling thread takes it in its own time. */
    static void awaitTaken(Ring ring) {
        while (ring.submission().pending() > 0) {
            Thread.onSpinWait();
        }
    }

    /** Returns the result of the only completion with {@code userData}. */
    static int of(List<Completions.Completion> completions, long userData) {
        List<Completions.Completion> found =
                completions.stream().filter(c -> c.userData() == userData).toList();
        if (found.size() != 1) {
            throw new AssertionError("user data " + userData + " once in " + completions);
        }
        return found.get(0).result();
    }

    /** Returns a group of {@code count} adjacent buffers of {@code size} bytes in {@code memory}. */
    static BufferRing provide(Ring ring, int group, Memory memory, int count, int size) throws ErrnoException {
        BufferRing buffers = ring.bufferRing(group, count);
        for (int id = 0; id < count; id++) {
            buffers.offer(memory, id * size, size, id);
        }
        buffers.publish();
        return buffers;
    }
}
