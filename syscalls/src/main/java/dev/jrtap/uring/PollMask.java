// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import java.nio.ByteOrder;

/** How poll events are laid out in an entry: two 16-bit words, little end first, also on big-endian machines. */
final class PollMask {

    private static final boolean SWAPPED = ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN;

    private PollMask() {}

    static int words(int events) {
        return SWAPPED ? Integer.rotateLeft(events, Short.SIZE) : events;
    }
}
