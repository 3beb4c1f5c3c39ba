// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.net.EthernetFrame;
import dev.jrtap.rtap.Burst;
import dev.jrtap.rtap.PacketPool;
import dev.jrtap.rtap.QueuePair;
import dev.jrtap.rtap.Rtap;
import dev.jrtap.rtap.RtapConfig;
import java.io.IOException;

/** The example of the README: prints the first frames that the kernel sends on a new device. Needs CAP_NET_ADMIN. */
public final class FirstFrames {

    private static final long TWO_SECONDS = 2_000_000_000L;

    private FirstFrames() {}

    public static void main(String[] args) throws IOException {
        // Memory for 1024 packets of up to 1500 bytes, and an interface that the kernel numbers: rtap0.
        try (PacketPool pool = PacketPool.forMtu(1024, 1500);
                Rtap rtap = Rtap.open(RtapConfig.named("rtap%d"))) {
            QueuePair queue = rtap.openQueue(0, pool);
            Burst burst = new Burst(pool, 64); // up to 64 packets at a time
            EthernetFrame frame = new EthernetFrame(); // a view, wrapped around one packet after another
            rtap.up();
            while (queue.rx().await(TWO_SECONDS)) {
                queue.rx().receive(burst);
                for (int i = 0; i < burst.size(); i++) {
                    System.out.println(frame.wrap(burst.memory(), burst.offset(i), burst.length(i)));
                }
                burst.release(); // or change them and hand them to queue.tx().send(burst)
            }
        }
    }
}
