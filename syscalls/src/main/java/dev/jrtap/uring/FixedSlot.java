// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;

/** How an entry names the place for a file in the table of registered files: counted from 1, so that 0 can mean a plain descriptor. */
final class FixedSlot {

    private FixedSlot() {}

    /**
     * The field's value.
     *
     * @param slot position in the table, or {@code IORING_FILE_INDEX_ALLOC}
     */
    static int field(int slot) {
        if (slot < 0 && slot != IoUring.IORING_FILE_INDEX_ALLOC) {
            throw new IllegalArgumentException("a slot is a position or IORING_FILE_INDEX_ALLOC: " + slot);
        }
        return slot == IoUring.IORING_FILE_INDEX_ALLOC ? slot : slot + 1;
    }
}
