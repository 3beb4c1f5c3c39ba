// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.tuntap.TunOffload;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * The way of packets between kernel and program. Immutable.
 *
 * @param rxMode how they are received
 * @param rings whether through an io_uring
 * @param offloads what the kernel may leave undone in them
 * @param flush when those sent go to the kernel
 * @param sharing whether one thread drives both directions of a queue pair
 * @param pollIdleMillis how long the kernel's polling thread looks without result before it sleeps; {@link #NO_POLLING}
 *     for none
 */
record DataPath(
        RxMode rxMode, RingPolicy rings, Set<TunOffload> offloads, Flush flush, Sharing sharing, int pollIdleMillis) {

    /** When packets sent go to the kernel. */
    enum Flush {
        AT_ONCE,
        WITH_NEXT_ENTRY
    }

    /** Which threads drive a queue pair. */
    enum Sharing {
        ONE_THREAD,
        THREAD_PER_DIRECTION
    }

    static final int NO_POLLING = -1;

    static final DataPath DEFAULT = new DataPath(
            RxMode.AUTO,
            RingPolicy.PREFER,
            EnumSet.noneOf(TunOffload.class),
            Flush.AT_ONCE,
            Sharing.ONE_THREAD,
            NO_POLLING);

    DataPath {
        EnumSet<TunOffload> copy = EnumSet.noneOf(TunOffload.class);
        copy.addAll(offloads);
        offloads = Collections.unmodifiableSet(copy);
    }

    boolean isFlushDeferred() {
        // A receive in MAPPED does not enter the kernel.
        return flush == Flush.WITH_NEXT_ENTRY && rxMode != RxMode.MAPPED;
    }

    boolean hasThreadPerDirection() {
        return sharing == Sharing.THREAD_PER_DIRECTION;
    }

    boolean hasPolling() {
        return pollIdleMillis != NO_POLLING;
    }

    DataPath withRxMode(RxMode mode) {
        return new DataPath(mode, rings, offloads, flush, sharing, pollIdleMillis);
    }

    DataPath withRings(RingPolicy policy) {
        return new DataPath(rxMode, policy, offloads, flush, sharing, pollIdleMillis);
    }

    DataPath withOffloads(Set<TunOffload> wanted) {
        return new DataPath(rxMode, rings, wanted, flush, sharing, pollIdleMillis);
    }

    DataPath withFlush(Flush when) {
        return new DataPath(rxMode, rings, offloads, when, sharing, pollIdleMillis);
    }

    DataPath withSharing(Sharing threads) {
        return new DataPath(rxMode, rings, offloads, flush, threads, pollIdleMillis);
    }

    DataPath withPolling(int idleMillis) {
        return new DataPath(rxMode, rings, offloads, flush, sharing, idleMillis);
    }
}
