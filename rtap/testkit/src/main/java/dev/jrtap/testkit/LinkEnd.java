// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

/** One end of a link: packets that a direction delivers go in, those that come out go to the other direction. */
interface LinkEnd extends Sink {

    /** Says where its packets go, before there are any. */
    void connect(Direction egress);
}
