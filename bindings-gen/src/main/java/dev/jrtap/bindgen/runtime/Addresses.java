// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.runtime;

import com.kenai.jffi.MemoryIO;
import java.nio.ByteBuffer;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/** Between addresses as numbers, pointers, and the memory there. C's NULL is 0, or {@code null}. */
public final class Addresses {

    private Addresses() {}

    /** Returns an address as a pointer. */
    public static Pointer pointer(long address) {
        return address == 0 ? null : Pointer.wrap(Runtime.getSystemRuntime(), address);
    }

    /** Returns the address that a pointer holds. */
    public static long of(Pointer pointer) {
        return pointer == null ? 0 : pointer.address();
    }

    /**
     * Returns the address of a buffer's first byte, whatever its position. It holds as long as the buffer is reachable.
     *
     * @throws IllegalArgumentException if the buffer is not direct: its bytes have no address that stays
     */
    public static long of(ByteBuffer buffer) {
        if (!buffer.isDirect()) {
            throw new IllegalArgumentException("a buffer without an address: it is not direct");
        }
        return MemoryIO.getInstance().getDirectBufferAddress(buffer);
    }

    /** Returns memory of C as a buffer of {@code bytes} bytes, which is good as long as C has the memory. */
    public static ByteBuffer buffer(Pointer pointer, int bytes) {
        return MemoryIO.getInstance().newDirectByteBuffer(pointer.address(), bytes);
    }
}
