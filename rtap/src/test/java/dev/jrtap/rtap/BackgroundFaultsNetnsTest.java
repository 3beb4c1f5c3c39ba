// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.FaultySyscalls;
import dev.jrtap.fixtures.Resources;
import dev.jrtap.netlink.LinkEvent;
import dev.jrtap.netlink.LinkListener;
import dev.jrtap.netlink.LinkMonitor;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.SockAddr;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Threads that a control call has started for later, with each of their system calls made to fail. */
@Timeout(120)
class BackgroundFaultsNetnsTest {

    private static final int[] ERRNOS = {
        Errno.EPERM, Errno.EBUSY, Errno.EINVAL, Errno.ENODEV, Errno.ENOMEM, Errno.EMFILE, Errno.ENOBUFS, Errno.EINTR
    };
    private static final SockAddr ADDRESS = SockAddr.ofUnixAbstract("jrtap-background");

    /** Not to fill the output with what they say of their faults. */
    private static final Logger SERVER_LOG = Logger.getLogger(QueueServer.class.getName());

    private static final Logger MONITOR_LOG = Logger.getLogger(LinkMonitor.class.getName());

    private final FaultySyscalls faulty = new FaultySyscalls(Syscalls.libc());

    @BeforeEach
    void beQuiet() {
        SERVER_LOG.setLevel(Level.OFF);
        MONITOR_LOG.setLevel(Level.OFF);
    }

    @AfterEach
    void beHeardAgain() {
        SERVER_LOG.setLevel(null);
        MONITOR_LOG.setLevel(null);
    }

    /** A borrower that asks meanwhile is served or gets an error, and the next one is served. */
    @ParameterizedTest
    @EnumSource(names = {"NAPI_MULTISHOT", "PLAIN_ONE_SHOT"})
    void aServerOutlivesEveryFault(TapProfile profile) throws Exception {
        Syscalls sys = profile.syscalls(faulty);
        RtapConfig config = profile.config().withRingSize(16);
        faulty.only(thread -> thread.getName().equals("rtap-queue-server"));
        Resources before = Resources.now();
        try (Rtap rtap = Rtap.open(sys, config.withQueues(2));
                QueueServer server = QueueServer.open(rtap, ADDRESS, ControlDevices.US)) {
            boolean reached = true;
            int step = 1;
            for (; reached; step++) {
                for (int errno : ERRNOS) {
                    faulty.failAt(step, errno);
                    tryToBorrow(config);
                    reached = !faulty.failed().isEmpty();
                    faulty.failAt(0, 0);
                    borrow(config, step + ", " + Errno.name(errno));
                }
            }
            // To accept, to ask who it is, to read, to open a queue, to send.
            assertThat(step).isGreaterThan(8);
            assertThat(server.toString()).doesNotContain("closed");
        }
        Resources.assertNothingSince(before);
    }

    private static void tryToBorrow(RtapConfig config) {
        try {
            SharedQueue.borrow(ADDRESS, 1, config).close();
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("queue 1");
        }
    }

    /** A queue comes back a moment after it was closed. */
    private static void borrow(RtapConfig config, String what) throws Exception {
        long end = System.nanoTime() + 5_000_000_000L;
        while (true) {
            try {
                SharedQueue.borrow(ADDRESS, 1, config).close();
                return;
            } catch (IOException e) {
                assertThat(System.nanoTime()).as(what + ": " + e).isLessThan(end);
                Thread.sleep(1);
            }
        }
    }

    /** Either it tells what happens, or it ends, and says so; it leaves nothing behind. */
    @ParameterizedTest
    @EnumSource(names = {"NAPI_MULTISHOT", "PLAIN_ONE_SHOT"})
    void aMonitorTellsOrEnds(TapProfile profile) throws Exception {
        Syscalls sys = profile.syscalls(faulty);
        faulty.only(thread -> thread.getName().startsWith("link-monitor-"));
        BlockingQueue<LinkEvent> events = new LinkedBlockingQueue<>();
        List<IOException> failures = new ArrayList<>();
        LinkListener listener = new LinkListener() {
            @Override
            public void onChange(LinkEvent event) {
                events.add(event);
            }

            @Override
            public void onFailure(IOException e) {
                failures.add(e);
            }
        };
        try (Rtap rtap = Rtap.open(sys, profile.config())) {
            Resources before = Resources.now();
            for (int step = 1; step <= 4; step++) {
                for (int errno : ERRNOS) {
                    faulty.failAt(step, errno);
                    LinkMonitor monitor = rtap.watch(listener);
                    int mtu = 1000 + 10 * step + errno % 10;
                    rtap.control().setMtu(mtu);
                    LinkEvent event = null;
                    while (event == null && monitor.isOpen()) {
                        event = events.poll(1, TimeUnit.MILLISECONDS);
                    }
                    String what = "step " + step + ", " + faulty.failed() + ", " + Errno.name(errno);
                    assertThat(event != null || errno != Errno.EINTR).as(what).isTrue();
                    monitor.close();
                    assertThat(event != null || failures.size() == 1).as(what).isTrue();
                    faulty.failAt(0, 0);
                    failures.clear();
                    events.clear();
                    rtap.control().setMtu(1500);
                    Resources.assertNothingSince(before, what);
                }
            }
        }
    }
}
