// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * Whether a queue has been driven. One that another thread closes before that has no owner: the rule of a close, that
 * calls find nothing to do until {@code isOpen} has returned {@code false}, then holds for each thread by itself.
 *
 * <p>Threads: any.
 */
final class FirstCall {

    private volatile boolean driven;
    private final Set<Thread> told = Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    /** The calling thread drives the queue. */
    void drive() {
        if (!driven) {
            driven = true;
        }
    }

    /** Takes note of what {@code isOpen} returns to the calling thread. */
    boolean seeing(boolean open) {
        if (!open) {
            told.add(Thread.currentThread());
        }
        return open;
    }

    /** The calling thread closes the queue, and needs not be told. */
    void closing() {
        told.add(Thread.currentThread());
    }

    /**
     * Refuses a call on a closed queue, unless it was never driven and the calling thread has not seen the close.
     *
     * @return {@code false}: there is nothing to do
     */
    boolean refuse(String name) {
        if (driven || told.contains(Thread.currentThread())) {
            throw new IllegalStateException(name + " is closed");
        }
        return false;
    }
}
