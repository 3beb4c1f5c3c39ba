// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.Iovec;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ErrnoException;
import java.util.Arrays;
import java.util.List;

/** Short ways to say what a test asks of a ring, and what it got. */
final class Results {

    private Results() {}

    /** Drives the ring until one completion is there. */
    static Completions.Completion next(Ring ring) {
        return Completions.await(ring, 1).get(0);
    }

    /** The result of the one completion with {@code userData}. */
    static int of(List<Completions.Completion> completions, long userData) {
        List<Completions.Completion> found =
                completions.stream().filter(c -> c.userData() == userData).toList();
        if (found.size() != 1) {
            throw new AssertionError("user data " + userData + " once in " + completions);
        }
        return found.get(0).result();
    }

    /** Registers a table of files: {@code -1} is an empty position. */
    static void registerFiles(Ring ring, int... fds) throws ErrnoException {
        Memory table = Memory.allocate(fds.length * Integer.BYTES);
        for (int i = 0; i < fds.length; i++) {
            table.putI32(i * Integer.BYTES, fds[i]);
        }
        ring.fd().register(RegisterOperation.FILES, "", table, fds.length);
    }

    /** Registers a table of empty positions. */
    static void registerEmptyFiles(Ring ring, int count) throws ErrnoException {
        int[] fds = new int[count];
        Arrays.fill(fds, -1);
        registerFiles(ring, fds);
    }

    /** Registers one buffer, with index 0. */
    static void registerBuffer(Ring ring, Memory buffer) throws ErrnoException {
        Memory vector = Memory.allocate(Iovec.SIZEOF);
        vector.putI64(Iovec.IOV_BASE, buffer.address());
        vector.putI64(Iovec.IOV_LEN, buffer.size());
        ring.fd().register(RegisterOperation.BUFFERS, "", vector, 1);
    }

    /** A group of {@code count} buffers of {@code size} bytes, one after the other in {@code memory}. */
    static BufferRing provide(Ring ring, int group, Memory memory, int count, int size) throws ErrnoException {
        BufferRing buffers = ring.register().bufferRing(group, count);
        for (int id = 0; id < count; id++) {
            buffers.offer(memory.address(id * size, size), size, id);
        }
        buffers.publish();
        return buffers;
    }
}
