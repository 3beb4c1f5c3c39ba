// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;

/** One datagram of each of many flows: the kernel spreads flows over the queues of a device. */
final class Flows {

    static final int COUNT = 64;

    private static final int PORT = 34;

    private Flows() {}

    static byte[] datagram(int flow) {
        byte[] frame = Frames.of(Frames.Kind.UDP4, 0, 0, new byte[20], 0);
        frame[PORT] = (byte) (flow >> 8);
        frame[PORT + 1] = (byte) flow;
        return frame;
    }

    /** Lets a packet of each flow come. */
    static void inject(TapLink port) {
        for (int flow = 0; flow < COUNT; flow++) {
            port.wire.inject(datagram(flow));
        }
    }

    /** Receives until as many flows have come, and returns how often a packet has come. */
    static int receive(TapLink port, QueuePair pair, int expected) {
        Set<Integer> seen = new HashSet<>();
        int received = 0;
        while (received < expected && pair.rx().await(5_000_000_000L)) {
            received += pair.rx().receive(port.burst);
            if (port.burst.size() == 1) {
                byte[] frame = Frames.bytes(port.burst, 0);
                int flow = (frame[PORT] & 0xff) << 8 | frame[PORT + 1] & 0xff;
                seen.add(flow);
                assertThat(frame).isEqualTo(datagram(flow));
            }
            port.burst.release();
        }
        assertThat(seen).hasSize(received);
        return received;
    }
}
