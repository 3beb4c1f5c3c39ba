// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.net.EthernetFrame;
import dev.jrtap.net.IcmpMessage;
import dev.jrtap.net.Ipv4Packet;

/** Answers the echo requests of one queue pair, whatever address they are for, and signs each answer. */
final class EchoLoop implements Runnable {

    private static final int BURST = 32;
    private static final long SECOND = 1_000_000_000L;

    private final QueuePair pair;
    private final int signature;
    private final Burst in;
    private final Burst out;
    private final EthernetFrame ethernet = new EthernetFrame();
    private final Ipv4Packet ipv4 = new Ipv4Packet();
    private final IcmpMessage icmp = new IcmpMessage();

    /** {@code signature} is put into the first byte of the data. */
    EchoLoop(QueuePair pair, PacketPool pool, int signature) {
        this.pair = pair;
        this.signature = signature;
        this.in = new Burst(pool, BURST);
        this.out = new Burst(pool, BURST);
    }

    @Override
    public void run() {
        while (pair.isOpen()) {
            pair.rx().await(SECOND);
            int received = pair.rx().receive(in);
            for (int i = 0; i < received; i++) {
                if (answer(i)) {
                    out.take(in, i);
                }
            }
            in.release();
            if (pair.isOpen()) {
                pair.tx().send(out);
            }
            out.release();
        }
    }

    private boolean answer(int i) {
        ethernet.wrap(in.memory(), in.offset(i), in.length(i));
        if (!ethernet.isComplete() || ethernet.type() != EthernetFrame.IPV4) {
            return false;
        }
        ipv4.wrap(ethernet.memory(), ethernet.payloadOffset(), ethernet.payloadLength());
        if (!ipv4.isComplete() || ipv4.protocol() != Ipv4Packet.ICMP) {
            return false;
        }
        icmp.wrap(ipv4.memory(), ipv4.payloadOffset(), ipv4.payloadLength());
        if (!icmp.isComplete() || icmp.type() != IcmpMessage.ECHO_REQUEST) {
            return false;
        }
        ethernet.swapAddresses();
        ipv4.swapAddresses();
        ethernet.memory().putI8(ipv4.payloadOffset() + IcmpMessage.HEADER_LENGTH, signature);
        icmp.type(IcmpMessage.ECHO_REPLY).updateChecksum();
        return true;
    }
}
