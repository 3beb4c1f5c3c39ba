// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

/** One end of a link: it takes packets that one direction delivers, and sends packets into the other direction. */
interface LinkEnd extends Sink {

    /** Sets the direction of sent packets. Called before the first packet. */
    void connect(Direction egress);
}
