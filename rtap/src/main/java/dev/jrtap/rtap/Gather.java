// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.syscall.IoVectors;
import dev.jrtap.tuntap.VnetHeader;

/** The pieces that one call reads into or writes from: a vnet header and the segments of a packet. */
final class Gather {

    private Gather() {}

    /** Adds a packet to be written; without room before the frame, the header is the one at {@code blankHeader}. */
    static void packet(PacketPool pool, int head, long blankHeader, IoVectors to) {
        long base = pool.memory().address();
        int segment = head;
        if (pool.hasHeadroom(head)) {
            to.unsafeAdd(pool.headerAddress(head), VnetHeader.LENGTH + pool.length(head));
            segment = pool.next(head);
        } else {
            to.unsafeAdd(blankHeader, VnetHeader.LENGTH);
        }
        for (; segment != PacketPool.NONE; segment = pool.next(segment)) {
            to.unsafeAdd(base + pool.offset(segment), pool.length(segment));
        }
    }

    /** Adds a chain to be read into. */
    static void chain(PacketPool pool, int head, IoVectors to) {
        long base = pool.memory().address();
        to.unsafeAdd(pool.headerAddress(head), pool.bufferLength());
        for (int segment = pool.next(head); segment != PacketPool.NONE; segment = pool.next(segment)) {
            to.unsafeAdd(base + pool.offset(segment), pool.slotSize());
        }
    }
}
