// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.net.EthernetFrame;
import java.io.IOException;

/**
 * A user's loops, in a JVM of its own: one that receives, touches and answers, on each device in turn, and one over a
 * ring. Takes how many packets, how many devices, handlers of how many classes, and whether to call for each packet
 * what is too big to be inlined. Goes on until nothing is left to be compiled.
 */
final class EchoProgram {

    /** The exit status if there is always something left. */
    static final int NOT_MEASURABLE = 75;

    private static final int BURST = 32;

    /** Packets within which no method is compiled once all that are hot have been. */
    private static final int QUIET = 500_000;

    private static final int MOST_TRIES = 50;

    private EchoProgram() {}

    /** The end of the process closes what this opens. */
    public static void main(String[] args) throws Exception {
        long packets = Long.parseLong(args[0]);
        Hairpin[] devices = new Hairpin[Integer.parseInt(args[1])];
        for (int i = 0; i < devices.length; i++) {
            devices[i] = new Hairpin(BURST);
        }
        NoOps noOps = new NoOps(Integer.parseInt(args[2]));
        boolean planted = Boolean.parseBoolean(args[3]);
        run(devices, noOps, packets, planted);
        for (int i = 0; i < MOST_TRIES; i++) {
            long worked = Compilers.worked();
            boolean idle = Compilers.areIdle();
            run(devices, noOps, QUIET, planted);
            if (idle && Compilers.areIdle() && Compilers.worked() == worked) {
                System.exit(0);
            }
        }
        System.exit(NOT_MEASURABLE);
    }

    static void run(Hairpin[] devices, NoOps noOps, long packets, boolean planted) throws IOException {
        EthernetFrame ethernet = new EthernetFrame();
        long echoed = 0;
        while (echoed < packets) {
            for (Hairpin device : devices) {
                int received = planted
                        ? plantedEcho(device.queue(), device.burst())
                        : echo(device.queue(), device.burst(), ethernet);
                device.received(received);
                echoed += received;
            }
            noOps.turn();
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
