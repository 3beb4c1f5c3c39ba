// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

/**
 * Whether a queue has been driven. One that another thread closes before that has no owner who could see it: the rule
 * of a close, that calls find nothing to do until {@code isOpen} has returned {@code false}, then holds for any thread.
 *
 * <p>Threads: any.
 */
final class FirstCall {

    private volatile boolean driven;
    private volatile boolean seen;

    /** The calling thread drives the queue. */
    void drive() {
        if (!driven) {
            driven = true;
        }
    }

    /** Takes note of what {@code isOpen} returns. */
    boolean seeing(boolean open) {
        if (!open) {
            seen = true;
        }
        return open;
    }

    /**
     * Refuses a call on a closed queue, unless it was never driven and nobody has seen the close.
     *
     * @return {@code false}: there is nothing to do
     */
    boolean refuse(String name) {
        if (driven || seen) {
            throw new IllegalStateException(name + " is closed");
        }
        return false;
    }
}
