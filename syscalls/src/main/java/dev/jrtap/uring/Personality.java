// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.syscall.ErrnoException;

/**
 * Credentials under which operations can run: those that the registering thread had at that moment.
 *
 * <p>Threads: those of {@link Registrations}. It goes with the ring when that is closed.
 *
 * <p>Source: io_uring_register(2), IORING_REGISTER_PERSONALITY.
 */
public final class Personality {

    private final RegisterCall ring;
    private final int id;
    private boolean unregistered;

    private Personality(RegisterCall ring, int id) {
        this.ring = ring;
        this.id = id;
    }

    static Personality register(RegisterCall ring) throws ErrnoException {
        ring.checkMayRegister();
        return new Personality(ring, ring.fd().register(RegisterOperation.PERSONALITY, "", null, 0));
    }

    /** Returns the number that {@link Sqe#personality} takes, 1..65535. */
    public int id() {
        return id;
    }

    /**
     * Unregisters it: operations that name it from now on complete with {@code -EINVAL}. Operations under way keep it.
     */
    public void unregister() throws ErrnoException {
        ring.checkMayRegister();
        if (unregistered) {
            // The kernel may have given its number to another one.
            throw new IllegalStateException("personality " + id + " is unregistered");
        }
        ring.fd().register(RegisterOperation.UNREGISTER_PERSONALITY, "id=" + id, null, id);
        unregistered = true;
    }

    @Override
    public String toString() {
        return "personality " + id;
    }
}
