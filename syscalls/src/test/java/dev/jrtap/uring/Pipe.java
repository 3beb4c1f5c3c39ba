// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Syscalls;
import jnr.ffi.LibraryLoader;

/** A pipe of libc's, for tests on kernels of any age. */
record Pipe(Fd in, Fd out) implements AutoCloseable {

    /** The one call that the library itself does not make. */
    public interface Libc {
        int pipe2(long ends, int flags);
    }

    private static final Libc LIBC = LibraryLoader.create(Libc.class).load("c");

    /** Read from {@link #in}, write to {@link #out}. */
    static Pipe open(int flags) {
        Memory ends = Memory.allocate(2 * Integer.BYTES);
        assertThat(LIBC.pipe2(ends.address(), flags)).isZero();
        Syscalls sys = Syscalls.libc();
        return new Pipe(Fd.own(sys, ends.getI32(0)), Fd.own(sys, ends.getI32(Integer.BYTES)));
    }

    /** The number of the end to read from. */
    int reader() {
        return in.number();
    }

    /** The number of the end to write to. */
    int writer() {
        return out.number();
    }

    /** Writes without the ring. */
    void put(byte[] bytes) {
        Memory memory = RingFiles.memory(bytes);
        assertThat(in.syscalls().write(writer(), memory.address(), bytes.length))
                .isEqualTo(bytes.length);
        memory.keepAlive();
    }

    /** Reads {@code length} bytes without the ring. */
    byte[] take(int length) {
        Memory memory = Memory.allocate(length);
        assertThat(in.syscalls().read(reader(), memory.address(), length)).isEqualTo(length);
        return RingFiles.bytes(memory, 0, length);
    }

    @Override
    public void close() {
        in.close();
        out.close();
    }
}
