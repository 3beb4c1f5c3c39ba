// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.DelegatingSyscalls;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TapQueue;
import dev.jrtap.tuntap.TapRequest;
import dev.jrtap.tuntap.TunMode;
import java.util.HashSet;
import java.util.Set;
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
}
