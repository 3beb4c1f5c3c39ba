// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

/**
 * A walk over the segments of a packet, made once and reused for each packet:
 *
 * <pre>{@code
 * for (segments.of(burst, i); segments.next(); ) {
 *     sum(burst.memory(), segments.offset(), segments.length());
 * }
 * }</pre>
 *
 * <p>Threads: one at a time.
 */
public final class Segments {

    @SuppressWarnings("NullAway.Init") // by of, without which there is nothing to view
    private PacketPool pool;

    private int following = PacketPool.NONE;
    private int segment = PacketPool.NONE;

    /** Moves to before the first segment of packet {@code i}. */
    public Segments of(Burst burst, int i) {
        pool = burst.pool();
        following = burst.head(i);
        segment = PacketPool.NONE;
        return this;
    }

    /** Goes to the next segment; {@code false} if there is none. */
    public boolean next() {
        if (following == PacketPool.NONE) {
            return false;
        }
        segment = following;
        following = pool.next(segment);
        return true;
    }

    /** Position of its first byte in {@link Burst#memory}. */
    public int offset() {
        return pool.offset(segment);
    }

    /** Its bytes. */
    public int length() {
        return pool.length(segment);
    }
}
