// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Poll;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Sockets;
import dev.jrtap.syscall.Errno;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("any-user")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CancelOperationsKernelTest {

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void cancelsByFileAndByUserDataAndCounts(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Sockets.Pair one = Sockets.pipe();
                Sockets.Pair other = Sockets.pipe()) {
            for (int i = 0; i < 3; i++) {
                ring.submission().claim().pollAdd(one.left().fd(), Poll.POLLIN).userData(1);
                ring.submission()
                        .claim()
                        .pollAdd(other.left().fd(), Poll.POLLIN)
                        .userData(2);
            }
            ring.submit();
            ring.submission().claim().cancelFd(one.left().fd()).userData(3);
            List<Completions.Completion> byFile = Completions.await(ring, 4);
            assertThat(Results.of(byFile, 3)).isEqualTo(3);
            assertThat(byFile)
                    .filteredOn(c -> c.userData() == 1)
                    .hasSize(3)
                    .allMatch(c -> c.result() == -Errno.ECANCELED);

            ring.submission().claim().cancel(2).userData(4);
            assertThat(Results.of(Completions.await(ring, 2), 4)).isZero();
            ring.submission().claim().cancelAll(2).userData(5);
            assertThat(Results.of(Completions.await(ring, 3), 5)).isEqualTo(2);
            ring.submission().claim().cancel(2).userData(6);
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.ENOENT);
            assertThat(ring.inFlight()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.jrtap.uring.RingProfile#forTables")
    void cancelsByPositionAndAnything(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Sockets.Pair one = Sockets.pipe();
                Sockets.Pair other = Sockets.pipe()) {
            int left = one.left().fd();
            ring.files().register(left);
            ring.submission().claim().pollAdd(0, Poll.POLLIN).fixedFile().userData(1);
            ring.submission().claim().pollAdd(left, Poll.POLLIN).userData(2);
            ring.submission().claim().timeout(3_600_000_000_000L, 0).userData(4);
            ring.submission().claim().pollAdd(other.left().fd(), Poll.POLLIN).userData(5);
            ring.submit();

            ring.submission().claim().cancelFixedFile(0).userData(12);
            // The poll by descriptor is on the same file.
            assertThat(Results.of(Completions.await(ring, 3), 12)).isEqualTo(2);
            ring.submission().claim().cancelAll(5).userData(13);
            assertThat(Results.of(Completions.await(ring, 2), 13)).isEqualTo(1);
            ring.submission().claim().pollAdd(left, Poll.POLLIN).userData(6);
            ring.submission().claim().timeout(3_600_000_000_000L, 0).userData(7);
            // The poll by which the ring is woken may be a fourth.
            assertThat(cancelEverything(ring)).isBetween(3, 4);
        }
    }

    /**
     * How many were canceled. On Linux 6.1 a look was seen to overlook one, and the next to find it; why is not known.
     */
    private static int cancelEverything(Ring ring) {
        int found = 0;
        while (ring.inFlight() > 0) {
            ring.submission().claim().cancelAll().userData(14);
            Completions completions = new Completions();
            while (completions.list.stream().noneMatch(c -> c.userData() == 14)) {
                ring.submitAndWait(1);
                ring.completion().drain(completions, Integer.MAX_VALUE);
            }
            found += Results.of(completions.list, 14);
        }
        return found;
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void cancelsByFileAndUserDataAndByOperation(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Sockets.Pair pipe = Sockets.pipe()) {
            int left = pipe.left().fd();
            ring.submission().claim().pollAdd(left, Poll.POLLIN).userData(2);
            ring.submission().claim().pollAdd(left, Poll.POLLIN).userData(3);
            ring.submission().claim().timeout(3_600_000_000_000L, 0).userData(4);
            ring.submit();

            ring.submission().claim().cancelFd(left, 3).userData(10);
            int canceled = Results.of(Completions.await(ring, 2), 10);
            Feature.require("cancel by two keys", canceled == 1, "before Linux 6.6 all on the file are canceled");
            ring.submission().claim().cancelAll(Operation.TIMEOUT).userData(11);
            assertThat(Results.of(Completions.await(ring, 2), 11)).isEqualTo(1);
            assertThat(ring.inFlight()).isEqualTo(1);
        }
    }
}
