// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TapQueue;
import org.jspecify.annotations.Nullable;

/** Makes the driver that a configuration asks for. */
final class Drivers {

    private Drivers() {}

    /**
     * Opens a ring, or does without one where that is asked for or allowed.
     *
     * @param name of the queue, for messages
     * @param mapped what the queue has for {@link RxMode#MAPPED}, in which the ring only sends; null without, and for a
     *     driver that only sends
     */
    static Driver open(
            Syscalls sys, TapQueue queue, String name, PacketPool pool, RtapConfig config, @Nullable MappedPart mapped)
            throws ErrnoException {
        DataPath path = config.options().path;
        boolean onlyReceives = mapped != null && path.hasThreadPerDirection();
        RingDriver ring = onlyReceives ? null : openRing(sys, queue, name, pool, config);
        if (ring != null && mapped == null) {
            return ring;
        }
        try {
            return PollDriver.open(sys, queue.fd(), name, mapped, ring);
        } catch (Throwable e) {
            if (ring != null) {
                ring.close();
            }
            throw e;
        }
    }

    private static @Nullable RingDriver openRing(
            Syscalls sys, TapQueue queue, String name, PacketPool pool, RtapConfig config) throws ErrnoException {
        if (config.ringPolicy() == RingPolicy.OFF || config.rxMode() == RxMode.POLL) {
            return null;
        }
        try {
            return RingDriver.open(sys, queue.fd(), name, pool, config);
        } catch (ErrnoException e) {
            if (config.ringPolicy() == RingPolicy.PREFER && isAbsent(e.errno())) {
                return null;
            }
            throw e;
        }
    }

    /**
     * Forbidden, too old, or more memory than this user may lock (since Linux 6.14 rings count): another try changes
     * nothing.
     */
    private static boolean isAbsent(int errno) {
        return errno == Errno.ENOSYS
                || errno == Errno.EPERM
                || errno == Errno.EACCES
                || errno == Errno.EOPNOTSUPP
                || errno == Errno.ENOMEM;
    }
}
