// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.Stress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two senders that nothing holds back, four queues steered by flow, and a reader that sleeps every other while: what is
 * received and what is counted as missed add up to what was sent, in order within each flow and undamaged. In slots of
 * 128 bytes, packets have one to eleven.
 *
 * <p>{@code -Djrtap.stress=50} makes it 10 million packets, and each while a second.
 */
@Timeout(3600)
class MappedSoakNetnsTest {

    private static final int QUEUES = 4;
    private static final int FLOWS = 64;
    private static final int SENDERS = 2;
    private static final int HEADERS = 42;
    private static final int LONGEST = 1400;
    private static final long WHILE_NANOS = Stress.times(20_000_000);

    private final int packets = Stress.times(200_000) / SENDERS;
    private final int[] next = new int[SENDERS * FLOWS];
    private final ByteBuffer frame = ByteBuffer.allocate(2048);
    private final Segments segments = new Segments();
    private long received;

    @ParameterizedTest
    @ValueSource(ints = {2048, 128})
    void everyPacketIsReceivedOrCounted(int slotSize) throws Exception {
        TapProfile profile = TapProfile.PLAIN_MAPPED;
        RtapConfig config =
                profile.config().withQueues(QUEUES).withRingSize(256).withSteering(Steering.byFlow());
        try (TapLink link =
                new TapLink(profile.syscalls(), config, PacketPool.create(profile.syscalls(), 4096, slotSize))) {
            for (QueuePair pair : link.pairs) {
                pair.rx().await(0);
            }
            link.rtap.resetStatistics();
            List<FutureTask<Void>> senders = new ArrayList<>();
            for (int i = 0; i < SENDERS; i++) {
                int sender = i;
                FutureTask<Void> task = new FutureTask<>(() -> send(link.rtap.ifIndex(), sender));
                senders.add(task);
                new Thread(task).start();
            }
            Burst burst = new Burst(link.pool, 64);
            while (!senders.stream().allMatch(FutureTask::isDone)) {
                readAWhile(link, burst);
            }
            while (readAll(link, burst) > 0) {
                // What is left.
            }
            for (FutureTask<Void> sender : senders) {
                sender.get();
            }
            assertThat(received + link.rtap.statistics().missed()).isEqualTo((long) packets * SENDERS);
            assertThat(received).isGreaterThan(packets / 100);
        }
    }

    /** Every other time it is the reader that waits, and packets that find no slot. */
    private void readAWhile(TapLink link, Burst burst) throws InterruptedException {
        long end = System.nanoTime() + WHILE_NANOS;
        while (System.nanoTime() < end) {
            readAll(link, burst);
        }
        Thread.sleep(WHILE_NANOS / 1_000_000);
    }

    private int readAll(TapLink link, Burst burst) {
        int all = 0;
        for (QueuePair pair : link.pairs) {
            int count = pair.rx().receive(burst);
            for (int i = 0; i < count; i++) {
                check(burst, i);
            }
            burst.release();
            all += count;
        }
        received += all;
        return all;
    }

    /** Flow and number say what else is in a packet. */
    private void check(Burst burst, int i) {
        ByteBuffer bytes = bytes(burst, i);
        int flow = bytes.getInt(HEADERS);
        int number = bytes.getInt(HEADERS + 4);
        if (flow < 0 || flow >= next.length || number < next[flow]) {
            throw new AssertionError("flow " + flow + ": packet " + number + " after packet " + (next[flow] - 1));
        }
        next[flow] = number + 1;
        int length = length(flow, number);
        assertThat(bytes.position()).isEqualTo(length);
        for (int k = HEADERS + 8; k + 8 <= length; k += 8) {
            if (bytes.getLong(k) != word(flow, number, k)) {
                throw new AssertionError("flow " + flow + ", packet " + number + " is damaged at " + k);
            }
        }
    }

    /** Returns the bytes of all segments, in a buffer that the next packet uses again; its position is their end. */
    private ByteBuffer bytes(Burst burst, int i) {
        frame.clear();
        for (segments.of(burst, i); segments.next(); ) {
            int length = segments.length();
            burst.memory().getBytes(segments.offset(), frame.array(), frame.position(), length);
            frame.position(frame.position() + length);
        }
        return frame;
    }

    private static int length(int flow, int number) {
        return HEADERS + 8 + (flow * 31 + number * 7) % 16 * (number % 64 == 0 ? 84 : 4);
    }

    private static long word(int flow, int number, int at) {
        return ((long) flow << 32 | number) * 0x9e3779b97f4a7c15L + at;
    }

    private Void send(int ifIndex, int sender) throws Exception {
        byte[][] templates = new byte[FLOWS][];
        for (int flow = 0; flow < FLOWS; flow++) {
            templates[flow] = SteeredFrame.of(Frames.Kind.UDP4, sender * FLOWS + flow, LONGEST)
                    .bytes();
        }
        try (Wire wire = Wire.open(ifIndex)) {
            for (int i = 0; i < packets; i++) {
                int flow = sender * FLOWS + i % FLOWS;
                int number = i / FLOWS;
                byte[] frame = new byte[length(flow, number)];
                System.arraycopy(templates[i % FLOWS], 0, frame, 0, HEADERS);
                ByteBuffer bytes = ByteBuffer.wrap(frame).putInt(HEADERS, flow).putInt(HEADERS + 4, number);
                for (int k = HEADERS + 8; k + 8 <= frame.length; k += 8) {
                    bytes.putLong(k, word(flow, number, k));
                }
                wire.inject(frame);
            }
        }
        return null;
    }
}
