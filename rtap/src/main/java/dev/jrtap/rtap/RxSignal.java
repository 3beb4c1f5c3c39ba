// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.syscall.ErrnoException;

/**
 * What makes the descriptor of an {@link RxInterrupt} readable, by the kind of its driver.
 *
 * <p>Threads: the owner; {@link #fd} and {@link #wake} from any, but not at the same time as {@link #close}.
 */
interface RxSignal {

    /** Returns the descriptor. */
    int fd();

    /** Forgets what it has told, and tells of packets from now on. */
    void enable() throws ErrnoException;

    /** Tells of packets no more. */
    void disable();

    /** Makes it readable until the next {@link #enable}. */
    void wake();

    void close();
}
