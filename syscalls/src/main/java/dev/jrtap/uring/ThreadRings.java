// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Registrations of rings with one thread that outlived their ring, because the ring was dropped: only the thread itself
 * can undo them, and does so when it next registers a ring. The thread's end undoes all.
 *
 * <p>Threads: {@link #abandon} any, {@link #takeAbandoned} the thread they belong to.
 */
final class ThreadRings {

    private static final ThreadLocal<ThreadRings> OF_THREAD = ThreadLocal.withInitial(ThreadRings::new);

    private final Queue<Integer> abandoned = new ArrayDeque<>();

    private ThreadRings() {}

    static ThreadRings ofCaller() {
        return OF_THREAD.get();
    }

    synchronized void abandon(int index) {
        abandoned.add(index);
    }

    /** An index that is to be unregistered, or {@code null} if there is none. */
    synchronized Integer takeAbandoned() {
        return abandoned.poll();
    }
}
