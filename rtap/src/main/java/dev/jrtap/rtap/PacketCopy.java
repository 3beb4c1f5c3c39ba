// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.memory.Memory;
import dev.jrtap.tuntap.VnetHeader;

/** A packet with the bytes and the segments of another one of its pool. */
final class PacketCopy {

    private static final int NONE = SegmentTable.NONE;

    private PacketCopy() {}

    /** {@link SegmentTable#NONE} if there are not enough free slots. */
    static int of(PacketPool pool, int head) {
        int copy = copySegment(pool, head, pool.take());
        if (copy != NONE && !pool.hasHeadroom(head) && pool.hasHeadroom(copy)) {
            VnetHeader.clear(pool.memory(), pool.header(copy));
        }
        int last = copy;
        for (int from = pool.next(head); from != NONE && copy != NONE; from = pool.next(from)) {
            int segment = copySegment(pool, from, pool.take());
            if (segment == NONE) {
                pool.release(copy);
                return NONE;
            }
            pool.next(last, segment);
            last = segment;
        }
        return copy;
    }

    private static int copySegment(PacketPool pool, int from, int to) {
        if (to != NONE) {
            // With the vnet header, if this is a first segment that has one.
            int header = pool.hasHeadroom(from) ? VnetHeader.LENGTH : 0;
            int at = to * pool.slotSize() + pool.headroom(from);
            pool.offset(to, at);
            pool.length(to, pool.length(from));
            Memory memory = pool.memory();
            memory.copy(at - header, memory, pool.offset(from) - header, pool.length(from) + header);
        }
        return to;
    }
}
