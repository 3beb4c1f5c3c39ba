// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.Sockets;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Fd;

/** A pipe that was made without a ring, for tests on kernels of any age. */
record Pipe(Fd in, Fd out) implements AutoCloseable {

    /** Read from {@link #in}, write to {@link #out}. */
    static Pipe open() {
        Sockets.Pair pair = Sockets.pipe();
        return new Pipe(pair.left(), pair.right());
    }

    /** The number of the end to read from. */
    int reader() {
        return in.fd();
    }

    /** The number of the end to write to. */
    int writer() {
        return out.fd();
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
