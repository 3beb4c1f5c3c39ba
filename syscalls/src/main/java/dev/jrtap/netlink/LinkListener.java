// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.netlink;

import java.io.IOException;

/** Is told what happens to a network interface. */
@FunctionalInterface
public interface LinkListener {

    /** Called on the monitor's thread, in the order of the changes: what takes long here delays what follows. */
    void onChange(LinkEvent event);

    /** Called last, on the same thread, if the monitor ends because the kernel tells it no more: {@code e} says why. */
    default void onFailure(IOException e) {}
}
