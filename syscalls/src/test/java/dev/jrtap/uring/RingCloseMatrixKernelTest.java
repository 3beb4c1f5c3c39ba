// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.IoThrottle;
import dev.jrtap.fixtures.OneRefusal;
import dev.jrtap.fixtures.Pairwise;
import dev.jrtap.fixtures.Stress;
import dev.jrtap.fixtures.Uring;
import dev.jrtap.syscall.Errno;
import dev.jrtap.uring.ClosingCell.Closer;
import dev.jrtap.uring.ClosingCell.Refusal;
import dev.jrtap.uring.ClosingCell.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * However a ring has been used, whatever is under way and whichever thread closes it: the close ends, the kernel
 * touches nothing afterwards, and nothing is left. Cells of one test run side by side; all combinations where tests
 * have their full length, pairs of values otherwise.
 */
@Tag("any-user")
@Timeout(120)
class RingCloseMatrixKernelTest {

    /** A close takes 60 ms at most where the machine does nothing else; all cells of a test close at once. */
    private static final long SOON = TimeUnit.SECONDS.toNanos(10);

    private static final long FOREIGN = TimeUnit.SECONDS.toNanos(2);
    private static final List<Shape> SHAPES = shapes();

    @TempDir
    Path directory;

    private static List<Shape> shapes() {
        List<Refusal> refusals = refusals();
        List<Shape> all = new ArrayList<>();
        for (RingProfile profile : RingProfile.values()) {
            for (RingHistory history : RingHistory.values()) {
                for (RingPending pending : RingPending.values()) {
                    for (Closer closer : Closer.values()) {
                        if (history.fits(profile) && pending.fits(profile)) {
                            Refusal refusal = refusals.get(all.size() % refusals.size());
                            all.add(new Shape(profile, history, pending, closer, refusal));
                        }
                    }
                }
            }
        }
        return Stress.times(100) < 100 ? Pairwise.of(all, Shape::dimensions) : all;
    }

    private static List<Refusal> refusals() {
        List<Refusal> refusals = new ArrayList<>(List.of(new Refusal(OneRefusal.Call.ENTER, 0)));
        for (OneRefusal.Call call : OneRefusal.Call.values()) {
            for (int errno : new int[] {
                Errno.EINTR, Errno.EAGAIN, Errno.EBUSY, Errno.EBADR, Errno.ENOMEM, Errno.EBADF, Errno.EACCES,
                Errno.EPERM, Errno.EINVAL, Errno.ENXIO, Errno.EOPNOTSUPP, Errno.EFAULT, Errno.EEXIST, Errno.ETIME
            }) {
                refusals.add(new Refusal(call, errno));
            }
        }
        return refusals;
    }

    static Stream<Arguments> profilesAndHistories() {
        return SHAPES.stream()
                .map(shape -> List.of(shape.profile(), shape.history()))
                .distinct()
                .map(List::toArray)
                .map(Arguments::of);
    }

    @ParameterizedTest
    @MethodSource("profilesAndHistories")
    void endsAtOnceAndTouchesNothingAfterwards(RingProfile profile, RingHistory history) throws Exception {
        Uring.require();
        history.require();
        profile.open(8).close();
        ClosingCells cells = ClosingCells.of(SHAPES.stream()
                .filter(shape -> shape.profile() == profile && shape.history() == history)
                .filter(shape -> shape.pending() != RingPending.HELD_UP
                        && !shape.pending().isForeign()));
        try (cells) {
            cells.prepare(() -> {});
            cells.go();
            cells.assertEnded();
            cells.assertSooner(SOON);
        }
        cells.assertNothingIsLeft();
    }

    /** A ring that something else keeps alive ends soon, too, and says that its memory is not free. */
    @ParameterizedTest
    @EnumSource(RingHistory.class)
    void endsSoonWhileSomethingElseHoldsIt(RingHistory history) throws Exception {
        Uring.require();
        history.require();
        long leaked = Ring.leaked();
        ClosingCells cells = ClosingCells.of(SHAPES.stream()
                .filter(shape -> shape.history() == history && shape.pending().isForeign()));
        try (cells) {
            cells.prepare(() -> {});
            cells.go();
            cells.assertEnded();
            cells.assertSooner(SOON + FOREIGN);
            assertThat(Ring.leaked() - leaked).isEqualTo(cells.count());
        }
        cells.assertNothingIsLeft();
    }

    /** Nothing can cancel what the block layer holds up: the close waits for it, and no longer. */
    @ParameterizedTest
    @EnumSource(RingHistory.class)
    void waitsForWhatTheBlockLayerHoldsUp(RingHistory history) throws Exception {
        Uring.require();
        history.require();
        try (IoThrottle throttle = IoThrottle.on(directory)) {
            closeHeldUp(history, throttle, false);
            closeHeldUp(history, throttle, true);
        }
    }

    /** Without {@code hold} for the classes to be loaded, which a thread that is held up could not do. */
    private void closeHeldUp(RingHistory history, IoThrottle throttle, boolean hold) throws Exception {
        ClosingCells cells = ClosingCells.of(
                SHAPES.stream().filter(shape -> shape.history() == history && shape.pending() == RingPending.HELD_UP));
        try (cells) {
            cells.openFile(directory);
            if (hold) {
                throttle.hold();
            }
            cells.prepare(throttle::join);
            if (hold) {
                cells.assertHeldUp();
            }
            cells.go();
            cells.awaitClosing();
            long released = System.nanoTime();
            throttle.release();
            cells.assertEnded();
            if (hold) {
                cells.assertWaitedUntil(released);
            }
            cells.assertFileKeepsWhatWasWritten();
        }
        cells.assertNothingIsLeft();
    }
}
