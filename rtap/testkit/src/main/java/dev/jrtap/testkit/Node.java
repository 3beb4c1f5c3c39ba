// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

/** What links end at. */
interface Node {

    /** Its name in the network, which no other node has. */
    String name();
}
