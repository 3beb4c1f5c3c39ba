// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.syscall.Errno;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
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

    private static final int INDEX_BITS = 24;
    private static final int GENERATION_BITS = 16;
    private static final int MOST = 1 << INDEX_BITS;
    private static final int INDEX = MOST - 1;
    private static final int GENERATIONS = 1 << GENERATION_BITS;

    // Negative, as all that is the ring's, and no number that somebody would choose.
    private static final int PREFIX = 0xa5a5a5;

    /** Lowest of the tokens. */
    static final long FIRST = (long) PREFIX << INDEX_BITS + GENERATION_BITS;

    private static final int SMALLEST = 64;
    private static final int NONE = -1;

    // What rings hold that have not been proven to be over.
    private static final Set<LentMemory> FOR_EVER = Collections.synchronizedSet(new HashSet<>());

    private long[] userData = new long[SMALLEST];
    private int[] generation = new int[SMALLEST];
    // Of a free place: the next free one.
    private int[] next = new int[SMALLEST];
    private @Nullable Object[] holder = new @Nullable Object[SMALLEST];
    private @Nullable Object[][] others = new @Nullable Object[SMALLEST][];
    private int[] othersCount = new int[SMALLEST];
    private boolean[] notified = new boolean[SMALLEST];
    private int free = NONE;
    private int used;
    private final Set<Object> untilTheEnd = Collections.newSetFromMap(new IdentityHashMap<>());

    static boolean isToken(long userData) {
        return userData >>> INDEX_BITS + GENERATION_BITS == PREFIX;
    }

    /**
     * Keeps {@code holder} for an operation.
     *
     * @param isNotified whether a second completion says that the memory is free
     * @return what the operation is to carry as user data
     */
    long lend(Object holder, long userData, boolean isNotified) {
        int index = free;
        if (index == NONE) {
            index = grow();
        } else {
            free = next[index];
        }
        next[index] = NONE;
        this.userData[index] = userData;
        this.holder[index] = holder;
        notified[index] = isNotified;
        return token(index);
    }

    private long token(int index) {
        return FIRST | (long) generation[index] << INDEX_BITS | index;
    }

    private int grow() {
        if (used == userData.length) {
            if (used == MOST) {
                throw new IllegalStateException(
                        MOST + " operations that were given memory are under way: drain completions");
            }
            int size = used * 2;
            userData = Arrays.copyOf(userData, size);
            generation = Arrays.copyOf(generation, size);
            next = Arrays.copyOf(next, size);
            holder = Arrays.copyOf(holder, size);
            others = Arrays.copyOf(others, size);
            othersCount = Arrays.copyOf(othersCount, size);
            notified = Arrays.copyOf(notified, size);
        }
        return used++;
    }

    /** Keeps one more for the same operation. */
    void lendMore(long token, Object more) {
        int index = (int) token & INDEX;
        int at = othersCount[index]++;
        @Nullable Object[] list = others[index];
        if (list == null) {
            list = new @Nullable Object[4];
        } else if (at == list.length) {
            list = Arrays.copyOf(list, at * 2);
        }
        list[at] = more;
        others[index] = list;
    }

    /** The caller's user data for the operation. */
    void userData(long token, long given) {
        userData[(int) token & INDEX] = given;
    }

    /** The operation is not started after all; returns the caller's user data. */
    long takeBack(long token) {
        int index = (int) token & INDEX;
        long given = userData[index];
        giveUp(index);
        return given;
    }

    /** The operation says nothing when it is over: what it was given is kept until the ring is. Returns the caller's user data. */
    long keepUntilTheEnd(long token) {
        int index = (int) token & INDEX;
        untilTheEnd.add(holder[index]);
        for (int i = 0; i < othersCount[index]; i++) {
            untilTheEnd.add(others[index][i]);
        }
        return takeBack(token);
    }

    void keepUntilTheEnd(Object holder) {
        untilTheEnd.add(holder);
    }

    /** A completion with a token: returns the caller's user data, and lets go of the memory if it is the last. */
    long completed(long token, int result, int flags) {
        int index = (int) token & INDEX;
        if (index >= used || token != token(index) || holder[index] == null) {
            // Not of this table: the kernel has posted it twice, or somebody has sent it.
            return token;
        }
        long given = userData[index];
        if (!CqeFlags.hasMore(flags) && !mayBeNotified(index, result, flags)) {
            giveUp(index);
        }
        return given;
    }

    /** A zero-copy send that was canceled before it began may have its notification come all the same. */
    private boolean mayBeNotified(int index, int result, int flags) {
        return notified[index] && !CqeFlags.isNotification(flags) && result == -Errno.ECANCELED;
    }

    private void giveUp(int index) {
        holder[index] = null;
        if (othersCount[index] > 0) {
            Arrays.fill(others[index], 0, othersCount[index], null);
            othersCount[index] = 0;
        }
        generation[index] = generation[index] + 1 & GENERATIONS - 1;
        next[index] = free;
        free = index;
    }

    /** The user data under which the kernel knows an operation that was given {@code userData}. */
    long knownAs(long userData) {
        for (int index = 0; index < used; index++) {
            if (this.userData[index] == userData && holder[index] != null) {
                return token(index);
            }
        }
        return userData;
    }

    /**
     * The user data under which the kernel knows all operations that were given {@code userData}.
     *
     * @throws IllegalStateException if it knows them under several
     */
    long allKnownAs(long userData) {
        long first = knownAs(userData);
        for (int index = ((int) first & INDEX) + 1; first != userData && index < used; index++) {
            if (this.userData[index] == userData && holder[index] != null) {
                throw new IllegalStateException("several operations under way have the user data " + userData
                        + " and were given memory: cancel them one by one, by their descriptor, or all");
            }
        }
        return first;
    }

    /** The kernel uses nothing of it any more. */
    void end() {
        Arrays.fill(holder, null);
        Arrays.fill(others, null);
        Arrays.fill(othersCount, 0);
        untilTheEnd.clear();
        used = 0;
        free = NONE;
    }

    /** The kernel may go on using it: it stays allocated as long as this process lives. */
    void keepForEver() {
        FOR_EVER.add(this);
    }
}
