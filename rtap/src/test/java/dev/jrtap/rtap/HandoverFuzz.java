// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.memory.Memory;

/**
 * A target for {@code .ci/fuzz}: whatever another process sends in place of a request or an answer, it is read or not
 * complete.
 */
public final class HandoverFuzz {

    private HandoverFuzz() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
        for (int size : new int[] {Handover.REQUEST_SIZE, Handover.ANSWER_SIZE}) {
            Memory message = Memory.allocate(size);
            int length = Math.min(bytes.length, size);
            message.putBytes(0, bytes, 0, length);
            if (Handover.isMarked(message, length)) {
                Handover.version(message);
            }
            if (Handover.isComplete(message, length) && size == Handover.REQUEST_SIZE) {
                Handover.queue(message);
            } else if (Handover.isComplete(message, length)) {
                Handover.offloads(message);
                Handover.reason(message);
            }
        }
    }
}
