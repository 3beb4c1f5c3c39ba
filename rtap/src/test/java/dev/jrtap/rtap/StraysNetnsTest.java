// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.IfTun;
import dev.jrtap.bindings.Sched;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.FaultySyscalls;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.syscall.DelegatingSyscalls;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TapQueue;
import dev.jrtap.tuntap.TapRequest;
import dev.jrtap.tuntap.TunMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What waits in a queue that goes is handed to the others, or counted. */
@Timeout(60)
class StraysNetnsTest {

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void whatWaitsInAQueueThatIsConfiguredAwayGoesToTheOther(TapProfile profile) throws Exception {
        try (TapLink port =
                new TapLink(profile.syscalls(), profile.config().withQueues(2).withRingSize(32))) {
            Flows.inject(port);
            port.rtap.configure(1, 1);
            assertThat(Flows.receive(port, port.queue, Flows.COUNT)).isEqualTo(Flows.COUNT);
            assertThat(port.rtap.statistics().missed()).isZero();
        }
    }

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void whatWaitsInTheLastQueueIsCounted(TapProfile profile) throws Exception {
        try (TapLink port = new TapLink(profile.syscalls(), profile.config().withRingSize(32))) {
            Flows.inject(port);
            port.queue.close();
            assertThat(port.rtap.statistics().missed()).isEqualTo(Flows.COUNT);
            port.rtap.resetStatistics();
            assertThat(port.rtap.statistics().missed()).isZero();
        }
    }

    /** Some have been read already, others are lent to a read that is under way. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void whatHasBeenReadAndNotReceivedIsCounted(TapProfile profile) throws Exception {
        try (TapLink port = new TapLink(profile.syscalls(), profile.config().withRingSize(32))) {
            Flows.inject(port);
            int received = Flows.receive(port, port.queue, 3);
            port.queue.close();
            assertThat(received + port.rtap.statistics().missed()).isEqualTo(Flows.COUNT);
        }
    }

    /** Without the right to send through packet(7), what waits is counted, and not handed over. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void whatCannotBeHandedOverIsCounted(TapProfile profile) throws Exception {
        Syscalls sys = new DelegatingSyscalls(profile.syscalls()) {
            @Override
            public int socket(int domain, int type, int protocol) {
                return domain == 17 ? -Errno.EPERM : super.socket(domain, type, protocol);
            }
        };
        try (TapLink port = new TapLink(sys, profile.config().withQueues(2).withRingSize(32))) {
            Flows.inject(port);
            port.rtap.configure(1, 1);
            long missed = port.rtap.statistics().missed();
            assertThat(missed).isPositive();
            assertThat(Flows.receive(port, port.queue, Flows.COUNT - (int) missed))
                    .isEqualTo(Flows.COUNT - missed);
        }
    }

    /** Another opener of the name, who has asked to share it, gets its share until it is detached. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void whatASecondOpenerGetsGoesToTheFirst(TapProfile profile) throws Exception {
        Syscalls sys = profile.syscalls();
        try (TapLink port = new TapLink(sys, profile.config().withRingSize(128));
                TapQueue second =
                        TapQueue.open(sys, new TapRequest(port.rtap.name(), TunMode.TAP, port.rtap.hasNapi()));
                DeviceSocket device = DeviceSocket.open(sys, second, null)) {
            Flows.inject(port);
            Strays strays = new Strays(sys, device);
            strays.retire(second);
            assertThat(Flows.receive(port, port.queue, Flows.COUNT)).isEqualTo(Flows.COUNT);
            assertThat(strays.lost()).isZero();
        }
    }

    /** Notes which threads read, and what the kernel says to those that ask for real-time priority. */
    private static class Readers extends DelegatingSyscalls {

        private final Set<String> readers = ConcurrentHashMap.newKeySet();
        private final Map<String, Integer> priorities = new ConcurrentHashMap<>();
        private final boolean allowed;

        Readers(Syscalls real, boolean allowed) {
            super(real);
            this.allowed = allowed;
        }

