// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The descriptors that messages have been addressed to. A message makes a completion on a ring that has submitted
 * nothing for it, and an entry may be submitted when its target has long been closed and another ring has the number.
 * So what counts its completions asks whether its own number is among these.
 *
 * <p>Threads: any.
 */
final class MessagedNumbers {

    private static final int NUMBERS = 1 << 16;
    private static final AtomicLongArray NAMED = new AtomicLongArray(NUMBERS / Long.SIZE);
    private static volatile boolean moreNamed;

    private MessagedNumbers() {}

    /** Makes no garbage, and writes nothing the second time. */
    static void add(int fd) {
        if (fd < 0 || fd >= NUMBERS) {
            moreNamed = true;
        } else if (!contains(fd)) {
            NAMED.getAndAccumulate(fd / Long.SIZE, 1L << fd, (present, bit) -> present | bit);
        }
    }

    static boolean contains(int fd) {
        if (fd < 0) {
            return false;
        }
        return fd >= NUMBERS ? moreNamed : (NAMED.get(fd / Long.SIZE) & 1L << fd) != 0;
    }
}
