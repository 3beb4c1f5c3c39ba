// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.netlink;

import java.io.IOException;

/** Receives the changes of a network interface. */
@FunctionalInterface
public interface LinkListener {

    /** Called on the monitor's thread, in the order of the changes: a slow listener delays later ones. */
    void onChange(LinkEvent event);

    /**
     * Called last, on the same thread, if the monitor ends because it can no longer read from the kernel: {@code e}
     * says why.
     */
    default void onFailure(IOException e) {}
}
