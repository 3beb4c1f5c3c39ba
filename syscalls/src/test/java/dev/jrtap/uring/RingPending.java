// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.Eventpoll;
import dev.jrtap.bindings.Poll;
import dev.jrtap.fixtures.Sleeper;
import dev.jrtap.fixtures.Sockets;
import dev.jrtap.fixtures.TestLibc;
import dev.jrtap.syscall.Epoll;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.util.EnumSet;

/** Operations under way when a ring is closed, which never end by themselves. */
enum RingPending {
    DRAIN {
        @Override
        AutoCloseable begin(Ring ring, Buffers with) {
            with.read(ring, 0);
            ring.submission().claim().nop().drain();
            with.read(ring, 1);
            ring.submit();
            return NOTHING;
        }
    },
    LINK {
        @Override
        AutoCloseable begin(Ring ring, Buffers with) {
            with.read(ring, 0).link();
            with.read(ring, 1).link();
            ring.submit();
            // A chain without an end, that the kernel has not seen.
            with.read(ring, 2).link();
            return NOTHING;
        }
    },
    HARD_LINK {
        @Override
        AutoCloseable begin(Ring ring, Buffers with) {
            with.read(ring, 0).hardLink();
            with.read(ring, 1).hardLink();
            ring.submit();
            with.read(ring, 2).hardLink();
            return NOTHING;
        }
    },
    FULL_QUEUE {
        @Override
        AutoCloseable begin(Ring ring, Buffers with) {
            with.read(ring, 0);
            ring.submit();
            ring.awaitSpace();
            while (ring.submission().space() > 0) {
                with.read(ring, 1);
            }
            return NOTHING;
        }
    },
    POLL {
        @Override
        AutoCloseable begin(Ring ring, Buffers with) {
            ring.submission().claim().pollAdd(with.never(), Poll.POLLIN);
            with.read(ring, 0);
            ring.submit();
            return NOTHING;
        }
    },
    MULTISHOT {
        @Override
        AutoCloseable begin(Ring ring, Buffers with) {
            ring.submission().claim().pollMultishot(with.never(), Poll.POLLIN);
            ring.submit();
            return NOTHING;
        }
    },
    WORKER {
        @Override
        AutoCloseable begin(Ring ring, Buffers with) {
            with.read(ring, 0).async();
            with.read(ring, 1).async();
            ring.submit();
            return NOTHING;
        }
    },
    /** Reads and writes that the block layer holds up, see {@link dev.jrtap.fixtures.IoThrottle}. */
    HELD_UP {
        @Override
        AutoCloseable begin(Ring ring, Buffers with) {
            with.readFile(ring);
            with.writeFile(ring);
            ring.submit();
            // Until a polling thread has begun them they can still be dropped.
            while (ring.submission().pending() > 0) {
                Sleeper.pause(1);
                ring.submit();
            }
            return NOTHING;
        }
    },
    /** An epoll instance watches without holding. */
    WATCHED {
        @Override
        AutoCloseable begin(Ring ring, Buffers with) throws IOException {
            POLL.begin(ring, with);
            Epoll epoll = Epoll.open(Syscalls.libc());
            epoll.add(ring.messageFd(), Eventpoll.EPOLLIN);
            return epoll::close;
        }
    },
    /** Another ring waits for something to be read from it. */
    POLLED {
        @Override
        AutoCloseable begin(Ring ring, Buffers with) throws IOException {
            POLL.begin(ring, with);
            Ring other = RingProfile.PLAIN.open(8);
            int file = ring.messageFd();
            // A thread that ends would let go.
            Sleeper.start(() -> {
                other.submission().claim().pollAdd(file, Poll.POLLERR);
                while (other.isOpen()) {
                    other.await(Long.MAX_VALUE);
                }
            });
            return other;
        }
    },
    DUPLICATED {
        @Override
        AutoCloseable begin(Ring ring, Buffers with) throws IOException {
            POLL.begin(ring, with);
            int duplicate = Sockets.check(TestLibc.INSTANCE.dup(ring.messageFd()), "dup");
            return Fd.own(Syscalls.libc(), duplicate);
        }
    };

    /** Memory and files of one ring's operations. */
    interface Buffers {

        /** A read that nothing ends, into part {@code part} of the memory. */
        Sqe read(Ring ring, int part);

        void readFile(Ring ring);

        void writeFile(Ring ring);

        /** A file from which there is nothing to be read. */
        int never();
    }

    private static final AutoCloseable NOTHING = () -> {};

    boolean fits(RingProfile profile) {
        boolean named = EnumSet.of(WATCHED, POLLED, DUPLICATED).contains(this);
        return !named || profile != RingProfile.REGISTERED_FD_ONLY;
    }

    /** Whether something besides the ring keeps it alive. */
    boolean isForeign() {
        return this == POLLED || this == DUPLICATED;
    }

    /**
     * On the thread that owns {@code ring}.
     *
     * @return what else it has opened: to be closed after the ring, on any thread
     */
    abstract AutoCloseable begin(Ring ring, Buffers with) throws IOException;
}
