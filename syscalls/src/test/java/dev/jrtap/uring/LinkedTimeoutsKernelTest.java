// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static dev.jrtap.uring.RingFiles.claim;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Poll;
import dev.jrtap.fixtures.Resources;
import dev.jrtap.fixtures.Uring;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.IoVectors;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Chains with limits of time, and chains that are silent, as in liburing's tests of the same. */
@Tag("any-user")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LinkedTimeoutsKernelTest {

    private static final String BY_THREAD = "dev.jrtap.uring.RingProfile#byThread";
    private static final long HOUR = 3_600_000_000_000L;
    private static final long SHORT = 2_000_000;
    private static final int SIZE = 8;
    private static final int FENCE = 99;

    /**
     * Chains, a letter an entry: read or poll an empty pipe, write to it or from no memory (bad), nop, timeout (over),
     * and link timeouts: soon, quick, hour, and one that is not filled in right (x). A small letter is linked to the
     * next, and one followed by an exclamation mark is drained. Then the results that each may have.
     */
    private static final String[] CHAINS = {
        "rsN: ECANCELED|EINTR ETIME|EALREADY ECANCELED",
        "psnN: ECANCELED ETIME ECANCELED ECANCELED",
        "psnpSN: ECANCELED ETIME ECANCELED ECANCELED ECANCELED 0",
        "npS: 0 ECANCELED ETIME",
        "nhH: 0|ECANCELED 0|ECANCELED ECANCELED|EINVAL",
        "rQ: ECANCELED|EINTR ETIME|EALREADY|0",
        "rHW: 8 ECANCELED 8",
        "rX: ECANCELED EINVAL",
        "nH: 0 ECANCELED",
        "oH: ETIME|EINVAL ECANCELED",
        "h: EINVAL",
        "bhhh: EFAULT|ECANCELED ECANCELED ECANCELED|EINVAL ECANCELED|EINVAL",
        "oO!O: ETIME ECANCELED ETIME",
        "ooO: ETIME ECANCELED ECANCELED",
        "O!oO: ETIME ETIME ECANCELED",
    };

    private static Sqe entry(Ring ring, Pipe pipe, char kind, Memory memory) {
        Operations entry = claim(ring);
        return switch (kind) {
            case 'r' -> entry.read(pipe.reader(), memory, 0);
            case 'p' -> entry.pollAdd(pipe.reader(), Poll.POLLIN);
            case 'w' -> entry.write(pipe.writer(), memory, 0);
            case 'b' -> entry.unsafe().write(pipe.writer(), 0, 100, 0);
            case 'n' -> entry.nop();
            case 'o' -> entry.timeout(SHORT, 0);
            case 's' -> entry.linkTimeout(SHORT, 0);
            case 'q' -> entry.linkTimeout(10, 0);
            case 'h' -> entry.linkTimeout(HOUR, 0);
            case 'x' -> entry.linkTimeout(HOUR, 0).ioprio(89);
            default -> throw new IllegalArgumentException(String.valueOf(kind));
        };
    }

    /** link-timeout, and timeout for those with a timeout of their own. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void endsChainsWhereTheTimeIsUp(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            for (String line : CHAINS) {
                String chain = line.substring(0, line.indexOf(':'));
                String[] expected = line.substring(line.indexOf(' ') + 1).split(" ");
                try (Pipe pipe = Pipe.open()) {
                    submit(ring, pipe, chain);
                    List<Completions.Completion> all = Completions.await(ring, expected.length);
                    for (int i = 0; i < expected.length; i++) {
                        int result = Results.of(all, i);
                        String named = result < 0 ? Errno.name(-result) : String.valueOf(result);
                        assertThat(expected[i].split("\\|"))
                                .as("entry %d of %s", i, line)
                                .contains(named);
                    }
                    assertNothingElse(ring);
                }
            }
        }
    }

    private static void submit(Ring ring, Pipe pipe, String chain) {
        int at = 0;
        for (int i = 0; i < chain.length(); i++) {
            char kind = chain.charAt(i);
            Sqe sqe = entry(ring, pipe, Character.toLowerCase(kind), Memory.allocate(SIZE));
            sqe.userData(at++);
            if (Character.isLowerCase(kind)) {
                sqe.link();
            }
            if (i + 1 < chain.length() && chain.charAt(i + 1) == '!') {
                sqe.drain();
                i++;
            }
        }
    }

    private static void assertNothingElse(Ring ring) {
        claim(ring).nop().userData(FENCE);
        assertThat(Results.next(ring)).isEqualTo(new Completions.Completion(FENCE, 0, 0));
        assertThat(ring.inFlight()).isZero();
    }

    /** link-timeout: another time by a worker, and for one that is not there. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void movesTheEndByAWorkerOrSaysThatThereIsNone(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Pipe pipe = Pipe.open()) {
            for (boolean byWorker : new boolean[] {false, true}) {
                asyncIf(byWorker, claim(ring).linkTimeoutUpdate(2, SHORT, 0)).userData(4);
                assertThat(Results.next(ring).result()).isEqualTo(-Errno.ENOENT);
                claim(ring)
                        .read(pipe.reader(), Memory.allocate(SIZE), 0)
                        .userData(1)
                        .link();
                claim(ring).linkTimeout(HOUR, 0).userData(2);
                ring.submit();
                LaterTimeout.start(ring);
                long start = System.nanoTime();
                asyncIf(byWorker, claim(ring).linkTimeoutUpdate(2, 5 * SHORT, 0))
                        .userData(3);
                List<Completions.Completion> three = LaterTimeout.precededBy(ring, 3);
                assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(5 * SHORT);
                assertThat(Results.of(three, 1)).isIn(-Errno.ECANCELED, -Errno.EINTR);
                assertThat(Results.of(three, 2)).isIn(-Errno.ETIME, -Errno.EALREADY);
                assertThat(Results.of(three, 3)).isZero();
            }
        }
    }

    private static Sqe asyncIf(boolean byWorker, Sqe sqe) {
        return byWorker ? sqe.async() : sqe;
    }

    /** link: hard links go on after one timeout, and after two. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void hardLinksGoOnAfterTimeouts(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            for (int timeouts = 1; timeouts <= 2; timeouts++) {
                for (int i = 0; i < timeouts; i++) {
                    claim(ring).timeout(SHORT, 0).userData(i).hardLink();
                }
                claim(ring).nop().userData(timeouts);
                List<Completions.Completion> all = Completions.await(ring, timeouts + 1);
                for (int i = 0; i <= timeouts; i++) {
                    assertThat(all.get(i).userData()).isEqualTo(i);
                    assertThat(all.get(i).result()).isEqualTo(i == timeouts ? 0 : -Errno.ETIME);
                }
            }
        }
    }

    /** link: a chain that fails on a ring that polls devices, and one that fails before it is waited for. */
    @Test
    void chainsFailWhileDevicesArePolledAndBeforeTheyAreWaitedFor() throws IOException {
        Uring.require();
        try (Ring ring = Ring.builder().entries(8).require(SetupFlag.IOPOLL).build()) {
            claim(ring).removeBuffers(10, FENCE).userData(0).link();
            claim(ring).nop().userData(1);
            assertThat(RingFiles.results(ring, 2)).containsExactly(-Errno.ENOENT, -Errno.ECANCELED);
        }
        try (Ring ring = RingProfile.PLAIN.open(8)) {
            IoVectors none = new IoVectors(1).unsafeAdd(0, 0);
            claim(ring).readv(-1, none, 0).userData(0).link();
            claim(ring).nop().userData(1);
            ring.submitAndWait(2);
            assertThat(ring.completion().ready()).isEqualTo(2);
            assertThat(RingFiles.results(ring, 2)).containsExactly(-Errno.EBADF, -Errno.ECANCELED);
        }
    }

    /** poll-cancel: a poll of another ring with a limit, beside a timeout, ends with its ring. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void aPollWithALimitEndsWithItsRing(RingProfile profile) throws IOException {
        try (Ring polled = RingProfile.PLAIN.open(2)) {
            polled.submit();
            Resources before = Resources.now();
            try (Ring ring = profile.open(8)) {
                claim(ring).timeout(HOUR, 1, 0);
                claim(ring).pollAdd(polled.fd().number(), Poll.POLLIN).link();
                claim(ring).linkTimeout(HOUR, 0);
                assertThat(ring.submit()).isEqualTo(3);
            }
            Resources.assertNothingSince(before);
        }
    }

    /** skip-cqe: of six in a chain only the last is told of, or none; or the one that fails. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void silentChainsTellOfTheirEndOrTheirFailure(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(16);
                Pipe pipe = Pipe.open()) {
            for (int size : new int[] {1, 6}) {
                for (boolean isLastSilent : new boolean[] {false, true}) {
                    for (int i = 0; i < size; i++) {
                        Sqe nop = claim(ring).nop().userData(i);
                        if (i < size - 1 || isLastSilent) {
                            nop.link().skipSuccess();
                        }
                    }
                    if (!isLastSilent) {
                        assertThat(Results.next(ring)).isEqualTo(new Completions.Completion(size - 1, 0, 0));
                    }
                    assertNothingElse(ring);
                }
            }
            for (int bad : new int[] {3, 5}) {
                for (int i = 0; i < 6; i++) {
                    Sqe sqe = entry(ring, pipe, i == bad ? 'b' : 'n', null).userData(i);
                    if (i < 5) {
                        sqe.link().skipSuccess();
                    }
                }
                assertThat(Results.next(ring)).isEqualTo(new Completions.Completion(bad, -Errno.EFAULT, 0));
                assertNothingElse(ring);
            }
        }
    }

    /** skip-cqe: limits that are silent, where the chain is in time. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void silentLimitsOfChainsThatAreInTime(RingProfile profile) throws IOException {
        int[][] sizesLimitsAndFailures = {{1, 0, -1}, {6, 3, -1}, {6, 5, -1}, {6, 3, 3}, {6, 3, 2}, {6, 3, 4}};
        try (Ring ring = profile.open(16);
                Pipe pipe = Pipe.open()) {
            for (int[] one : sizesLimitsAndFailures) {
                for (boolean byWorker : new boolean[] {false, true}) {
                    for (int i = 0; i < one[0]; i++) {
                        Sqe sqe = entry(ring, pipe, i == one[2] ? 'b' : 'n', null);
                        asyncIf(byWorker, sqe).userData(i).link();
                        if (i < one[0] - 1) {
                            sqe.skipSuccess();
                        }
                        if (i == one[1]) {
                            claim(ring).linkTimeout(HOUR, 0).userData(50).link().skipSuccess();
                        }
                    }
                    boolean fails = one[2] >= 0;
                    Completions.Completion told = Results.next(ring);
                    assertThat(told.userData()).as(Arrays.toString(one)).isEqualTo(fails ? one[2] : one[0] - 1);
                    assertThat(told.result()).as(Arrays.toString(one)).isEqualTo(fails ? -Errno.EFAULT : 0);
                    assertNothingElse(ring);
                }
            }
        }
    }

    /** skip-cqe: a read that is too late is told of, though it was to be silent; its limit is not. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void silentLimitsThatFire(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Pipe pipe = Pipe.open()) {
            for (int way = 0; way < 8; way++) {
                Sqe read = claim(ring)
                        .read(pipe.reader(), Memory.allocate(1), 0)
                        .userData(0)
                        .link();
                asyncIf((way & 1) != 0, read);
                if ((way & 2) != 0) {
                    read.skipSuccess();
                }
                boolean isSilent = (way & 4) != 0;
                Sqe limit = claim(ring).linkTimeout(SHORT / 2, 0).userData(1);
                if (isSilent) {
                    limit.skipSuccess();
                }
                List<Completions.Completion> told = Completions.await(ring, isSilent ? 1 : 2);
                assertThat(Results.of(told, 0)).isIn(-Errno.ECANCELED, -Errno.EINTR);
                assertNothingElse(ring);
            }
        }
    }

    /** skip-cqe: in a chain of hard links only the one that is silent and succeeds is not told of. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void silentOnesAmongHardLinks(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(16);
                Pipe pipe = Pipe.open()) {
            for (int way = 0; way < 18; way++) {
                int bad = way % 3 * 3;
                int silent = way / 3 % 3 * 3;
                for (int i = 0; i < 7; i++) {
                    Sqe sqe = entry(ring, pipe, i == bad ? 'b' : 'n', null).userData(i);
                    if (i < 6 || way >= 9) {
                        sqe.hardLink();
                    }
                    if (i == silent) {
                        sqe.skipSuccess();
                    }
                }
                List<Completions.Completion> told = Completions.await(ring, bad == silent ? 7 : 6);
                for (int i = 0; i < 7; i++) {
                    if (i == bad || i != silent) {
                        assertThat(Results.of(told, i)).isEqualTo(i == bad ? -Errno.EFAULT : 0);
                    }
                }
                assertThat(told).extracting(Completions.Completion::userData).isSorted();
                assertNothingElse(ring);
            }
        }
    }
}
