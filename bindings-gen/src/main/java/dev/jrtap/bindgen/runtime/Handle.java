// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.runtime;

import jnr.ffi.Pointer;

/**
 * A pointer to something whose members only a library knows. Two handles of one class are equal if their addresses are.
 */
public abstract class Handle {

    private final Pointer pointer;

    Handle(Pointer pointer) {
        this.pointer = pointer;
    }

    /** Returns the pointer. */
    public final Pointer pointer() {
        return pointer;
    }

    /** Returns the pointer of a handle; {@code null}, C's NULL, for none. */
    public static Pointer pointer(Handle handle) {
        return handle == null ? null : handle.pointer;
    }

    @Override
    public final boolean equals(Object other) {
        return other != null
                && other.getClass() == getClass()
                && ((Handle) other).pointer.address() == pointer.address();
    }

    @Override
    public final int hashCode() {
        return Long.hashCode(pointer.address());
    }

    @Override
    public final String toString() {
        return getClass().getSimpleName() + "(0x" + Long.toHexString(pointer.address()) + ")";
    }
}
