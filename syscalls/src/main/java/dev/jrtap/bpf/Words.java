// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

/** The kernel lays values at multiples of 8 bytes. */
final class Words {

    private static final int MASK = Long.BYTES - 1;

    private Words() {}

    /** round_up(bytes, 8). */
    static int roundUp(int bytes) {
        return bytes + MASK & ~MASK;
    }
}
