// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import dev.jrtap.rtap.Burst;

/** Where packets go that have passed a link. */
interface Sink {

    /** Takes packet {@code i} of {@code from}, or leaves it there, and then it is lost. */
    void deliver(Burst from, int i, long now);
}
