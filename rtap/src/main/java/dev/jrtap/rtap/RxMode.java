// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

/** How packets are received. */
public enum RxMode {
    /** Multishot where the kernel has it, one-shot where not. */
    AUTO,
    /** One read that goes on for ever, into a ring of buffers. Since Linux 6.7. */
    MULTISHOT,
    /** A few reads, posted anew after each packet. Few, because a packet wakes every one that waits. */
    ONE_SHOT
}
