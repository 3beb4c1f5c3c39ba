// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.Feature;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Fd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** Helpers for tests of operations on files. */
final class RingFiles {

    private RingFiles() {}

    /** Opens an existing file. */
    static Fd open(Path path, int flags) throws ErrnoException {
        return Fd.open(path.toString(), flags);
    }

    /** Skips the test where the file is in memory: tmpfs knows no RWF_NOWAIT, and has files of any length. */
    static void requireDisk(Path file) throws IOException {
        boolean isDisk = !Files.getFileStore(file).type().equals("tmpfs");
        Feature.require("temporary files on a disk", isDisk, file.getParent() + " is in memory");
    }

    /** Returns a free entry, after waiting for one if necessary. */
    static Operations claim(Ring ring) {
        Operations entry = ring.submission().claim();
        while (entry == null) {
            ring.submit();
            ring.awaitSpace();
            entry = ring.submission().claim();
        }
        return entry;
    }

    /** Returns the result of the only operation under way. */
    static int result(Ring ring) {
        return results(ring, 1).get(0);
    }

    /** Returns the results of the operations under way, ordered by their user data. */
    static List<Integer> results(Ring ring, int count) {
        List<Completions.Completion> completions = Completions.await(ring, count);
        assertThat(completions).hasSize(count);
        return completions.stream()
                .sorted(Comparator.comparingLong(Completions.Completion::userData))
                .map(Completions.Completion::result)
                .toList();
    }

    /** Returns memory with an array of {@code int}. */
    static Memory descriptors(int... descriptors) {
        Memory array = Memory.allocate(descriptors.length * Integer.BYTES);
        for (int i = 0; i < descriptors.length; i++) {
            array.putI32(i * Integer.BYTES, descriptors[i]);
        }
        return array;
    }

    /** Returns bytes that differ by place and by seed. */
    static byte[] pattern(int size, int seed) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (i * 31 + (i >> 8) * 7 + seed);
        }
        return bytes;
    }

    static Memory memory(byte[] bytes) {
        Memory memory = Memory.allocate(bytes.length);
        memory.putBytes(0, bytes, 0, bytes.length);
        return memory;
    }

    static byte[] bytes(Memory memory, int at, int length) {
        byte[] bytes = new byte[length];
        memory.getBytes(at, bytes, 0, length);
        return bytes;
    }
}
