// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.ownership;

/** How an owned object ends, in two steps, so that many can be on their way at once. Each step runs once. */
public interface Teardown {

    /** Stops all use by this process: on the owner's thread, or on any when there is no owner or it has ended. */
    void begin();

    /**
     * Waits until the kernel has stopped using memory of the object: on the thread that closes.
     *
     * @return whether that is certain
     */
    boolean await();
}
