// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.PollSet;
import java.io.UncheckedIOException;

/** Sleeping in ppoll(2) until a file can be read from, or another thread wakes the owner of a ring. */
final class FileWait {

    private final int file;
    private final PollSet polls;
    private final int wake;

    FileWait(RingFd ring, WakeWatch watch, int file) {
        this.file = file;
        polls = new PollSet(ring.syscalls(), 2);
        polls.add(file);
        wake = polls.add(watch.event().fd());
    }

    /** Returns the file that is waited for. */
    int file() {
        return file;
    }

    /** Sleeps once; whether anything has ended it but the time or a signal of the operating system. */
    boolean await(long nanos) {
        int ready = polls.await(nanos);
        if (ready < 0) {
            throw new UncheckedIOException(
                    ErrnoException.of(ready, "ppoll(fd=" + file + " and the ring's eventfd)", ""));
        }
        return ready > 0;
    }

    /** Returns whether another thread has ended the last sleep. */
    boolean isWoken() {
        return polls.isReady(wake);
    }
}
