// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.ownership;

/**
 * Thrown when a thread calls a method reserved for another thread, or a virtual thread calls one reserved for platform
 * threads. Nothing has reached the kernel, and the owner is not affected.
 */
public final class NotOwnerException extends IllegalStateException {

    private static final long serialVersionUID = 1;

    /** @param message the object, the thread that owns it, and the one that has called */
    public NotOwnerException(String message) {
        super(message);
    }
}
