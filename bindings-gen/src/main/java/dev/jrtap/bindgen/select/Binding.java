// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.select;

import java.util.List;

/**
 * How the functions of a selection are reached and called.
 *
 * @param library its name, as for the linker's {@code -l}; empty for libc and for calls of the kernel
 * @param directories the directories to search besides the usual ones
 * @param errno the treatment of errno, unless a detail of a function overrides it
 */
public record Binding(String library, List<String> directories, Errno errno) {

    /** Treatments of errno. */
    public enum Errno {
        /** None: the library reports errors in other ways. */
        NONE,
        /** A result of -1 becomes {@code -errno}. */
        NEGATIVE,
        /** errno is saved for the thread that made the call. */
        SAVED
    }

    /** Ways to pass a pointer. */
    public enum Form {
        /** A string that ends with a zero, copied for the call. */
        STRING,
        /** An address that the caller manages. */
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
