// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.syscall;

import java.util.function.LongSupplier;

/**
 * System calls that are made again when a signal has ended them before they have done anything: a handler without SA_RESTART is
 * somebody else's, and no reason to fail.
 *
 * <p>Source: signal(7), which lists the calls that this is right for.
 */
public final class Restarted {

    private Restarted() {}

    /** What {@code call} returns, when that is not EINTR. */
    public static long call(LongSupplier call) {
        long result = call.getAsLong();
        while (result == -Errno.EINTR) {
            result = call.getAsLong();
        }
        return result;
    }
}
