// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/** Makes random control calls beside the driving threads. */
final class ModelControl implements Runnable {

    private final Episode episode;
    private final Rtap rtap;
    private final Random random;

    ModelControl(Episode episode, long seed) {
        this.episode = episode;
        this.rtap = episode.rtap;
        this.random = new Random(seed);
    }

    @Override
    public void run() {
        try {
            while (episode.phase == Episode.Phase.RUN) {
                step();
                episode.ledger.steps.increment();
                LockSupport.parkNanos(random.nextInt(1_000_000));
            }
        } catch (IllegalStateException e) {
            if (!episode.closing || !String.valueOf(e.getMessage()).contains("closed")) {
                episode.ledger.fail(new AssertionError("control", e));
            }
        } catch (Throwable e) {
            episode.ledger.fail(new AssertionError("control", e));
        }
    }

    private void step() throws Exception {
        switch (random.nextInt(32)) {
            case 0, 1 -> configure();
            case 2 -> closeOne();
            case 3 -> flap();
            case 4, 5, 6, 7 -> setMtu();
            case 8 -> rtap.watch(event -> {}).close();
            case 9 -> assertThat(rtap.info().queues()).isBetween(1, Episode.QUEUES);
            case 10 -> rtap.control().setPromiscuous(random.nextBoolean());
            case 11 -> assertThat(rtap.isGone()).isFalse();
            case 12 -> assertThat(rtap.extendedStatistics()).containsKey("rx_missed_errors");
            case 13, 14, 15, 16 -> anyPair().forEach(QueuePair::wake);
            default -> assertThat(rtap.statistics().missed()).isNotNegative();
        }
    }

    private void configure() throws Exception {
        int queues = 1 + random.nextInt(Episode.QUEUES);
        episode.retire(() -> rtap.configure(queues, queues));
    }

    private void closeOne() throws Exception {
        episode.retire(() -> anyPair().forEach(QueuePair::close));
    }

    private List<QueuePair> anyPair() {
        List<QueuePair> open = rtap.queuePairs().open();
        return open.isEmpty() ? List.of() : List.of(open.get(random.nextInt(open.size())));
    }

    /** Down, and up again: what waits meanwhile stays, and what is sent is refused and counted. */
    private void flap() throws Exception {
        // Not while somebody injects: where that finds the queue just stopped, dev_direct_xmit answers ENOBUFS, as for
        // a full one, and counts nothing (6 of 8 million, Linux 6.18).
        episode.stop(rtap::down);
        LockSupport.parkNanos(random.nextInt(300_000));
        rtap.up();
    }

    private void setMtu() throws IOException {
        int mtu = Episode.LEAST_MTU + random.nextInt(Episode.MOST_MTU - Episode.LEAST_MTU + 1);
        try {
            rtap.control().setMtu(mtu);
            episode.mtu = mtu;
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageContaining("it receives frames of");
        }
    }
}
