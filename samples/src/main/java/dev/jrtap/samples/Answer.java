// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.rtap.Burst;

/** A protocol that a host answers. Threads: one at a time. */
public interface Answer {

    /**
     * Turns packet {@code i} of a burst into its answer, in place.
     *
     * @return {@code false} if this protocol does not answer the packet, which is then unchanged
     */
    boolean answer(Burst burst, int i);
}
