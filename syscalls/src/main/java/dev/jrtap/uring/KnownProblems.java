// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Kernels whose implementation of a feature is wrong or slow. Only this class goes by the version: a kernel reports no
 * bugs of its own, and a distribution's backports are not visible, so these are hints for people. Only {@link
 * #crashesAtRefusedPolling} decides something, because trying would crash the kernel.
 */
final class KnownProblems {

    /** A problem of the releases from the first, inclusive, to the second, exclusive. */
    private record Problem(int from, int until, String text) {

        boolean has(String release) {
            Matcher numbers = RELEASE.matcher(release);
            if (!numbers.matches()) {
                return false;
            }
            int present = release(Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2)));
            return present >= from && present < until;
        }
    }

    private static final Pattern RELEASE = Pattern.compile("(\\d+)\\.(\\d+).*");

    /** The kernel reads through a null pointer if it refuses SQPOLL, for want of a right, to a ring with R_DISABLED. */
    private static final Problem REFUSED_POLLING = new Problem(
            release(5, 10),
            release(5, 12),
            "a process without CAP_SYS_ADMIN crashes the kernel by IORING_SETUP_SQPOLL|IORING_SETUP_R_DISABLED");

    private static final List<Problem> PROBLEMS = List.of(
            REFUSED_POLLING,
            new Problem(
                    release(5, 1),
                    release(6, 4),
                    "tun devices do not honor non-blocking reads: reads posted beside each other wake worker threads for nothing"),
            new Problem(
                    release(6, 7),
                    release(6, 8),
                    "READ_MULTISHOT holds completions back until the next one comes: latency is bad under low load"),
            new Problem(
                    release(6, 12),
                    release(6, 13),
                    "some releases signal a registered eventfd once and no more if the ring has DEFER_TASKRUN: register it anew"),
            new Problem(
                    release(6, 12),
                    release(Short.MAX_VALUE, 0),
                    "buffer rings used up bit by bit (IOU_PBUF_RING_INC) lose packet borders on tun devices: use whole buffers"),
            new Problem(
                    release(6, 18),
                    release(Short.MAX_VALUE, 0),
                    "a ring with CQE_MIXED whose completion queue overflows loses completions and posts others twice (seen on 6.18):"
                            + " make that queue large enough"),
            new Problem(
                    release(7, 2),
                    release(7, 3),
                    "an operation that needs a worker thread may wait until a signal comes, if its thread has just closed its only"
                            + " other ring: keep one ring of each thread open"));

    private KnownProblems() {}

    /** Returns the problems of {@code release}, as uname(2) reports it; none if it can't be parsed. */
    static List<String> of(String release) {
        return PROBLEMS.stream()
                .filter(problem -> problem.has(release))
                .map(Problem::text)
                .toList();
    }

    /** Returns whether SQPOLL must not be asked for with R_DISABLED before it is known to be allowed. */
    static boolean crashesAtRefusedPolling(String release) {
        return REFUSED_POLLING.has(release);
    }

    private static int release(int major, int minor) {
        return major << 16 | minor;
    }
}
