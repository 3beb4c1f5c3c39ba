// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.ownership;

/** Is told of the end of what it belongs to. */
@FunctionalInterface
public interface CloseListener {

    /**
     * Called once, on the thread that has closed.
     *
     * @param free whether the kernel uses no memory any more; if not, the memory must stay allocated until the process
     *     ends
     */
    void closed(boolean free);
}
