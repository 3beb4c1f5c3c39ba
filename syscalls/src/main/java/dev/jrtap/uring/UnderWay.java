// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.LongSupplier;

/**
 * How many operations the kernel works on, by counting: those it has taken, less those that have posted their last
 * completion.
 *
 * <p>The count is exact as long as each operation posts exactly one last completion. Silent operations, zero-copy
 * sends, tags, messages of other rings and lost completions break that; from the first of them on it is an estimate,
 * and proves nothing.
 *
 * <p>Threads: the ring's owner counts, any thread may ask.
 */
final class UnderWay {

    private static final VarHandle SUBMITTED = handle("submitted", long.class);
    private static final VarHandle NOT_LAST = handle("notLast", long.class);
    private static final VarHandle OWN = handle("own", int.class);

    private long submitted;
    private long notLast;
    private int own;
    private volatile boolean estimated;
    private volatile boolean ownExpected;
    private volatile int lost;
    private LongSupplier taken = () -> 0;
    private final int number;

    /** @param number the ring's descriptor, or -1 */
    UnderWay(int number) {
        this.number = number;
    }

    private static VarHandle handle(String field, Class<?> type) {
        try {
            return MethodHandles.lookup().findVarHandle(UnderWay.class, field, type);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The kernel has taken {@code entries}. */
    void submitted(int entries) {
        submitted += entries;
    }

    /**
     * Sets what returns the places of the completion queue taken so far, to any thread. Each is an operation's last
     * completion, except those reported by {@link #notLast}: the index that the queue needs anyway counts the usual
     * ones.
     */
    void ofQueue(LongSupplier taken) {
        this.taken = taken;
    }

    /** Counts {@code places} of the completion queue, taken next, that are no operation's last completion. */
    void notLast(int places) {
        NOT_LAST.setOpaque(this, notLast + places);
        // Before the index: another thread must not see them as ends of operations. Pairs with the acquire in taken.
        VarHandle.releaseFence();
    }

    /** Returns how many operations of the user have posted their last completion. */
    private long finished() {
        long places = taken.getAsLong();
        return places - (long) NOT_LAST.getOpaque(this);
    }

    /** {@code entries} that the kernel will take complete to the ring itself, or not at all. */
    void own(int entries) {
        own += entries;
    }

    /**
     * From now on one of the ring's own operations may complete: it has been ended, or canceled with others. Any
     * thread.
     */
    void expectOwn() {
        ownExpected = true;
    }

    /** None of them has anything to complete any more. */
    void expectNoOwn() {
        ownExpected = false;
    }

    boolean isOwnExpected() {
        return ownExpected;
    }

    /** From now on completions do not tell how many operations are over. Any thread. */
    void estimate() {
        if (!estimated) {
            estimated = true;
        }
    }

    boolean isEstimated() {
        return estimated || MessagedNumbers.contains(number);
    }

    /** The kernel has dropped {@code completions} in all. */
    void lost(int completions) {
        lost = completions;
        estimate();
    }

    int lost() {
        return lost;
    }

    boolean everSubmitted() {
        return submitted > 0;
    }

    /**
     * Returns whether it is certain that no operation of the user is under way.
     *
     * @param allTaken whether the kernel has taken every entry, the ring's own among them
     */
    boolean isCertainlyNone(boolean allTaken) {
        return !isEstimated() && submitted - (allTaken ? own : 0) == finished();
    }

    /**
     * Returns whether no operation of the user is under way, as far as counting tells; the owner, when all have been
     * taken.
     */
    boolean isNone() {
        return submitted - own - finished() - lost <= 0;
    }

    /** Operations of the user under way, never negative. Any thread. */
    int count() {
        long taken = (long) SUBMITTED.getOpaque(this) - (int) OWN.getOpaque(this);
        return (int) Math.max(0, taken - finished() - lost);
    }
}
