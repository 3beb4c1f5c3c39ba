// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Memory that operations under way use: kept reachable until they are over.
 *
 * <p>A completion says which operation it is about by its user data alone, and that is the caller's, who may give the
 * same to many. So an operation with memory goes to the kernel under a token of the ring's, and its completion gets the
 * caller's user data back here. A token names a place of the table and how often that has been used: a completion that
 * the kernel posts after the last one finds nothing, and nobody sees it. Linux 6.18 posts some twice, and 6.12 notifies
 * of a zero-copy send that it has refused.
 *
 * <p>Allocates only to grow. Threads: the ring's owner.
 */
final class LentMemory {

    private static final int INDEX_BITS = 20;
    private static final int GENERATION_BITS = 19;
    private static final int MOST = 1 << INDEX_BITS;
    private static final int INDEX = MOST - 1;
    private static final long NEXT_GENERATION = 1L << INDEX_BITS;
    private static final long GENERATIONS = (1L << INDEX_BITS + GENERATION_BITS) - NEXT_GENERATION;

    // The completion is one of several that the user sees as one.
    private static final long PART = 1L << INDEX_BITS + GENERATION_BITS;

    // Negative, as all that is the ring's, and no number that somebody would choose.
    private static final int PREFIX_SHIFT = INDEX_BITS + GENERATION_BITS + 1;
    private static final int PREFIX = 0xa5a5a5;

    /** Lowest of the tokens. */
    static final long FIRST = (long) PREFIX << PREFIX_SHIFT;

    private static final int SMALLEST = 64;
    private static final @Nullable Memory[] NO_BUFFERS = new @Nullable Memory[0];
    private static final Object NOT_BEGUN = new Object();
    private static final Object NO_MEMORY = new Object();

    // What rings hold that have not been proven to be over.
    private static final Set<LentMemory> FOR_EVER = Collections.synchronizedSet(new HashSet<>());

    /** What one operation was given. */
    static final class Place {

        private long token;
        private long userData;
        private boolean isLent;
        private @Nullable Object holder;
        private boolean isNotified;
        private @Nullable Object[] others = NOTHING;
        private int othersCount;
        private int parts;

        private static final @Nullable Object[] NOTHING = new @Nullable Object[0];

        /** Returns what the operation carries as user data. */
        long token() {
            return token;
        }

        /**
         * Returns what an operation carries whose result is added to that of this one, and which has no completion of
         * its own.
         */
        long partToken() {
            return token | PART;
        }

        /** Returns the caller's user data for the operation. */
        long userData() {
            return userData;
        }

        /** Sets the caller's user data for the operation. */
        void userData(long given) {
            userData = given;
        }

        /** Returns the sum of the results of an operation's parts, or 0 if its own {@code result} is an error. */
        int parts(int result) {
            return result >= 0 ? parts : 0;
        }

        /** Keeps one more. */
        void add(Object more) {
            if (othersCount == others.length) {
                others = Arrays.copyOf(others, Math.max(2, othersCount * 2));
            }
            others[othersCount++] = more;
        }

        private boolean isUnderWay(long given) {
            return isLent && holder != NOT_BEGUN && holder != NO_MEMORY && userData == given;
        }

        private void begin(Object first, long given) {
            isLent = true;
            // Often the one before: a store would be told to the garbage collector, which costs as much as all the
            // rest.
            if (holder != first) {
                holder = first;
            }
            userData = given;
            parts = 0;
        }

        /** Ends the loan; the holder is forgotten later. */
        private void end() {
            isLent = false;
            if (othersCount > 0) {
                Arrays.fill(others, 0, othersCount, null);
                othersCount = 0;
            }
            token = token & ~GENERATIONS | token + NEXT_GENERATION & GENERATIONS;
        }
    }

    private @Nullable Place[] places = new @Nullable Place[SMALLEST];
    private int used;
    // Indices of places whose loan is over, a stack. Those at the bottom, up to a count, have forgotten their holder.
    private int[] free = new int[SMALLEST];
    private int freeCount;
    private int forgottenCount;
    // What the table of registered buffers holds, by bufferIndex: operations on it are lent nothing.
    private @Nullable Memory[] registered = NO_BUFFERS;
    private boolean lendsRegistered;
    // Kept until the end, here or by what is: operations on it are lent nothing. The last one: others are lent as
    // usual.
    private @Nullable Object resident;
    private final Set<Object> untilTheEnd = Collections.newSetFromMap(new IdentityHashMap<>());

    static boolean isToken(long userData) {
        return userData >>> PREFIX_SHIFT == PREFIX;
    }

    /** Returns whether the completion is only a part of another. */
    static boolean isPart(long userData) {
        return isToken(userData) && (userData & PART) != 0;
    }

    /** A place for an operation without memory, to whose result those of others are added. */
    Place lendToSum() {
        return lend(NO_MEMORY, 0, false);
    }

    /** A completion with {@link Place#partToken}. */
    void part(long userData, int result) {
        Place place = place(userData);
        if (place != null && place.partToken() == userData && result > 0) {
            place.parts += result;
        }
    }

