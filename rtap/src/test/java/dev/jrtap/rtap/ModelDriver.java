// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.tuntap.TunMode;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Drives one queue pair by random calls, opens it anew when it has been closed, and keeps account. */
final class ModelDriver implements Runnable {

    private static final AtomicInteger SENDERS = new AtomicInteger();

    private final Episode episode;
    private final Ledger ledger;
    private final TunMode mode;
    private final int index;
    private final Random random;
    private final PacketPool pool;
    private final Burst[] in;
    private final Burst out;
    private final Burst piece;
    private final long[] lastOfFlow = new long[Episode.FLOWS];
    private final long[] stampOfFlow = new long[Episode.FLOWS];

    private QueuePair pair;
    private int sender;
    private long number;
    private long received;
    private long accepted;
    private long sentBefore;
    private volatile long sent;

    ModelDriver(Episode episode, int index, long seed) throws IOException {
        this.episode = episode;
        this.ledger = episode.ledger;
        this.mode = episode.rtap.mode();
        this.index = index;
        this.random = new Random(seed);
        this.pool = episode.newPool(random);
        this.in = new Burst[] {new Burst(pool, 1), new Burst(pool, 7), new Burst(pool, 64)};
        this.out = new Burst(pool, 64);
        this.piece = new Burst(pool, 1);
    }

    @Override
    public void run() {
        try {
            while (episode.phase != Episode.Phase.END && open()) {
                while (episode.phase != Episode.Phase.END && pair.isOpen()) {
                    step();
                    ledger.steps.increment();
                }
                finish();
            }
            pool.close();
        } catch (Throwable e) {
            ledger.fail(new AssertionError("driver of queue " + index, e));
        }
    }

    /** Waits until there is a queue of this index; {@code false} at the end of the episode. */
    private boolean open() throws IOException {
        while (episode.phase != Episode.Phase.END) {
            try {
                if (index < episode.rtap.queues()) {
                    pair = episode.rtap.openQueue(index, pool);
                    sender = SENDERS.incrementAndGet();
                    number = 0;
                    received = 0;
                    accepted = 0;
                    Arrays.fill(lastOfFlow, -1);
                    Arrays.fill(stampOfFlow, Ledger.NO_ORDER);
                    return true;
                }
            } catch (IllegalArgumentException e) {
                // Configured away since it was looked at.
                assertThat(e).hasMessageContaining("queue pairs are");
            } catch (IllegalStateException e) {
                assertThat(e).hasMessageContaining("is closed");
                assertThat(episode.closing).isTrue();
                return false;
            }
            LockSupport.parkNanos(200_000);
        }
        return false;
    }

    private void step() throws Exception {
        if (episode.phase == Episode.Phase.DRAIN) {
            drain();
            return;
        }
        switch (random.nextInt(16)) {
            case 0, 1, 2, 3, 4, 5 -> receive();
            case 6 -> pair.rx().await(random.nextInt(1_000_000));
            case 7, 8, 9 -> send();
            case 10 -> in[random.nextInt(in.length)].release();
            case 11 -> sendBack();
            case 12 -> pair.tx().flush();
            case 13 -> interrupt();
            case 14 -> assertThat(pair.statistics().rxPackets()).isEqualTo(received);
            default -> closeRarely();
        }
    }

    private void drain() {
        for (Burst burst : in) {
            burst.release();
        }
        out.release();
        receive();
        pair.tx().flush();
        sent = sentBefore + pair.statistics().txPackets();
        pair.rx().await(1_000_000);
    }

    /** Packets sent by all pairs that it has driven, as counted when it was last told to drain. */
    long sent() {
        return sent;
    }

    private void receive() {
        Burst burst = in[random.nextInt(in.length)];
        burst.release();
        int count = pair.rx().receive(burst);
        assertThat(burst.size()).isEqualTo(count);
        for (int i = 0; i < count; i++) {
            received++;
            Numbered packet = Numbered.read(mode, Frames.bytes(burst, i));
            assertThat(packet)
                    .as("a packet of %d bytes that nobody has sent", burst.length(i))
                    .isNotNull();
            assertThat(packet.toDevice()).isTrue();
            assertThat(burst.vnet(i).gsoType()).isZero();
            ledger.receive(packet.number());
            checkOrder(packet);
        }
    }

