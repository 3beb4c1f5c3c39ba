// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.fixtures.Collected;
import dev.jrtap.fixtures.Garbage;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LentMemoryTest {

    private static final int MORE = IoUring.IORING_CQE_F_MORE;
    private static final int NOTIFICATION = IoUring.IORING_CQE_F_NOTIF;

    private final LentMemory lent = new LentMemory();

    private static Object[] held() {
        return new Object[] {new byte[16]};
    }

    private LentMemory.Place lend(WeakReference<Object>[] into, long userData, boolean isNotified) {
        Object holder = held();
        into[0] = new WeakReference<>(holder);
        return lent.lend(holder, userData, isNotified);
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static WeakReference<Object>[] reference() {
        return new WeakReference[1];
    }

    @Test
    void keepsUntilTheLastCompletion() {
        WeakReference<Object>[] holder = reference();
        LentMemory.Place place = lend(holder, 7, false);
        long token = place.token();
        Object second = held();
        WeakReference<Object> other = new WeakReference<>(second);
        place.add(second);
        second = null;
        assertThat(lent.completed(token, 1, MORE).userData()).isEqualTo(7);
        assertThat(Collected.isCollected(holder[0])).isFalse();
        assertThat(Collected.isCollected(other)).isFalse();
        assertThat(lent.completed(token, 1, 0).userData()).isEqualTo(7);
        lent.forgetEnded();
        Collected.await(holder[0]);
        Collected.await(other);
    }

    /** Places change hands between the batches, too, in any order. */
    @Test
    void aBatchForgetsWhatHasEndedAndNothingElse() {
        Random random = new Random(17);
        List<Long> tokens = new ArrayList<>();
        List<WeakReference<Object>> holders = new ArrayList<>();
        List<WeakReference<Object>> ended = new ArrayList<>();
        for (int step = 0; step < 2_000; step++) {
            if (tokens.isEmpty() || random.nextInt(100) < 52) {
                WeakReference<Object>[] holder = reference();
                tokens.add(lend(holder, step, false).token());
                holders.add(holder[0]);
            } else {
                int one = random.nextInt(tokens.size());
                assertThat(lent.completed(tokens.remove(one), 0, 0)).isNotNull();
                ended.add(holders.remove(one));
            }
            if (random.nextInt(50) == 0) {
                lent.forgetEnded();
            }
        }
        lent.forgetEnded();
        ended.forEach(Collected::await);
        assertThat(holders).isNotEmpty().noneMatch(holder -> holder.refersTo(null));
        tokens.forEach(token -> assertThat(lent.completed(token, 0, 0)).isNotNull());
        lent.forgetEnded();
        holders.forEach(Collected::await);
    }

    /** Linux 6.18 posts some completions twice, and any process may send one. */
    @Test
    void aSecondLastCompletionTouchesNobodysMemory() {
        long token = lent.lend(held(), 7, false).token();
        assertThat(lent.completed(token, 0, 0).userData()).isEqualTo(7);
        WeakReference<Object>[] next = reference();
        long later = lend(next, 8, false).token();
        assertThat(later).isNotEqualTo(token);
        assertThat(lent.completed(token, 0, 0)).isNull();
        assertThat(lent.completed(LentMemory.FIRST + 12345, 0, 0)).isNull();
        assertThat(Collected.isCollected(next[0])).isFalse();
        assertThat(lent.completed(later, 0, 0).userData()).isEqualTo(8);
    }

    @Test
    void aNotificationThatMayStillComeFindsItsUserData() {
        WeakReference<Object>[] holder = reference();
        long token = lend(holder, 7, true).token();
        assertThat(lent.completed(token, -Errno.ECANCELED, 0).userData()).isEqualTo(7);
        // It has not begun, and will not.
        Collected.await(holder[0]);
        assertThat(lent.knownAs(7)).isEqualTo(7);
        assertThat(lent.lend(held(), 8, false).token()).isNotEqualTo(token);
        assertThat(lent.completed(token, 0, NOTIFICATION).userData()).isEqualTo(7);
        assertThat(lent.completed(token, 0, NOTIFICATION)).isNull();
    }

    @Test
    void keepsUntilTheEndWhatASilentOperationWasGiven() {
        WeakReference<Object>[] holder = reference();
        LentMemory.Place place = lend(holder, 7, false);
        long token = place.token();
        Object second = held();
        WeakReference<Object> other = new WeakReference<>(second);
        place.add(second);
        second = null;
        assertThat(lent.keepUntilTheEnd(place)).isEqualTo(7);
        assertThat(lent.completed(token, 0, 0)).isNull();
        assertThat(Collected.isCollected(holder[0])).isFalse();
        assertThat(Collected.isCollected(other)).isFalse();
        lent.end();
        Collected.await(holder[0]);
        Collected.await(other);
    }

    @Test
    void holdsTheTableOfRegisteredBuffersAsLongAsItStands() {
        Memory first = Memory.allocate(8);
        Memory second = Memory.allocate(8);
        lent.registered(new Memory[] {first, null}, true);
        assertThat(lent.isHolding()).isTrue();
        assertThat(lent.isRegistered(first, 0)).isTrue();
        assertThat(lent.isRegistered(second, 0)).isFalse();
        assertThat(lent.isRegistered(first, 1)).isFalse();
        assertThat(lent.isRegistered(first, 2)).isFalse();
        // What only joins under operations changes nothing for them.
        lent.registered(new Memory[] {first, second}, false);
        assertThat(lent.isRegistered(second, 1)).isTrue();
        lent.registered(new Memory[] {second, second}, false);
        assertThat(lent.isRegistered(second, 1)).isFalse();
        lent.registered(new Memory[0], true);
        assertThat(lent.isHolding()).isTrue();
        lent.end();
        assertThat(lent.isHolding()).isFalse();
    }

    @Test
    void tellsHowTheKernelKnowsAnOperation() {
        assertThat(lent.knownAs(7)).isEqualTo(7);
        LentMemory.Place first = lent.lend(held(), 0, false);
        first.userData(7);
        assertThat(lent.knownAs(7)).isEqualTo(first.token());
        assertThat(lent.count(7)).isEqualTo(1);
        assertThat(lent.tokenAfter(0, 7)).isEqualTo(first.token());
        assertThat(lent.count(8)).isZero();
        lent.lend(held(), 8, false);
        long second = lent.lend(held(), 7, false).token();
        assertThat(lent.count(7)).isEqualTo(2);
        assertThat(lent.tokenAfter(first.token(), 7)).isEqualTo(second);
        lent.takeBack(first);
        assertThat(lent.count(7)).isEqualTo(1);
        assertThat(lent.tokenAfter(0, 7)).isEqualTo(second);
    }

    @Test
    void addsUpThePartsOfOneResult() {
        LentMemory.Place sum = lent.lendToSum();
        sum.userData(7);
        assertThat(lent.count(7)).as("operations with memory").isZero();
        assertThat(LentMemory.isPart(sum.token())).isFalse();
        assertThat(LentMemory.isPart(sum.partToken())).isTrue();
        lent.part(sum.partToken(), 1);
        lent.part(sum.partToken(), -Errno.ECANCELED);
        lent.part(sum.partToken(), 1);
        assertThat(sum.parts(3)).isEqualTo(2);
        assertThat(sum.parts(-Errno.ECANCELED)).isZero();
        assertThat(lent.completed(sum.token(), 3, 0).userData()).isEqualTo(7);
        assertThat(lent.isHolding()).isFalse();
        LentMemory.Place next = lent.lendToSum();
        assertThat(next.parts(0)).isZero();
    }

    @Test
    void tokensAreNobodysUserData() {
        for (int i = 0; i < 200; i++) {
            long token = lent.lend(held(), i, false).token();
            assertThat(LentMemory.isToken(token)).isTrue();
            assertThatThrownBy(() -> UserData.checked(token)).isInstanceOf(IllegalArgumentException.class);
        }
        for (long near : new long[] {LentMemory.FIRST - 1, LentMemory.FIRST + (1L << 40), Long.MIN_VALUE, 0, -17}) {
            assertThat(UserData.checked(near)).isEqualTo(near);
        }
    }

    @Test
    void makesNoGarbage() {
        Object holder = held();
        long[] tokens = new long[500];
        assertThat(Garbage.of(() -> {
                    for (int i = 0; i < tokens.length; i++) {
                        LentMemory.Place place = lent.lend(holder, i, false);
                        place.add(holder);
                        place.add(tokens);
                        tokens[i] = place.token();
                    }
                    for (long token : tokens) {
                        lent.completed(token, 0, 0);
                    }
                }))
                .isZero();
    }
}
