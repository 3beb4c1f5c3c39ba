// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What operations under way were given and the kernel uses until they are over: kept reachable until then.
 *
 * <p>A completion says which operation it is about by its user data alone, and that is the caller's, who may give the same to many. So an
 * operation with memory goes to the kernel under a token of the ring's, and its completion gets the caller's user data back here. A token
 * names a place of the table and how often that has been used: a completion that the kernel posts twice finds nothing.
 *
 * <p>Allocates only to grow. Threads: the ring's owner.
 */
final class LentMemory {

    private static final int INDEX_BITS = 20;
    private static final int GENERATION_BITS = 20;
    private static final int MOST = 1 << INDEX_BITS;
    private static final int INDEX = MOST - 1;
    private static final long NEXT_GENERATION = 1L << INDEX_BITS;
    private static final long GENERATIONS = (1L << INDEX_BITS + GENERATION_BITS) - NEXT_GENERATION;

    // Negative, as all that is the ring's, and no number that somebody would choose.
    private static final int PREFIX = 0xa5a5a5;

    /** Lowest of the tokens. */
    static final long FIRST = (long) PREFIX << INDEX_BITS + GENERATION_BITS;

    private static final int SMALLEST = 64;
    private static final Object NOT_BEGUN = new Object();

    // What rings hold that have not been proven to be over.
    private static final Set<LentMemory> FOR_EVER = Collections.synchronizedSet(new HashSet<>());

    /** What one operation was given. */
    static final class Place {

        private long token;
        private long userData;
        private boolean isNotified;
        private @Nullable Object holder;
        private @Nullable Object[] others = NOTHING;
        private int othersCount;
        private @Nullable Place next;

        private static final @Nullable Object[] NOTHING = new @Nullable Object[0];

        /** What the operation carries as user data. */
        long token() {
            return token;
        }

        /** The caller's user data for the operation. */
        void userData(long given) {
            userData = given;
        }

        /** Keeps one more. */
        void add(Object more) {
            if (othersCount == others.length) {
                others = Arrays.copyOf(others, Math.max(2, othersCount * 2));
            }
            others[othersCount++] = more;
        }

        private boolean isUnderWay(long given) {
            return holder != null && holder != NOT_BEGUN && userData == given;
        }

        private void empty() {
            holder = null;
            if (othersCount > 0) {
                Arrays.fill(others, 0, othersCount, null);
                othersCount = 0;
            }
            token = token & ~GENERATIONS | token + NEXT_GENERATION & GENERATIONS;
        }
    }

    private @Nullable Place[] places = new @Nullable Place[SMALLEST];
    private int used;
    private @Nullable Place free;
    private final Set<Object> untilTheEnd = Collections.newSetFromMap(new IdentityHashMap<>());

    static boolean isToken(long userData) {
        return userData >>> INDEX_BITS + GENERATION_BITS == PREFIX;
    }

    /**
     * Keeps {@code holder} for an operation, which is to carry the place's token as user data.
     *
     * @param isNotified whether a second completion says that the memory is free
     */
    Place lend(Object holder, long userData, boolean isNotified) {
        Place place = free;
        if (place == null) {
            place = grow();
        } else {
            free = place.next;
        }
        place.userData = userData;
        place.holder = holder;
        place.isNotified = isNotified;
        return place;
    }

    private Place grow() {
        if (used == places.length) {
            if (used == MOST) {
                throw new IllegalStateException(
                        MOST + " operations that were given memory are under way: drain completions");
            }
            places = Arrays.copyOf(places, used * 2);
        }
        Place place = new Place();
        place.token = FIRST | used;
        places[used++] = place;
        return place;
    }

    /** The operation is not started after all; returns the caller's user data. */
    long takeBack(Place place) {
        place.empty();
        place.next = free;
        free = place;
        return place.userData;
    }

    /** The operation says nothing when it is over: keeps until the ring is. Returns the caller's user data. */
    long keepUntilTheEnd(Place place) {
        untilTheEnd.add(Objects.requireNonNull(place.holder));
        untilTheEnd.addAll(Arrays.asList(place.others).subList(0, place.othersCount));
        return takeBack(place);
    }

    void keepUntilTheEnd(Object holder) {
        untilTheEnd.add(holder);
    }

    /** A completion with a token: returns the caller's user data, and ends the loan if it is the last. */
    long completed(long token, int result, int flags) {
        Place place = place(token);
        if (place == null || place.token != token || place.holder == null) {
            // Not of this table: the kernel has posted it twice, or somebody has sent it.
            return token;
        }
        if (!CqeFlags.hasMore(flags)) {
            if (mayBeNotified(place, result, flags)) {
                place.holder = NOT_BEGUN;
            } else {
                takeBack(place);
            }
        }
        return place.userData;
    }

    private @Nullable Place place(long token) {
        int index = (int) token & INDEX;
        return index < used ? places[index] : null;
    }

    /**
     * A zero-copy send that has not begun may have its notification come all the same, where it was part of a chain that failed. The
     * place is kept for that, mostly in vain, and the memory is not.
     */
    private static boolean mayBeNotified(Place place, int result, int flags) {
        return place.isNotified && !CqeFlags.isNotification(flags) && result < 0;
    }

    /** The user data under which the kernel knows an operation that was given {@code userData}. */
    long knownAs(long userData) {
        Place place = of(userData);
        return place == null ? userData : place.token;
    }

    /** What an operation with this user data was given. */
    @Nullable
    Place of(long userData) {
        int index = find(userData, 0);
        return index < used ? places[index] : null;
    }

    /**
     * The user data under which the kernel knows all operations that were given {@code userData}.
     *
     * @throws IllegalStateException if it knows them under several
     */
    long allKnownAs(long userData) {
        int index = find(userData, 0);
        if (find(userData, index + 1) < used) {
            throw new IllegalStateException("several operations under way have the user data " + userData
                    + " and were given memory: cancel them one by one, by their descriptor, or all");
        }
        return index < used ? places[index].token : userData;
    }

    private int find(long userData, int from) {
        int index = from;
        while (index < used && !places[index].isUnderWay(userData)) {
            index++;
        }
        return index;
    }

    /** The kernel uses nothing of it any more. */
    void end() {
        Arrays.fill(places, null);
        untilTheEnd.clear();
        used = 0;
        free = null;
    }

    /** The kernel may go on using it: it stays allocated as long as this process lives. */
    void keepForEver() {
        if (isHolding()) {
            FOR_EVER.add(this);
        }
    }

    boolean isHolding() {
        return !untilTheEnd.isEmpty() || Arrays.stream(places).anyMatch(place -> place != null && place.holder != null);
    }
}
