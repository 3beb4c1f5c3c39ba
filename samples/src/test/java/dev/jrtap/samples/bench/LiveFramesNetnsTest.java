// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bpf.BpfCapabilities;
import dev.jrtap.bpf.BpfFeature;
import dev.jrtap.fixtures.Ebpf;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.TunDevice;
import dev.jrtap.net.EthernetFrame;
import dev.jrtap.net.Ipv4Packet;
import dev.jrtap.rtap.Burst;
import dev.jrtap.rtap.PacketPool;
import dev.jrtap.rtap.QueuePair;
import dev.jrtap.rtap.Rtap;
import dev.jrtap.rtap.RtapConfig;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The generator of the comparisons. */
@Timeout(60)
class LiveFramesNetnsTest {

    private static final int ENOUGH = 3000;

    @ParameterizedTest
    @ValueSource(ints = {64, 1514})
    void everyFrameIsWholeAndNoneComesAfterTheEnd(int bytes) throws Exception {
        Ebpf.require();
        TunDevice.require();
        Feature.require(
                "live frames",
                BpfCapabilities.probe().features().contains(BpfFeature.LIVE_FRAMES),
                "Linux 5.18 or newer is needed");
        try (PacketPool pool = PacketPool.forMtu(256, 1500);
                Rtap rtap = Rtap.open(RtapConfig.named("flooded%d"))) {
            QueuePair queue = rtap.openQueue(0, pool);
            Burst burst = new Burst(pool, 64);
            rtap.up();
            LiveFrames frames = new LiveFrames(rtap.ifIndex(), bytes);
            int[] received = {0};
            long sent = frames.floodUntil(() -> {
                while (received[0] < ENOUGH) {
                    received[0] += receive(queue, burst, bytes);
                }
                return null;
            });
            received[0] += receiveAll(queue, burst, bytes);
            assertThat(sent).isGreaterThanOrEqualTo(received[0]);
            queue.rx().await(100_000_000);
            assertThat(receiveAll(queue, burst, bytes)).isZero();
        }
    }

    private static int receiveAll(QueuePair queue, Burst burst, int bytes) {
        int frames = 0;
        while (queue.rx().await(0)) {
            frames += receive(queue, burst, bytes);
        }
        return frames;
    }

    /** Receives, and counts the frames of the generator among those of the kernel. */
    private static int receive(QueuePair queue, Burst burst, int bytes) {
        int frames = 0;
        EthernetFrame ethernet = new EthernetFrame();
        Ipv4Packet ip = new Ipv4Packet();
        queue.rx().receive(burst);
        for (int i = 0; i < burst.size(); i++) {
            ethernet.wrap(burst.memory(), burst.offset(i), burst.length(i));
            if (ethernet.source() == 0x02_00_00_00_00_02L) {
                assertThat(burst.length(i)).isEqualTo(bytes);
                ip.wrap(burst.memory(), ethernet.payloadOffset(), ethernet.payloadLength());
                assertThat(ip.isComplete()).isTrue();
                assertThat(ip.hasValidChecksum()).isTrue();
                frames++;
            }
        }
        burst.release();
        return frames;
    }
}
