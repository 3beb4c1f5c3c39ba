// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.net.EthernetFrame;
import dev.jrtap.syscall.Syscalls;

/**
 * A user's loop that receives, touches and answers, in a JVM of its own. Takes how many packets, and whether to call
 * for each what is too big to be inlined.
 */
final class EchoProgram {

    private static final int BURST = 32;

    private EchoProgram() {}

    public static void main(String[] args) throws Exception {
        long packets = Long.parseLong(args[0]);
        boolean planted = Boolean.parseBoolean(args[1]);
        byte[] frame = Frames.experimental(60);
        RtapConfig config = RtapConfig.named("rtap%d").withoutNapi().withRingSize(2 * BURST);
        try (TapLink link = new TapLink(Syscalls.libc(), config)) {
            Burst burst = new Burst(link.pool, BURST);
            EthernetFrame ethernet = new EthernetFrame();
            long echoed = 0;
            while (echoed < packets) {
                for (int i = 0; i < BURST; i++) {
                    link.wire.inject(frame);
                }
                echoed += planted ? plantedEcho(link.queue, burst) : echo(link.queue, burst, ethernet);
            }
        }
    }

    static int echo(QueuePair queue, Burst burst, EthernetFrame ethernet) {
        int received = queue.rx().receive(burst);
        for (int i = 0; i < received; i++) {
            ethernet.wrap(burst.memory(), burst.offset(i), burst.length(i)).swapAddresses();
        }
        queue.tx().send(burst);
        burst.release();
        return received;
    }

    static int plantedEcho(QueuePair queue, Burst burst) {
        int received = queue.rx().receive(burst);
        for (int i = 0; i < received; i++) {
            burst.memory().putI32(burst.offset(i), planted(i));
        }
        queue.tx().send(burst);
        burst.release();
        return received;
    }

    /** More bytecodes than are ever inlined. */
    private static int planted(int number) {
        int x = number;
        x = (x ^ x << 13 ^ x >>> 5 ^ x << 17) + (x >>> 3 ^ 6);
        x = (x ^ x << 13 ^ x >>> 6 ^ x << 17) + (x >>> 3 ^ 7);
        x = (x ^ x << 13 ^ x >>> 7 ^ x << 17) + (x >>> 3 ^ 8);
        x = (x ^ x << 13 ^ x >>> 8 ^ x << 17) + (x >>> 3 ^ 9);
        x = (x ^ x << 13 ^ x >>> 9 ^ x << 17) + (x >>> 3 ^ 10);
        x = (x ^ x << 13 ^ x >>> 10 ^ x << 17) + (x >>> 3 ^ 11);
        x = (x ^ x << 13 ^ x >>> 11 ^ x << 17) + (x >>> 3 ^ 12);
        x = (x ^ x << 13 ^ x >>> 12 ^ x << 17) + (x >>> 3 ^ 13);
        x = (x ^ x << 13 ^ x >>> 13 ^ x << 17) + (x >>> 3 ^ 14);
        x = (x ^ x << 13 ^ x >>> 5 ^ x << 17) + (x >>> 3 ^ 15);
        x = (x ^ x << 13 ^ x >>> 6 ^ x << 17) + (x >>> 3 ^ 16);
        x = (x ^ x << 13 ^ x >>> 7 ^ x << 17) + (x >>> 3 ^ 17);
        x = (x ^ x << 13 ^ x >>> 8 ^ x << 17) + (x >>> 3 ^ 18);
        x = (x ^ x << 13 ^ x >>> 9 ^ x << 17) + (x >>> 3 ^ 19);
        x = (x ^ x << 13 ^ x >>> 10 ^ x << 17) + (x >>> 3 ^ 20);
        x = (x ^ x << 13 ^ x >>> 11 ^ x << 17) + (x >>> 3 ^ 21);
        x = (x ^ x << 13 ^ x >>> 12 ^ x << 17) + (x >>> 3 ^ 22);
        x = (x ^ x << 13 ^ x >>> 13 ^ x << 17) + (x >>> 3 ^ 23);
        return x;
    }
}
