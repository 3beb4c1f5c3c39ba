// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Resources;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Queue pairs that come and go are told, to listeners and to the log. */
@Timeout(60)
class QueueListenerNetnsTest {

    /** Notes what it hears, and then fails. */
    private static final class Failing implements QueueListener {

        final List<String> heard = Collections.synchronizedList(new ArrayList<>());

        private void hear(String what) {
            heard.add(what);
            throw new IllegalArgumentException("wanted by the test");
        }

        @Override
        public void onOpened(QueuePair pair) {
            hear("opened " + pair.index());
        }

        @Override
        public void onClosed(QueuePair pair) {
            hear("closed " + pair.index());
        }

        @Override
        public void onPoolEmpty(int index) {
            hear("empty " + index);
        }
    }

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void openedAndClosedPairsAreTold(TapProfile profile) throws Exception {
        Failing listener = new Failing();
        Failing removed = new Failing();
        try (TapLink link =
                new TapLink(profile.syscalls(), profile.config().withQueues(2).withRingSize(32))) {
            link.rtap.addListener(listener);
            link.rtap.addListener(removed);
            link.rtap.removeListener(removed);
            assertThat(link.rtap.openQueues()).extracting(QueuePair::index).containsExactly(0, 1);
            link.rtap.configure(1, 1);
            assertThat(link.rtap.openQueues()).extracting(QueuePair::index).containsExactly(0);
            link.rtap.configure(3, 3);
            link.rtap.openQueue(2, link.pool);
            assertThat(listener.heard).containsExactly("closed 1", "opened 2");
            exhaust(link);
            assertThat(listener.heard).contains("empty 0").doesNotContain("empty 2");
        }
        assertThat(listener.heard.subList(listener.heard.size() - 2, listener.heard.size()))
                .containsExactlyInAnyOrder("closed 0", "closed 2");
        assertThat(removed.heard).isEmpty();
    }

    /** The pair is nobody's: it is closed again, and its index and its pool are free. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void anErrorOfAListenerLeavesNoPairOpen(TapProfile profile) throws Exception {
        try (TapLink link = new TapLink(profile.syscalls(), profile.config().withRingSize(32));
                PacketPool pool = PacketPool.create(profile.syscalls(), 64, 2048)) {
            link.rtap.configure(2, 2);
            QueueListener failing = new QueueListener() {
                @Override
                public void onOpened(QueuePair pair) {
                    throw new AssertionError("wanted by the test");
                }
            };
            // A pool that programs write to keeps their map.
            link.rtap.openQueue(1, pool).close();
            link.rtap.addListener(failing);
            Resources before = Resources.now();
            assertThatThrownBy(() -> link.rtap.openQueue(1, pool)).hasMessage("wanted by the test");
            Resources.assertNothingSince(before);
            assertThat(link.rtap.openQueues()).containsExactly(link.queue);
            link.rtap.removeListener(failing);
            link.rtap.openQueue(1, pool).close();
        }
    }

    /** Takes all slots, so that the kernel has none for the next packet. */
    private static void exhaust(TapLink link) {
        Burst all = new Burst(link.pool, link.pool.slots());
        while (all.add()) {
            // Until there is none.
        }
        link.wire.inject(Frames.experimental(60));
        link.queue.rx().await(1_000_000);
        all.release();
    }

    @ParameterizedTest
    @EnumSource(names = {"NAPI_ONE_SHOT", "PLAIN_POLL"})
    void theLogHasALineForEachIfItIsOn(TapProfile profile) throws Exception {
        List<String> lines = Collections.synchronizedList(new ArrayList<>());
        Logger log = Logger.getLogger("dev.jrtap.rtap");
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                lines.add(entry.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        handler.setLevel(Level.ALL);
        log.addHandler(handler);
        String name;
        try {
            new TapLink(profile).close();
            assertThat(lines).isEmpty();
            log.setLevel(Level.ALL);
            try (TapLink link = new TapLink(profile)) {
                name = link.rtap.name();
            }
        } finally {
            log.setLevel(null);
            log.removeHandler(handler);
        }
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).startsWith("queue 0 of " + name + " is open: " + profile.mode);
        assertThat(lines.get(1)).startsWith("queue 0 of " + name + " is closed: QueueStatistics[");
    }
}
