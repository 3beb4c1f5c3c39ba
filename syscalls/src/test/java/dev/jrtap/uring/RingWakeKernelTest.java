// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Poll;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Stress;
import dev.jrtap.syscall.DelegatingSyscalls;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.EventFd;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.opentest4j.TestAbortedException;

/**
 * Another thread ends every way of waiting, whatever the owner has in its queue: 300 rounds of each on each kind of
 * ring. How long the other thread waits before that is random, so that it meets the owner at any point.
 */
@Tag("any-user")
@Timeout(60)
class RingWakeKernelTest {

    private static final int ROUNDS = Stress.times(10);
    private static final int ENTRIES = 8;
    private static final int REFUSALS = 4;
    private static final int MAX_DELAY_NANOS = 300_000;
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(20);

    /** How the owner waits. */
    enum Waiting {
        AWAIT(true) {
            @Override
            void run(Ring ring, RegisteredWaits waits) {
                ring.await(Long.MAX_VALUE);
            }
        },
        /**
         * As many as the ring has of its own: both must end a sleep at once, even where the kernel waits until there
         * are two.
         */
        AWAIT_TWO(true) {
            @Override
            void run(Ring ring, RegisteredWaits waits) {
                ring.await(2, Long.MAX_VALUE, Long.MAX_VALUE);
            }
        },
        AWAIT_MANY(true) {
            @Override
            void run(Ring ring, RegisteredWaits waits) {
                ring.await(3, Long.MAX_VALUE, Long.MAX_VALUE);
            }
        },
        SUBMIT_AND_WAIT(true) {
            @Override
            void run(Ring ring, RegisteredWaits waits) {
                ring.submitAndWait(1);
            }
        },
        SUBMIT_AND_WAIT_FOR_MANY(true) {
            @Override
            void run(Ring ring, RegisteredWaits waits) {
                ring.submitAndWait(3);
            }
        },
        /** Returns when there is room, and so at once unless the queue is full. */
        AWAIT_SPACE(false) {
            @Override
            void run(Ring ring, RegisteredWaits waits) {
                ring.awaitSpace();
            }
        },
        /** Returns whenever the kernel does. */
        REGISTERED(false) {
            @Override
            void run(Ring ring, RegisteredWaits waits) {
                waits.await(0, 1);
            }
        },
        REGISTERED_MANY(false) {
            @Override
            void run(Ring ring, RegisteredWaits waits) {
                waits.await(0, 3);
            }
        };

        /** Whether nothing but a wake ends it while nothing completes. */
        final boolean exact;

        Waiting(boolean exact) {
            this.exact = exact;
        }

        boolean isRegistered() {
            return this == REGISTERED || this == REGISTERED_MANY;
        }

        /**
         * Ways of waiting are registered before a ring is driven, and a ring without a descriptor is driven from the
         * start.
         */
        boolean fits(RingProfile profile) {
            return !isRegistered() || profile != RingProfile.REGISTERED_FD_ONLY;
        }

        abstract void run(Ring ring, RegisteredWaits waits);
    }

    /** What is in the owner's queue; nothing of it completes. */
    enum Queue {
        EMPTY {
            @Override
            void fill(Ring ring, int never) {}
        },
        FULL {
            @Override
            void fill(Ring ring, int never) {
                ring.submit();
                while (ring.submission().space() > 0) {
                    ring.submission().claim().pollAdd(never, Poll.POLLIN);
                }
            }
        },
        DANGLING_CHAIN {
            @Override
            void fill(Ring ring, int never) {
                ring.submission().claim().pollAdd(never, Poll.POLLIN).link();
            }
        },
        DRAIN {
            @Override
            void fill(Ring ring, int never) {
                ring.submission().claim().pollAdd(never, Poll.POLLIN);
                ring.submission().claim().nop().drain();
            }
        },
        REFUSED {
            @Override
            void fill(Ring ring, int never) {
                ring.submission().claim().pollAdd(never, Poll.POLLIN);
            }
        };

        abstract void fill(Ring ring, int never);
    }

    /** Refuses some submits, as a kernel without memory does. */
    private static final class ReluctantSyscalls extends DelegatingSyscalls {

        private int refusals;

        ReluctantSyscalls(int refusals) {
            super(Syscalls.libc());
            this.refusals = refusals;
        }

        private boolean refuses(int toSubmit) {
            return toSubmit > 0 && refusals-- > 0;
        }

        private int errno() {
            return refusals % 2 == 0 ? Errno.EAGAIN : Errno.EBUSY;
        }

        @Override
        public int ioUringEnter(int fd, int toSubmit, int minComplete, int flags) {
            return refuses(toSubmit) ? -errno() : super.ioUringEnter(fd, toSubmit, minComplete, flags);
        }

        @Override
        public int ioUringEnter(int fd, int toSubmit, int minComplete, int flags, long argument, int size) {
            return refuses(toSubmit) ? -errno() : super.ioUringEnter(fd, toSubmit, minComplete, flags, argument, size);
        }
    }

