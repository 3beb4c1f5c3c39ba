// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.memory.Memory;

/**
 * Operations that name slots of registered files in fields of their own: refused where the slot is not the user's,
 * since after those comes the ring's own.
 */
interface CheckedSlots extends Operations {

    FileSlots slots();

    @Override
    default Sqe closeSlot(int slot) {
        slots().check(slot, 1);
        return Operations.super.closeSlot(slot);
    }

    @Override
    default Sqe nopFixedFile(int slot) {
        slots().check(slot, 1);
        return Operations.super.nopFixedFile(slot);
    }

    @Override
    default Sqe cancelFixedFile(int slot) {
        slots().check(slot, 1);
        return Operations.super.cancelFixedFile(slot);
    }

    @Override
    default Sqe msgRingFile(int ringFd, int slot, int targetSlot, long userData, int flags) {
        slots().check(slot, 1);
        return Operations.super.msgRingFile(ringFd, slot, targetSlot, userData, flags);
    }

    @Override
    default Sqe fixedFdInstall(int slot, int flags) {
        slots().check(slot, 1);
        return Operations.super.fixedFdInstall(slot, flags);
    }

    @Override
    default Sqe filesUpdate(int slot, Memory descriptors, int count) {
        if (slot == ANY_SLOT) {
            slots().check(0, 0);
        } else {
            slots().check(slot, count);
        }
        return Operations.super.filesUpdate(slot, descriptors, count);
    }
}
