// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.tuntap.TunMode;

/**
 * A target for {@code .ci/fuzz}: hostile frames are cut, merged and completed, or left as they are; no packet is lost.
 */
public final class OffloadsFuzz {

    private static final int SLOTS = 256;
    private static final int MTU = 3000;
    private static final PacketPool POOL = pool();

    private OffloadsFuzz() {}

    /**
     * The first byte is where the frame is cut in two, the second the size of a piece, the vnet header is next, then
     * the frame.
     */
    public static void fuzzerTestOneInput(byte[] bytes) {
        if (bytes.length < 13 || bytes.length > MTU) {
            return;
        }
        for (TunMode mode : TunMode.values()) {
            Burst in = new Burst(POOL, 4);
            Burst out = new Burst(POOL, SLOTS);
            fill(in, bytes, 2, bytes.length);
            fill(in, bytes, 2, Math.min(bytes.length, 13 + (bytes[0] & 0xff)));
            new PacketOffload(mode).finishChecksum(in, 0);
            new PacketOffload(mode).requestChecksum(in, 0);
            new PacketOffload(mode).requestSegmentation(in, 0, 1 + (bytes[1] & 0xff));
            new Segmenter(mode).segment(in, 0, out);
            new Coalescer(mode).coalesce(in, out);
            in.release();
            out.release();
            if (POOL.available() != SLOTS) {
                throw new AssertionError(SLOTS - POOL.available() + " packets are lost");
            }
        }
    }

    private static PacketPool pool() {
        try {
            return PacketPool.forMtu(SLOTS, MTU);
        } catch (ErrnoException e) {
            throw new AssertionError(e);
        }
    }

    private static void fill(Burst burst, byte[] bytes, int from, int to) {
        burst.add();
        int i = burst.size() - 1;
        int header = 10;
        burst.length(i, Math.max(1, to - from - header));
        burst.memory().putBytes(burst.offset(i) - header, bytes, from, Math.min(to, bytes.length) - from);
    }
}
