// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.netlink;

/** The number of an interface as an argument; the kernel counts from 1, and 0 stands for none. */
final class IfIndex {

    private IfIndex() {}

    static int checked(String name, int ifIndex) {
        if (ifIndex < 0) {
            throw new IllegalArgumentException(
                    name + " must be the index of an interface, which is positive: " + ifIndex);
        }
        return ifIndex;
    }
}
