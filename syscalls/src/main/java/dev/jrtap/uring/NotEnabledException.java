// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

/**
 * Thrown when a call needs something that the ring was not set up with: a {@link SetupFlag}, a table of registered
 * files, a descriptor. The message names it. What the kernel lacks is an {@link UnsupportedOperationException} or an
 * errno.
 */
public final class NotEnabledException extends IllegalStateException {

    private static final long serialVersionUID = 1;

    NotEnabledException(String message) {
        super(message);
    }
}