    /**
     * Keeps {@code holder} for an operation, which is to carry the place's token as user data.
     *
     * @param isNotified whether a second completion says that the memory is free
     */
    Place lend(Object holder, long userData, boolean isNotified) {
        Place place;
        if (freeCount == 0) {
            place = grow();
        } else {
            place = places[free[--freeCount]];
            forgottenCount = Math.min(forgottenCount, freeCount);
        }
        place.begin(holder, userData);
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
            free = new int[used * 2];
        }
        Place place = new Place();
        place.token = FIRST | used;
        places[used++] = place;
        return place;
    }

    /** Ends the loan of an operation that is not started after all; returns the caller's user data. */
    long takeBack(Place place) {
        end(place);
        forgetEnded();
        return place.userData;
    }

    private void end(Place place) {
        place.end();
        free[freeCount++] = (int) place.token & INDEX;
    }

    /**
     * Forgets what ended operations were given. After a batch of completions, and not at each: a handler often lends
     * the same again.
     */
    void forgetEnded() {
        for (; forgottenCount < freeCount; forgottenCount++) {
            places[free[forgottenCount]].holder = null;
        }
    }

    /** Keeps the memory of a silent operation until the ring's end; returns the caller's user data. */
    long keepUntilTheEnd(Place place) {
        untilTheEnd.add(Objects.requireNonNull(place.holder));
        untilTheEnd.addAll(Arrays.asList(place.others).subList(0, place.othersCount));
        return takeBack(place);
    }

    void keepUntilTheEnd(Object holder) {
        untilTheEnd.add(holder);
        resident = holder;
    }

    /** What is kept until the end keeps {@code holder}. */
    void resident(Object holder) {
        resident = holder;
    }

    /** Returns whether {@code memory} is kept until the end in any case. Of several that are, it may know one. */
    boolean isResident(Memory memory) {
        return memory == resident;
    }

    /**
     * Returns whether the table of registered buffers keeps {@code memory} for the operations on {@code bufferIndex}.
     */
    boolean isRegistered(Memory memory, int bufferIndex) {
        @Nullable Memory[] table = registered;
        return bufferIndex < table.length && table[bufferIndex] == memory;
    }

    /**
     * The table of registered buffers holds {@code table} from now on. A buffer that leaves it while operations may be
     * under way is kept until the end, since their completions do not name it; once is enough: from then on operations
     * on registered buffers are lent them as any memory.
     *
     * @param isIdle whether it is certain that no operation is under way
     */
    void registered(@Nullable Memory[] table, boolean isIdle) {
        for (int i = 0; i < registered.length && !isIdle; i++) {
            Memory leaving = registered[i];
            if (leaving != null && !(i < table.length && table[i] == leaving)) {
                untilTheEnd.add(leaving);
                lendsRegistered = true;
            }
        }
        registered = lendsRegistered ? NO_BUFFERS : table;
    }

    /**
     * A completion with a token: ends the loan if it is the last. Returns the place, whose user data and parts are
     * right until the next loan, or {@code null} if it is of no operation that is under way.
     */
    @Nullable
    Place completed(long token, int result, int flags) {
        Place place = underWay(token);
        if (place == null) {
            // The kernel has posted one more than the last, or somebody has sent it.
            return null;
        }
        if (!CqeFlags.hasMore(flags)) {
            if (willBeNotified(place, result, flags)) {
                place.holder = NOT_BEGUN;
            } else {
                end(place);
            }
        }
        return place;
    }

    /** Returns whether a completion with this token is of an operation that has not had its last one. */
    boolean isUnderWay(long token) {
        return underWay(token) != null;
    }

    /** Returns a place by the lower half of its token. */
    Place at(int token) {
        return places[token & INDEX];
    }

    private @Nullable Place underWay(long token) {
        Place place = place(token);
        return place != null && place.token == token && place.isLent ? place : null;
    }

    private @Nullable Place place(long token) {
        int index = (int) token & INDEX;
        return index < used ? places[index] : null;
    }

    /**
     * A zero-copy send that has not begun gets its notification even so, where it was part of a chain that failed
     * before it. The place is kept for that, and the memory is not.
     */
    private static boolean willBeNotified(Place place, int result, int flags) {
        return place.isNotified && !CqeFlags.isNotification(flags) && result == -Errno.ECANCELED;
    }

    /** Returns the user data under which the kernel knows an operation that was given {@code userData}. */
    long knownAs(long userData) {
        Place place = of(userData);
        return place == null ? userData : place.token;
    }

    /** Returns the memory that an operation with this user data was given. */
    @Nullable
    Place of(long userData) {
        int index = find(userData, 0);
        return index < used ? places[index] : null;
    }

    /**
     * Returns how many operations with this user data were given memory, each of which the kernel knows under a token.
     */
    int count(long userData) {
        int count = 0;
        for (int index = find(userData, 0); index < used; index = find(userData, index + 1)) {
            count++;
        }
        return count;
    }

    /** Returns the token of one of them, after that of {@code previous}; which is 0 before the first. */
    long tokenAfter(long previous, long userData) {
        return places[find(userData, previous == 0 ? 0 : ((int) previous & INDEX) + 1)].token;
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
        registered = NO_BUFFERS;
        resident = null;
        used = 0;
        freeCount = 0;
        forgottenCount = 0;
    }

    /** The kernel may go on using it: it stays allocated as long as this process lives. */
    void keepForEver() {
        if (isHolding()) {
            FOR_EVER.add(this);
        }
    }

    boolean isHolding() {
        return !untilTheEnd.isEmpty()
                || Arrays.stream(registered).anyMatch(Objects::nonNull)
                || Arrays.stream(places).anyMatch(place -> place != null && place.isLent);
    }
}
