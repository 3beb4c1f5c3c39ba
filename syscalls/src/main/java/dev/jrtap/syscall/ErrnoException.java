// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.syscall;

import java.io.IOException;

/**
 * A system call failed on the control plane.
 *
 * <p>The message is the errno's name, the call as one would type it, and the likely cause with its remedy, or the words
 * of strerror(3) where none is known:
 * {@code EBUSY: ioctl(fd=7, TUNSETIFF, name=rtap0): another process holds the name}.
 */
public class ErrnoException extends IOException {

    private static final long serialVersionUID = 1L;

    // MAX_ERRNO of the kernel.
    private static final int LAST = 4095;

    private final int errno;
    private final String call;
    private final String hint;

    /** For an exception with more details of one kind of call; see {@link #of}. */
    protected ErrnoException(int errno, String call, String hint) {
        super(Errno.name(errno) + ": " + call + ": " + (hint.isEmpty() ? Errno.description(errno) : hint));
        this.errno = errno;
        this.call = call;
        this.hint = hint;
    }

    /**
     * Describes a failed call.
     *
     * @param result the call's negative result
     * @param call the call with its arguments, for people
     * @param hint the likely cause and the remedy, or an empty string where there is none to give
     */
    public static ErrnoException of(long result, String call, String hint) {
        if (result >= 0 || result < -LAST) {
            throw new IllegalArgumentException(call + " did not fail with an errno: " + result);
        }
        return new ErrnoException(Math.toIntExact(-result), call, hint);
    }

    /** Returns the error number, positive. */
    public final int errno() {
        return errno;
    }

    /** Its name, as {@code "EPERM"}. */
    public final String errnoName() {
        return Errno.name(errno);
    }

    /** Returns the call that failed, with its arguments. */
    public final String call() {
        return call;
    }

    /** Returns the likely cause and the remedy; empty where none is known. */
    public final String hint() {
        return hint;
    }
}
