// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Stress;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.NetworkNamespace;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TunMode;
import dev.jrtap.tuntap.TunOffload;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Datagrams of both directions through a forwarder, sent many as one (UDP_SEGMENT): those that arrive are whole and in
 * order, and of those that do not somebody has counted the loss.
 */
@Timeout(300)
class NumberedDatagramsNetnsTest {

    private static final int DATAGRAMS = Stress.times(100_000);
    private static final int BYTES = 1200;
    private static final int TOGETHER = 40;

    /** On their way at a time: the queues of the devices hold more. */
    private static final int WINDOW = 240;

    private static final int PORT = 5002;

    /** Without one that arrives, until those that are counted as lost are given up. */
    private static final long PAUSE_NANOS = 100_000_000L;

    private static final long PATIENCE_NANOS = 30_000_000_000L;

    static Stream<ForwarderNetnsTest.Combination> combinations() {
        return Stream.of(ForwarderNetnsTest.Combination.values()).filter(each -> each.device == TunMode.TUN);
    }

    @ParameterizedTest
    @MethodSource("combinations")
    void arriveInOrderOrAreCounted(ForwarderNetnsTest.Combination combination) throws Exception {
        ForwarderNetnsTest.requireTools();
        try (TwoHosts hosts = combination.connect();
                Direction there = new Direction(hosts, combination, 0);
                Direction back = new Direction(hosts, combination, 1)) {
            long moved = System.nanoTime();
            while (!(there.isDone() && back.isDone()) && System.nanoTime() - moved < PATIENCE_NANOS) {
                if (there.move() + back.move() > 0) {
                    moved = System.nanoTime();
                } else if (System.nanoTime() - moved > PAUSE_NANOS
                        && there.lost() + back.lost() <= counted(hosts) * TOGETHER) {
                    if (there.isSent() && back.isSent()) {
                        break;
                    }
                    there.writeOff();
                    back.writeOff();
                }
            }
            long lost = there.lost() + back.lost();
            long counted = counted(hosts);
            System.out.println(combination + ": " + there + ", " + back + "; dropped by the devices' queues or the"
                    + " forwarder: " + counted);
            // What is dropped may be many in one, or something else.
            assertThat(lost).isBetween(0L, counted * TOGETHER);
            assertThat(there.sent + back.sent).isEqualTo(2L * DATAGRAMS);
            if (combination.works.isEmpty() && hosts.offloads(0).contains(TunOffload.USO)) {
                assertThat(hosts.forwarder().forwarded())
                        .as("packets, of many datagrams each")
                        .isLessThan(2L * DATAGRAMS / (TOGETHER / 4));
            }
        }
    }

    private static long counted(TwoHosts hosts) throws IOException {
        return hosts.missed() + hosts.forwarder().dropped();
    }

    /** One sender and one receiver. */
    private static final class Direction implements AutoCloseable {

        private final int from;
        private final boolean isCutWithoutHelp;
        private final DatagramSocket sender;
        private final DatagramSocket receiver;
        private long sent;
        private long received;
        private long writtenOff;
        private long last = -1;

        Direction(TwoHosts hosts, ForwarderNetnsTest.Combination combination, int from) throws IOException {
            this.from = from;
            isCutWithoutHelp = combination.offloads.isEmpty();
            sender = open(hosts, combination, from);
            receiver = open(hosts, combination, 1 - from);
            InetSocketAddress to = new InetSocketAddress(InetAddress.getByName(combination.address(1 - from)), PORT);
            receiver.bind(to);
            sender.connect(to, BYTES);
        }

        private static DatagramSocket open(TwoHosts hosts, ForwarderNetnsTest.Combination combination, int host)
                throws IOException {
            try (NetworkNamespace namespace = NetworkNamespace.open(Syscalls.libc(), hosts.namespace(host))) {
                return namespace.call(() -> new DatagramSocket(combination.ipv6));
            }
        }

        boolean isDone() {
            return isSent() && received == sent;
        }

        boolean isSent() {
            return sent == DATAGRAMS;
        }

        long lost() {
            return sent - received;
        }

        /** What is on its way will not come any more. */
        void writeOff() {
            writtenOff = lost();
        }

        /** Sends if not too many are on their way, and receives what has come; returns how many that were. */
        long move() {
            long before = received;
            if (sent < DATAGRAMS && lost() - writtenOff <= WINDOW - TOGETHER) {
                send();
            }
            while (receiver.receive() == BYTES) {
                check(receiver.buffer());
            }
            return received - before;
        }

        private void send() {
            int count = (int) Math.min(TOGETHER, DATAGRAMS - sent);
            for (int i = 0; i < count; i++) {
                sender.buffer().putI64(i * BYTES, sent + i);
                sender.buffer().putI64((i + 1) * BYTES - Long.BYTES, ~(sent + i));
            }
            long result = sender.send(count * BYTES);
            if (sent == 0 && isCutWithoutHelp) {
                Feature.require(
                        "UDP_SEGMENT without checksum offload",
                        result != -Errno.EIO,
                        "before Linux 6.11 it is EIO where the device leaves checksums to the kernel");
            }
            if (result != -Errno.EAGAIN) {
                assertThat(result).isEqualTo((long) count * BYTES);
                sent += count;
            }
        }

        private void check(Memory datagram) {
            long number = datagram.getI64(0);
            assertThat(datagram.getI64(BYTES - Long.BYTES)).isEqualTo(~number);
            assertThat(number).isGreaterThan(last);
            last = number;
            received++;
        }

        @Override
        public void close() {
            sender.close();
            receiver.close();
        }

        @Override
        public String toString() {
            return "from host " + from + " " + sent + " sent, " + lost() + " lost";
        }
    }
}