    static Stream<Arguments> waysOfWaiting() {
        return EachOf.Provider.of(RingProfile.class, "RingWake")
                .flatMap(profile -> Stream.of(Waiting.values())
                        .filter(waiting -> waiting.fits(profile))
                        .map(waiting -> Arguments.of(profile, waiting)));
    }

    /** A ring, and what its owner waits with. */
    private record Driven(Ring ring, RegisteredWaits waits) {

        static Driven open(RingProfile profile, Waiting waiting, Queue queue, int never) throws IOException {
            Syscalls sys = new ReluctantSyscalls(queue == Queue.REFUSED ? REFUSALS : 0);
            Ring ring = profile.open(sys, ENTRIES);
            RegisteredWaits[] waits = new RegisteredWaits[1];
            try {
                if (waiting.isRegistered()) {
                    Refusals.require("MEM_REGION", "6.13", () -> waits[0] = ring.waits(1));
                    waits[0].set(0, 0, Long.MAX_VALUE);
                }
                queue.fill(ring, never);
            } catch (IOException | RuntimeException | Error e) {
                ring.close();
                throw e;
            }
            return new Driven(ring, waits[0]);
        }
    }

    @ParameterizedTest
    @MethodSource("waysOfWaiting")
    void aCloseEndsIt(RingProfile profile, Waiting waiting) throws Exception {
        try (EventFd never = EventFd.open(Syscalls.libc())) {
            SynchronousQueue<Ring> rings = new SynchronousQueue<>();
            AtomicReference<Throwable> failure = new AtomicReference<>();
            Thread owner = new Thread(() -> {
                try {
                    for (int round = 0; round < ROUNDS * Queue.values().length; round++) {
                        Queue queue = Queue.values()[round % Queue.values().length];
                        Driven driven = Driven.open(profile, waiting, queue, never.fd());
                        driven.ring().own();
                        rings.put(driven.ring());
                        while (driven.ring().isOpen()) {
                            waiting.run(driven.ring(), driven.waits());
                            driven.ring().completion().drain((userData, result, flags) -> {}, Integer.MAX_VALUE);
                        }
                    }
                } catch (Throwable e) {
                    failure.set(e);
                }
            });
            owner.start();
            Random random = new Random(1);
            for (int round = 0; round < ROUNDS * Queue.values().length; round++) {
                Ring ring = take(rings, owner);
                if (ring == null) {
                    break;
                }
                delay(random);
                ring.close();
            }
            owner.join();
            rethrow(failure.get());
        }
    }

    @ParameterizedTest
    @MethodSource("waysOfWaiting")
    void aWakeEndsIt(RingProfile profile, Waiting waiting) throws Exception {
        try (EventFd never = EventFd.open(Syscalls.libc())) {
            for (Queue queue : Queue.values()) {
                wakeAgainAndAgain(profile, waiting, queue, never.fd());
            }
        }
    }

    private static void wakeAgainAndAgain(RingProfile profile, Waiting waiting, Queue queue, int never)
            throws Exception {
        SynchronousQueue<Ring> rings = new SynchronousQueue<>();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        AtomicInteger ended = new AtomicInteger();
        Thread owner = new Thread(() -> {
            try {
                Driven driven = Driven.open(profile, waiting, queue, never);
                try (Ring ring = driven.ring()) {
                    ring.own();
                    rings.put(ring);
                    while (ended.get() < ROUNDS) {
                        waiting.run(ring, driven.waits());
                        ended.incrementAndGet();
                    }
                }
            } catch (Throwable e) {
                failure.set(e);
            }
        });
        owner.start();
        Ring ring = take(rings, owner);
        Random random = new Random(2);
        int woken = 0;
        while (ring != null && ended.get() < ROUNDS && owner.isAlive()) {
            int before = ended.get();
            delay(random);
            ring.wake();
            woken++;
            long end = System.nanoTime() + PATIENCE;
            while (ended.get() == before && owner.isAlive()) {
                assertThat(System.nanoTime() - end)
                        .as("%s is woken, wake %d, and waits in %s", queue, woken, List.of(owner.getStackTrace()))
                        .isNegative();
                Stress.spin();
            }
        }
        owner.join();
        rethrow(failure.get());
        if (waiting.exact) {
            // A submit that is refused is told.
            assertThat(ended.get())
                    .as("%s: ended, by wakes alone", queue)
                    .isBetween(woken, woken + (queue == Queue.REFUSED ? REFUSALS : 0));
        }
    }

    /** What the owner has opened, or null if it has ended. */
    private static Ring take(SynchronousQueue<Ring> rings, Thread owner) throws InterruptedException {
        Ring ring = null;
        while (ring == null && owner.isAlive()) {
            ring = rings.poll(10, TimeUnit.MILLISECONDS);
        }
        return ring;
    }

    private static void delay(Random random) {
        long end = System.nanoTime() + random.nextInt(MAX_DELAY_NANOS);
        while (System.nanoTime() < end) {
            Stress.spin();
        }
    }

    private static void rethrow(Throwable failure) {
        if (failure instanceof TestAbortedException skip) {
            throw skip;
        }
        if (failure != null) {
            throw new AssertionError(failure);
        }
    }
}
