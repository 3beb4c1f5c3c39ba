// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.rtap.Burst;

/** Something that a host answers. Threads: one at a time. */
public interface Answer {

    /**
     * Turns a packet into its answer, where it lies.
     *
     * @return {@code false} if it is not to be answered, and is left as it was
     */
    boolean answer(Burst burst, int i);
}
