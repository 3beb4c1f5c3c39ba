// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.ownership;

/**
 * Thrown by every method of an object that has been closed, the message naming the object. Nothing has reached the
 * kernel.
 */
public final class ClosedException extends IllegalStateException {

    private static final long serialVersionUID = 1;

    /** @param name of the object that is closed */
    public ClosedException(String name) {
        super(name + " is closed");
    }
}
