// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.select;

import java.util.List;

/**
 * How the functions of a selection are reached and called.
 *
 * @param library its name, as the linker's {@code -l} has it; empty for libc and for calls of the kernel
 * @param directories where it lies, besides the usual places
 * @param errno what becomes of errno, unless a detail says otherwise of a function
 */
public record Binding(String library, List<String> directories, Errno errno) {

    /** What becomes of errno. */
    public enum Errno {
        /** Nothing: the library has other ways to tell of an error. */
        NONE,
        /** A result of -1 becomes {@code -errno}. */
        NEGATIVE,
        /** It is kept for the thread that made the call. */
        SAVED
    }

    /** How a pointer is passed. */
    public enum Form {
        /** A string that ends with a zero, copied for the call. */
        STRING,
        /** An address that the caller takes care of. */
        POINTER,
        /** Bytes that are copied for the call; their length is another parameter. */
        BYTES,
        /** One number or address that the function stores, or reads and stores. */
        REFERENCE
    }

    public boolean hasLibrary() {
        return !library.isEmpty();
    }
}
