// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;

/**
 * How an entry names the place for a file in the table of registered files: counted from 1, so that 0 can mean a plain
 * descriptor.
 */
final class FixedSlot {

    private FixedSlot() {}

    /**
     * Returns the field's value.
     *
     * @param slot in the table, or {@link SlotOperations#ANY_SLOT}
     */
    static int field(int slot) {
        if (slot < 0 && slot != IoUring.IORING_FILE_INDEX_ALLOC) {
            throw new IllegalArgumentException("slot must be 0 or more, or ANY_SLOT: " + slot);
        }
        return slot == IoUring.IORING_FILE_INDEX_ALLOC ? slot : slot + 1;
    }
}
