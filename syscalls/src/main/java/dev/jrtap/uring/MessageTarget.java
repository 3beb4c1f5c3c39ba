// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

/** A ring of this process that another one can post completions to. */
public interface MessageTarget {

    /**
     * Returns the ring's descriptor.
     *
     * @throws IllegalStateException if it has none, being {@link SetupFlag#REGISTERED_FD_ONLY}
     */
    int messageFd();

    /** Returns how many positions its table of registered files has; 0 without a table. */
    int fileSlots();
}
