// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.IfTun;
import dev.jrtap.fixtures.DelegatingSyscalls;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TapQueue;
import dev.jrtap.tuntap.TapRequest;
import dev.jrtap.tuntap.TunMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What waits in a queue that goes is handed to the others, or counted. */
@Timeout(60)
class StraysNetnsTest {

    private static final int FLOWS = 64;
    private static final int PORT = 34;

    /** One datagram of each flow: the kernel spreads flows over the queues. */
    private static byte[] datagram(int flow) {
        byte[] frame = Frames.of(Frames.Kind.UDP4, 0, 0, new byte[20], 0);
        frame[PORT] = (byte) (flow >> 8);
        frame[PORT + 1] = (byte) flow;
        return frame;
    }

    private static void inject(TapLink port) {
        for (int flow = 0; flow < FLOWS; flow++) {
            port.wire.inject(datagram(flow));
        }
    }

    /** Receives until every flow has come, and returns how often a packet has come. */
    private static int receive(TapLink port, QueuePair pair, int expected) {
        Set<Integer> seen = new HashSet<>();
        int received = 0;
        while (received < expected && pair.rx().await(5_000_000_000L)) {
            received += pair.rx().receive(port.burst);
            if (port.burst.size() == 1) {
                byte[] frame = Frames.bytes(port.burst, 0);
                seen.add((frame[PORT] & 0xff) << 8 | frame[PORT + 1] & 0xff);
                assertThat(frame).isEqualTo(datagram((frame[PORT] & 0xff) << 8 | frame[PORT + 1] & 0xff));
            }
            port.burst.release();
        }
        assertThat(seen).hasSize(received);
        return received;
    }

    @ParameterizedTest
    @EnumSource(TapProfile.class)
    void whatWaitsInAQueueThatIsConfiguredAwayGoesToTheOther(TapProfile profile) throws Exception {
        try (TapLink port =
                new TapLink(profile.syscalls(), profile.config().withQueues(2).withRingSize(32))) {
            inject(port);
            port.rtap.configure(1, 1);
            assertThat(receive(port, port.queue, FLOWS)).isEqualTo(FLOWS);
            assertThat(port.rtap.statistics().missed()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(TapProfile.class)
    void whatWaitsInTheLastQueueIsCounted(TapProfile profile) throws Exception {
        try (TapLink port = new TapLink(profile.syscalls(), profile.config().withRingSize(32))) {
            inject(port);
            port.queue.close();
            assertThat(port.rtap.statistics().missed()).isEqualTo(FLOWS);
            port.rtap.resetStatistics();
            assertThat(port.rtap.statistics().missed()).isZero();
        }
    }

    /** Some have been read already, others are lent to a read that is under way. */
    @ParameterizedTest
    @EnumSource(TapProfile.class)
    void whatHasBeenReadAndNotReceivedIsCounted(TapProfile profile) throws Exception {
        try (TapLink port = new TapLink(profile.syscalls(), profile.config().withRingSize(32))) {
            inject(port);
            int received = receive(port, port.queue, 3);
            port.queue.close();
            assertThat(received + port.rtap.statistics().missed()).isEqualTo(FLOWS);
        }
    }

    /** Without the right to send through packet(7), what waits is counted, and not handed over. */
    @ParameterizedTest
    @EnumSource(TapProfile.class)
    void whatCannotBeHandedOverIsCounted(TapProfile profile) throws Exception {
        Syscalls sys = new DelegatingSyscalls(profile.syscalls()) {
            @Override
            public int socket(int domain, int type, int protocol) {
                return domain == 17 ? -Errno.EPERM : super.socket(domain, type, protocol);
            }
        };
        try (TapLink port = new TapLink(sys, profile.config().withQueues(2).withRingSize(32))) {
            inject(port);
            port.rtap.configure(1, 1);
            long missed = port.rtap.statistics().missed();
            assertThat(missed).isPositive();
            assertThat(receive(port, port.queue, FLOWS - (int) missed)).isEqualTo(FLOWS - missed);
        }
    }

    /** Another opener of the name, who has asked to share it, gets its share until it is detached. */
    @ParameterizedTest
    @EnumSource(TapProfile.class)
    void whatASecondOpenerGetsGoesToTheFirst(TapProfile profile) throws Exception {
        Syscalls sys = profile.syscalls();
        try (TapLink port = new TapLink(sys, profile.config().withRingSize(128));
                TapQueue second =
                        TapQueue.open(sys, new TapRequest(port.rtap.name(), TunMode.TAP, port.rtap.hasNapi()));
                DeviceSocket device = DeviceSocket.open(sys, second, null)) {
            inject(port);
            Strays strays = new Strays(sys, device);
            strays.retire(second);
            assertThat(receive(port, port.queue, FLOWS)).isEqualTo(FLOWS);
            assertThat(strays.lost()).isZero();
        }
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
    @EnumSource(TapProfile.class)
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
            for (int flow = 0; flow < FLOWS; flow++) {
                wire.inject(datagram(flow));
            }
            rtap.configure(1, 1);
            assertThat(sys.sent).hasPositiveValue();
            assertThat(sys.sentMeanwhile).hasValue(0);
            rtap.openQueues().forEach(QueuePair::close);
            for (Thread owner : owners) {
                owner.join();
            }
            assertThat(rtap.statistics().missed()).isEqualTo(FLOWS);
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
