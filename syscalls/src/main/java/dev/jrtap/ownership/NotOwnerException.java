// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.ownership;

/**
 * Thrown when a thread calls what only another may, or a virtual thread what only a platform thread may. Nothing has
 * reached the kernel, and the owner goes on undisturbed.
 */
public final class NotOwnerException extends IllegalStateException {

    private static final long serialVersionUID = 1;

    /** @param message what is owned, by which thread, and which has called */
    public NotOwnerException(String message) {
        super(message);
    }
}
