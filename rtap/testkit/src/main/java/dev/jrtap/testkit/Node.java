// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

/** An end point of links: a host or a switch. */
interface Node {

    /** Returns the node's name, which is unique in the network. */
    String name();
}
