// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.ownership;

/** Receives the end of the object that it is registered with. */
@FunctionalInterface
public interface CloseListener {

    /**
     * Called once, on the thread that has closed.
     *
     * @param free whether the kernel has stopped using memory; otherwise the memory must stay allocated until the
     *     process ends
     */
    void closed(boolean free);
}