    private void checkOrder(Numbered packet) {
        int flow = packet.sender();
        if (packet.stamp() == stampOfFlow[flow] && ledger.isOrdered(packet.stamp())) {
            assertThat(packet.number())
                    .as("flow %d of queue %d, %d steps, closing: %s", flow, index, ledger.steps.sum(), episode.closing)
                    .isGreaterThan(lastOfFlow[flow]);
        }
        lastOfFlow[flow] = packet.number();
        stampOfFlow[flow] = packet.stamp();
    }

    private void send() {
        int packets = random.nextInt(1 + random.nextInt(out.capacity() - out.size() + 1));
        for (int i = 0; i < packets && add(out); i++) {
            // In sequence.
        }
        hand();
    }

    /** Sends what can be; of the rest all is sent later, in order, or nothing. */
    private void hand() {
        int before = out.size();
        int taken = pair.tx().send(out);
        assertThat(out.size()).isEqualTo(before - taken);
        accepted += taken;
        if (random.nextInt(4) == 0) {
            out.release();
        }
    }

    /** Adds a packet, of one segment or several, with much headroom or none, and now and then one that is refused. */
    private boolean add(Burst burst) {
        int shortest = Numbered.shortest(mode);
        int length = random.nextInt(50) == 0 ? 5 : shortest + random.nextInt(1400 - shortest);
        byte[] bytes = length == 5 ? new byte[5] : Numbered.toKernel(mode, sender, number, length);
        if (!burst.add()) {
            return false;
        }
        int i = burst.size() - 1;
        int before = random.nextInt(3) == 0 ? random.nextInt(65) : 0;
        burst.prepend(i, before);
        int at = Math.min(length, Math.min(pool.room(burst.head(i)), 1 + random.nextInt(1500)));
        burst.length(i, at);
        burst.memory().putBytes(burst.offset(i), bytes, 0, at);
        while (at < length) {
            if (!piece.add()) {
                // What has begun cannot be finished: it is no packet.
                burst.truncate(i);
                return false;
            }
            int part = Math.min(length - at, Math.min(pool.frameCapacity(), 1 + random.nextInt(1500)));
            piece.length(0, part);
            piece.memory().putBytes(piece.offset(0), bytes, at, part);
            burst.chain(i, piece, 0);
            piece.release();
            at += part;
        }
        number++;
        return true;
    }

    /** Makes an answer of each packet in hand, where it is. */
    private void sendBack() {
        Burst from = in[random.nextInt(in.length)];
        for (int i = 0; i < from.size() && out.size() < out.capacity(); i++) {
            int length = from.length(i);
            byte[] start = Numbered.rewritten(mode, sender, number, length);
            if (start.length > from.firstLength(i) || length > 1400) {
                continue;
            }
            number++;
            out.take(from, i);
            out.memory().putBytes(out.offset(out.size() - 1), start, 0, start.length);
        }
        from.release();
        hand();
    }

    private void interrupt() throws IOException {
        if (pair.interrupt().enable()) {
            pair.rx().await(random.nextInt(200_000));
        }
        pair.interrupt().disable();
    }

    private void closeRarely() throws Exception {
        if (random.nextInt(200) == 0) {
            episode.tryRetire(pair::close);
        }
    }

    /** The pair is closed, or the episode is over: nothing of the pool is missing, and the counters tell the truth. */
    private void finish() throws Exception {
        while (pair.isOpen() && !episode.tryRetire(pair::close)) {
            // Somebody else closes a pair, perhaps this one, and waits for its owner.
            LockSupport.parkNanos(100_000);
        }
        // One that was never driven is another thread's to close: this waits for it.
        pair.close();
        for (Burst burst : in) {
            burst.release();
        }
        out.release();
        QueueStatistics statistics = pair.statistics();
        assertThat(statistics.rxPackets())
                .as("packets received by queue %d", index)
                .isEqualTo(received);
        assertThat(statistics.txPackets() + statistics.txErrors())
                .as("packets sent by queue %d", index)
                .isEqualTo(accepted);
        assertThat(pool.available()).as("slots of queue %d", index).isEqualTo(pool.slots());
        assertThat(statistics.rxErrors()).as("errors of queue %d", index).isZero();
        sentBefore += statistics.txPackets();
        ledger.accepted.add(accepted);
        ledger.sent.add(statistics.txPackets());
        ledger.unsent.add(statistics.txErrors());
        sent = sentBefore;
    }
}
