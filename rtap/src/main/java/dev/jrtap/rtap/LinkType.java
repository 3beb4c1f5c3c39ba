// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.memory.Memory;
import dev.jrtap.net.FrameHeaders;
import dev.jrtap.tuntap.TunMode;

/** Finds headers by what the device carries, never by a guess from the bytes of a packet. */
final class LinkType {

    private final TunMode mode;

    LinkType(TunMode mode) {
        this.mode = mode;
    }

    /**
     * Refuses packets of a pool whose queues carry something else: taken for what they are not, they would be
     * overwritten.
     *
     * @throws IllegalStateException if all queues that have used the pool carry the other kind
     */
    LinkType check(PacketPool pool) {
        pool.users().checkMode(mode);
        return this;
    }

    /**
     * Returns whether {@code length} bytes at {@code offset} hold all headers of TCP or UDP, see {@link
     * FrameHeaders#parseFrame}.
     */
    boolean parse(FrameHeaders headers, Memory memory, int offset, int length) {
        return mode == TunMode.TAP
                ? headers.parseFrame(memory, offset, length)
                : headers.parsePacket(memory, offset, length);
    }
}
