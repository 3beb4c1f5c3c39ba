// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import dev.jrtap.rtap.Burst;

/** The destination of packets that have passed a link. */
interface Sink {

    /** Takes packet {@code i} of {@code from}; a packet that it leaves there is lost. */
    void deliver(Burst from, int i, long now);
}
