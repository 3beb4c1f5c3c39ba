// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.runtime;

import com.kenai.jffi.MemoryIO;
import java.nio.ByteBuffer;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/** Converts between addresses as numbers, pointers, and buffers over memory. C's NULL is 0 or {@code null}. */
public final class Addresses {

    private Addresses() {}

    /** Returns an address as a pointer; {@code null} for 0. */
    public static Pointer pointer(long address) {
        return address == 0 ? null : Pointer.wrap(Runtime.getSystemRuntime(), address);
    }

    /** Returns the address that a pointer holds; 0 for {@code null}. */
    public static long of(Pointer pointer) {
        return pointer == null ? 0 : pointer.address();
    }

    /**
     * Returns the address of a buffer's first byte, whatever the buffer's position. The address is valid as long as the
     * buffer is reachable.
     *
     * @throws IllegalArgumentException if the buffer is not direct: its bytes have no fixed address
     */
    public static long of(ByteBuffer buffer) {
        if (!buffer.isDirect()) {
            throw new IllegalArgumentException("a buffer without an address: it is not direct");
        }
        return MemoryIO.getInstance().getDirectBufferAddress(buffer);
    }

    /** Returns a buffer over {@code bytes} bytes of C's memory. It is valid only as long as C keeps the memory. */
    public static ByteBuffer buffer(Pointer pointer, int bytes) {
        return MemoryIO.getInstance().newDirectByteBuffer(pointer.address(), bytes);
    }
}
