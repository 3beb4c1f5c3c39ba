// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Resources;
import dev.jrtap.fixtures.Stress;
import dev.jrtap.netlink.LinkEvent;
import dev.jrtap.netlink.LinkEvent.Kind;
import dev.jrtap.netlink.LinkMonitor;
import dev.jrtap.netlink.Links;
import dev.jrtap.netlink.RouteSocket;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;

@Timeout(120)
class LinkEventsNetnsTest {

    private static final long AT_ONCE_NANOS = 100_000_000L;

    /** Keeps the failures of a listener that must fail out of the output. */
    private static final Logger LOG = Logger.getLogger(LinkMonitor.class.getName());

    private final BlockingQueue<LinkEvent> events = new LinkedBlockingQueue<>();

    private LinkEvent next() throws InterruptedException {
        LinkEvent event = events.poll(10, TimeUnit.SECONDS);
        assertThat(event).as("an event within ten seconds").isNotNull();
        return event;
    }

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void tellsWhatOthersDo(TapProfile profile) throws Exception {
        try (Rtap rtap = Rtap.open(profile.syscalls(), profile.config());
                PacketPool pool = PacketPool.forMtu(64, 1500)) {
            rtap.openQueue(0, pool).close();
            LinkMonitor monitor = rtap.watch(events::add);
            Shell.run("ip", "link", "set", rtap.name(), "mtu", "1400");
            assertThat(next())
                    .extracting(LinkEvent::kind, event -> event.now().mtu())
                    .containsExactly(Kind.MTU, 1400);
            Shell.run("ip", "link", "set", rtap.name(), "address", "02:00:00:00:00:08");
            assertThat(next())
                    .extracting(LinkEvent::kind, event -> event.now().macAddress())
                    .containsExactly(Kind.MAC_ADDRESS, 0x020000000008L);
            Shell.run("ip", "link", "set", rtap.name(), "name", "told0");
            assertThat(next())
                    .extracting(
                            LinkEvent::kind,
                            event -> event.before().name(),
                            event -> event.now().name())
                    .containsExactly(Kind.RENAMED, rtap.name(), "told0");
            Shell.run("ip", "link", "delete", "told0");
            assertThat(next().kind()).isEqualTo(Kind.REMOVED);
            assertThat(events.poll(50, TimeUnit.MILLISECONDS)).isNull();
            monitor.close();
        }
    }

    /** Ten times up and down by somebody else; most are told within 100 ms, whatever else the machine does. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void tellsAtOnce(TapProfile profile) throws Exception {
        try (TapLink port = new TapLink(profile);
                RouteSocket somebody = RouteSocket.open(Syscalls.libc())) {
            port.rtap.watch(events::add);
            List<Long> nanos = new ArrayList<>();
            for (int round = 0; round < 10; round++) {
                long start = System.nanoTime();
                new Links(somebody).down(port.rtap.ifIndex());
                assertThat(next().kind()).isEqualTo(Kind.DOWN);
                nanos.add(System.nanoTime() - start);
                start = System.nanoTime();
                new Links(somebody).up(port.rtap.ifIndex());
                assertThat(next().kind()).isEqualTo(Kind.UP);
                nanos.add(System.nanoTime() - start);
            }
            nanos.sort(null);
            assertThat(nanos.get(nanos.size() / 2)).isLessThan(AT_ONCE_NANOS);
        }
    }

    /** Every other change as well, each several times. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void tellsEveryKindOfChangeAtOnce(TapProfile profile) throws Exception {
        Syscalls sys = profile.syscalls();
        Map<Kind, List<Long>> nanos = new EnumMap<>(Kind.class);
        try (RouteSocket somebody = RouteSocket.open(Syscalls.libc())) {
            Links links = new Links(somebody);
            for (int round = 0; round < 3; round++) {
                try (Rtap rtap = Rtap.open(sys, profile.config())) {
                    rtap.watch(events::add);
                    int ifIndex = rtap.ifIndex();
                    String name = "at-once" + round;
                    time(nanos, Kind.MTU, () -> links.setMtu(ifIndex, 1400));
                    time(nanos, Kind.MAC_ADDRESS, () -> links.setMacAddress(ifIndex, 0x020000000055L));
                    time(nanos, Kind.RENAMED, () -> links.rename(ifIndex, name));
                    time(nanos, Kind.REMOVED, () -> links.delete(ifIndex));
                }
            }
        }
        assertThat(nanos).hasSize(4).allSatisfy((kind, times) -> {
            times.sort(null);
            assertThat(times.get(times.size() / 2)).as(kind.name()).isLessThan(AT_ONCE_NANOS);
        });
    }

    /** What somebody else does to the interface. */
    private interface Change {
        void make() throws IOException;
    }

    private void time(Map<Kind, List<Long>> nanos, Kind kind, Change change) throws Exception {
        long start = System.nanoTime();
        change.make();
        assertThat(next().kind()).isEqualTo(kind);
        nanos.computeIfAbsent(kind, each -> new ArrayList<>()).add(System.nanoTime() - start);
    }

    /**
     * A listener that hangs while the kernel has more to say than it keeps: afterwards it knows the last state all the
     * same.
     */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void resynchronizesAfterAnOverrun(TapProfile profile) throws Exception {
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch goesOn = new CountDownLatch(1);
        try (Rtap rtap = Rtap.open(profile.syscalls(), profile.config())) {
            LinkMonitor monitor = rtap.watch(event -> {
                events.add(event);
                hangs.countDown();
                awaitUninterruptibly(goesOn);
            });
            rtap.control().setMtu(1000);
            hangs.await();
            int mtu = 1000;
            // Far more than a socket's receive buffer holds.
            for (int i = 0; i < 2000; i++) {
                mtu = 1000 + i % 400;
                rtap.control().setMtu(mtu);
            }
            mtu = 1499;
            rtap.control().setMtu(mtu);
            goesOn.countDown();
            LinkEvent last = next();
            while (last.now().mtu() != mtu) {
                last = next();
            }
            assertThat(monitor.overruns()).isPositive();
            // And it still listens.
            rtap.control().setMtu(1300);
            assertThat(next().now().mtu()).isEqualTo(1300);
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void watchesOnlyWhenAsked(TapProfile profile) throws Exception {
        Syscalls sys = profile.syscalls();
        long before = monitors();
        Resources resources = Resources.now();
        try (Rtap rtap = Rtap.open(sys, profile.config())) {
            assertThat(monitors()).isEqualTo(before);
            rtap.watch(events::add);
            LinkMonitor closed = rtap.watch(events::add);
            assertThat(monitors()).isEqualTo(before + 2);
            closed.close();
            assertThat(monitors()).isEqualTo(before + 1);
        }
        assertThat(monitors()).isEqualTo(before);
        Resources.assertNothingSince(resources);
    }

    private static long monitors() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("link-monitor-"))
                .count();
    }

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void aListenerMayCloseItsMonitorOrFail(TapProfile profile) throws IOException, InterruptedException {
        try (Rtap rtap = Rtap.open(profile.syscalls(), profile.config())) {
            LOG.setLevel(Level.OFF);
            LinkMonitor[] own = new LinkMonitor[1];
            rtap.watch(event -> {
                events.add(event);
                throw new IllegalStateException("a listener that fails");
            });
            own[0] = rtap.watch(event -> own[0].close());
            rtap.control().setMtu(1400);
            assertThat(next().kind()).isEqualTo(Kind.MTU);
            rtap.control().setMtu(1401);
            assertThat(next().now().mtu()).isEqualTo(1401);
            while (own[0].isOpen()) {
                Stress.spin();
            }
        }
    }
}