        @Override
        public long read(int fd, long buffer, long count) {
            readers.add(Thread.currentThread().getName());
            return super.read(fd, buffer, count);
        }

        @Override
        public int schedSetscheduler(int thread, int policy, long param) {
            assertThat(policy).isEqualTo(Sched.SCHED_FIFO);
            int result = allowed ? super.schedSetscheduler(thread, policy, param) : -Errno.EPERM;
            priorities.put(Thread.currentThread().getName(), result);
            return result;
        }
    }

    /**
     * A thread that has a processor at once reads alone: at a lock that it shared it would sleep, and be awake too
     * late. Without that right the calling thread helps. It waits for the reader even if it is interrupted.
     */
    @ParameterizedTest
    @CsvSource({"true, false", "false, false", "true, true", "false, true"})
    void theReaderOfAQueueThatGoesHasAProcessorWhereThatIsAllowed(boolean allowed, boolean interrupted)
            throws Exception {
        Syscalls real = TapProfile.PLAIN_POLL.syscalls();
        Readers sys = new Readers(real, allowed);
        try (TapLink port = new TapLink(real, TapProfile.PLAIN_POLL.config().withRingSize(128));
                TapQueue second = TapQueue.open(real, new TapRequest(port.rtap.name(), TunMode.TAP, false))) {
            Flows.inject(port);
            Retirement retirement = new Retirement(sys);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            retirement.detach(second);
            assertThat(Thread.interrupted()).isEqualTo(interrupted);
            assertThat(sys.priorities).containsOnlyKeys("rtap-retirement");
            boolean urgent = sys.priorities.containsValue(0);
            if (allowed) {
                Feature.require("real-time priority", urgent, "root, or CAP_SYS_NICE");
            }
            Set<String> both = Set.of("rtap-retirement", Thread.currentThread().getName());
            assertThat(sys.readers).isEqualTo(urgent ? Set.of("rtap-retirement") : both);
            int received = Flows.receive(
                    port, port.queue, Flows.COUNT - retirement.packets().size());
            assertThat(received + retirement.packets().size()).isEqualTo(Flows.COUNT);
            assertThat(retirement.packets()).isNotEmpty();
        }
    }

    /** An Error in the thread that reads leaves its work to the thread that waits for it. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aReaderThatDiesIsReplaced(boolean allowed) throws Exception {
        Syscalls real = TapProfile.PLAIN_POLL.syscalls();
        Syscalls sys = new Readers(real, allowed) {
            @Override
            public long read(int fd, long buffer, long count) {
                if (Thread.currentThread().getName().equals("rtap-retirement")) {
                    throw new OutOfMemoryError("thrown by a test");
                }
                return super.read(fd, buffer, count);
            }
        };
        try (TapLink port = new TapLink(real, TapProfile.PLAIN_POLL.config().withRingSize(128));
                TapQueue second = TapQueue.open(real, new TapRequest(port.rtap.name(), TunMode.TAP, false))) {
            Flows.inject(port);
            Retirement retirement = new Retirement(sys);
            retirement.detach(second);
            int read = retirement.packets().size();
            assertThat(read).isPositive();
            assertThat(Flows.receive(port, port.queue, Flows.COUNT - read) + read)
                    .isEqualTo(Flows.COUNT);
        }
    }

    /** What a queue gets before its opening fails goes to the others, wherever that is. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void whatAQueueGetsWhoseOpeningFailsGoesToTheOther(TapProfile profile) throws Exception {
        FaultySyscalls faulty = new FaultySyscalls(Syscalls.libc());
        Syscalls sys = profile.syscalls(faulty);
        try (TapLink port = new TapLink(sys, profile.config().withRingSize(128));
                PacketPool pool = PacketPool.create(Syscalls.libc(), 64, 2048)) {
            port.rtap.configure(2, 2);
            Thread caller = Thread.currentThread();
            faulty.only(thread -> thread == caller);
            for (int errno : new int[] {Errno.ENOMEM, FaultySyscalls.OUT_OF_MEMORY}) {
                for (int step = 1; failsAt(step, errno, faulty, port, pool); step++) {
                    String what = faulty.failed() + ", step " + step + ", errno " + errno;
                    int received = Flows.receive(port, port.queue, Flows.COUNT);
                    assertThat(received).as(what).isEqualTo(Flows.COUNT);
                }
            }
            assertThat(port.rtap.statistics().missed()).isZero();
        }
    }

    /** Whether opening a second queue has such a step; packets come when it fails. */
    private static boolean failsAt(int step, int errno, FaultySyscalls faulty, TapLink port, PacketPool pool)
            throws IOException {
        faulty.before(() -> Flows.inject(port));
        faulty.failAt(step, errno);
        try {
            QueuePair second = port.rtap.openQueue(1, pool);
            faulty.spare();
            second.close();
        } catch (IOException | UncheckedIOException | OutOfMemoryError e) {
            faulty.spare();
        }
        return !faulty.failed().isEmpty();
    }

    /** Notes whether something is sent while a queue is taken out of service, which is made to take long. */
    private static final class Overlaps extends DelegatingSyscalls {

        private static final long LONG_NANOS = 30_000_000;

        private final AtomicInteger retiring = new AtomicInteger();
        final AtomicInteger sent = new AtomicInteger();
        final AtomicInteger sentMeanwhile = new AtomicInteger();

        Overlaps(Syscalls real) {
            super(real);
        }

        @Override
        public int ioctl(int fd, long request, long argument) {
            if (request != IfTun.TUNSETQUEUE) {
                return super.ioctl(fd, request, argument);
            }
            retiring.incrementAndGet();
            LockSupport.parkNanos(LONG_NANOS);
            int result = super.ioctl(fd, request, argument);
            retiring.decrementAndGet();
            return result;
        }

        @Override
        public long send(int fd, long address, long length, int flags) {
            sent.incrementAndGet();
            sentMeanwhile.addAndGet(retiring.get());
            return super.send(fd, address, length, flags);
        }
    }

    /** What waits in one may go to another that goes too: sent while the kernel drops what that holds, it is lost. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void queuesThatGoTogetherDoNotSendToEachOtherMeanwhile(TapProfile profile) throws Exception {
        Overlaps sys = new Overlaps(profile.syscalls());
        int queues = 4;
        try (Rtap rtap = Rtap.open(sys, profile.config().withQueues(queues).withRingSize(8));
                Wire wire = Wire.injecting(rtap.ifIndex())) {
            List<Thread> owners = new ArrayList<>();
            CountDownLatch driven = new CountDownLatch(queues);
            for (int i = 0; i < queues; i++) {
                int index = i;
                owners.add(new Thread(() -> own(rtap, index, driven)));
                owners.get(i).start();
            }
            driven.await();
            // The kernel would send packets of its own.
            Files.writeString(Path.of("/proc/sys/net/ipv6/conf", rtap.name(), "disable_ipv6"), "1");
            rtap.up();
            for (int flow = 0; flow < Flows.COUNT; flow++) {
                wire.inject(Flows.datagram(flow));
            }
            rtap.configure(1, 1);
            assertThat(sys.sent).hasPositiveValue();
            assertThat(sys.sentMeanwhile).hasValue(0);
            rtap.openQueues().forEach(QueuePair::close);
            for (Thread owner : owners) {
                owner.join();
            }
            assertThat(rtap.statistics().missed()).isEqualTo(Flows.COUNT);
        }
    }

    /** Drives a queue until it is closed, and receives nothing. */
    private static void own(Rtap rtap, int index, CountDownLatch driven) {
        try (PacketPool pool = PacketPool.create(Syscalls.libc(), 64, 2048)) {
            QueuePair pair = rtap.openQueue(index, pool);
            pair.tx().flush();
            driven.countDown();
            while (pair.isOpen()) {
                LockSupport.parkNanos(100_000);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
