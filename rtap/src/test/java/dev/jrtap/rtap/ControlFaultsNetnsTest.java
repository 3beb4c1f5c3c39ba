// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.FaultySyscalls;
import dev.jrtap.fixtures.Resources;
import dev.jrtap.netlink.IpPrefix;
import dev.jrtap.netlink.Link;
import dev.jrtap.netlink.LinkMonitor;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.NetworkNamespace;
import dev.jrtap.syscall.SockAddr;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every control call, with each of its system calls made to fail in each of eight ways. Either it has worked in spite of that, or it
 * says the errno, and nothing has changed and nothing is left behind.
 */
@Timeout(120)
class ControlFaultsNetnsTest {

    /** Each kernel has its half of them: half a minute for all would be too much. */
    private static final int[] WITH_NAPI = {Errno.EPERM, Errno.EINVAL, Errno.ENOMEM, Errno.ENOBUFS};

    private static final int[] WITHOUT_NAPI = {Errno.EBUSY, Errno.ENODEV, Errno.EMFILE, Errno.EINTR};
    private static final IpPrefix ADDRESS = IpPrefix.of("10.49.0.1/24");
    private static final SockAddr SOCKET = SockAddr.ofUnixAbstract("jrtap-faults");

    /** A control call; what it opens and returns is closed by the test. */
    private interface Call {
        AutoCloseable make(Rtap rtap, Syscalls sys) throws IOException;
    }

    /** A control call that opens nothing. */
    private interface Change {
        void make(Rtap rtap) throws IOException;
    }

    private final Map<String, Call> calls = new LinkedHashMap<>();
    private NetworkNamespace other;

    private void change(String name, Change change) {
        calls.put(name, (rtap, sys) -> {
            change.make(rtap);
            return () -> {};
        });
    }

    private void list() {
        change("up", Rtap::up);
        change("down", Rtap::down);
        change("link", Rtap::link);
        change("info", Rtap::info);
        change("statistics", Rtap::statistics);
        change("extendedStatistics", Rtap::extendedStatistics);
        change("resetStatistics", Rtap::resetStatistics);
        change("configure", rtap -> rtap.configure(4, 4));
        change("setMtu", rtap -> rtap.control().setMtu(1300));
        change("setMacAddress", rtap -> rtap.control().setMacAddress(0x020000000001L));
        change("setPromiscuous", rtap -> rtap.control().setPromiscuous(true));
        change("setAllMulticast", rtap -> rtap.control().setAllMulticast(true));
        change("setTxQueueLength", rtap -> rtap.control().setTxQueueLength(77));
        change("rename", rtap -> rtap.control().rename("faulty1"));
        change("addAddress", rtap -> rtap.control().addAddress(ADDRESS));
        change("addresses", rtap -> rtap.control().addresses());
        change("setNeighbour", rtap -> rtap.control().setNeighbour(InetAddress.getByName("10.49.0.2"), 2));
        change("moveTo", rtap -> rtap.moveTo(other.path()));
        calls.put("openQueue", ControlFaultsNetnsTest::openQueue);
        calls.put("watch", (rtap, sys) -> {
            LinkMonitor monitor = rtap.watch(event -> {});
            return monitor::close;
        });
        calls.put("serve", (rtap, sys) -> QueueServer.open(rtap, SOCKET, Set.of(0)));
        calls.put(
                "open",
                (rtap, sys) -> Rtap.open(
                        sys,
                        RtapConfig.named("faulty%d")
                                .withMtu(1400)
                                .withMacAddress(0x020000000002L)
                                .withOwner(1)
                                .withGroup(1)));
    }

    /** A queue pair, its descriptor for selectors, and a first look. */
    private static AutoCloseable openQueue(Rtap rtap, Syscalls sys) throws IOException {
        PacketPool pool = PacketPool.create(sys, 32, 2048);
        QueuePair pair = null;
        try {
            pair = rtap.openQueue(1, pool);
            pair.interrupt().channel().close();
            pair.interrupt().enable();
        } catch (IOException | RuntimeException e) {
            if (pair != null) {
                pair.close();
            }
            pool.close();
            throw e;
        }
        QueuePair opened = pair;
        return () -> {
            opened.close();
            pool.close();
        };
    }

    @ParameterizedTest
    @EnumSource(names = {"NAPI_MULTISHOT", "PLAIN_ONE_SHOT"})
    void changeNothingWhenTheyFail(TapProfile profile) throws Exception {
        list();
        FaultySyscalls faulty = new FaultySyscalls(Syscalls.libc());
        Syscalls sys = profile.syscalls(faulty);
        List<String> failures = new ArrayList<>();
        other = NetworkNamespace.create(Syscalls.libc());
        Resources before = Resources.now();
        for (Map.Entry<String, Call> call : calls.entrySet()) {
            for (int errno : profile.napi ? WITH_NAPI : WITHOUT_NAPI) {
                failAtEveryStep(call, errno, faulty, sys, profile, failures);
            }
        }
        assertThat(Resources.now()).isEqualTo(before);
        assertThat(failures).hasSizeGreaterThan(4 * calls.size());
        other.close();
    }

    private static void failAtEveryStep(
            Map.Entry<String, Call> call,
            int errno,
            FaultySyscalls faulty,
            Syscalls sys,
            TapProfile profile,
            List<String> failures)
            throws Exception {
        // Preferred only, a ring that is forbidden would be done without, and the call would work.
        RtapConfig config = profile.config().withRingSize(16).withQueues(2).withRingPolicy(RingPolicy.REQUIRE);
        for (int step = 1; ; ) {
            faulty.failAt(0, 0);
            try (Rtap rtap = Rtap.open(sys, config)) {
                rtap.link();
                State before = State.of(rtap);
                // A call that has worked in spite of the fault may have changed it: then the next steps need a new one.
                for (boolean unchanged = true; unchanged; ) {
                    String what = call.getKey() + ", step " + step;
                    faulty.failAt(step++, errno);
                    boolean failed = fails(call.getValue(), rtap, faulty, sys, errno, what);
                    if (faulty.failed().isEmpty()) {
                        return;
                    }
                    faulty.failAt(0, 0);
                    State after = State.of(rtap);
                    if (failed) {
                        failures.add(what);
                        assertThat(after).as(what).isEqualTo(before);
                    }
                    unchanged = after.equals(before);
                }
            }
        }
    }

    /** All that a control call may change. */
    private record State(Link link, List<IpPrefix> addresses, int queues, Resources resources) {

        static State of(Rtap rtap) throws IOException {
            return new State(rtap.link(), rtap.control().addresses(), rtap.queues(), Resources.now());
        }
    }

    private static boolean fails(Call call, Rtap rtap, FaultySyscalls faulty, Syscalls sys, int errno, String what)
            throws Exception {
        try {
            AutoCloseable opened = call.make(rtap, sys);
            faulty.spare();
            opened.close();
            return false;
        } catch (IOException | UncheckedIOException e) {
            assertThat(e).as(what).hasMessageContaining(Errno.name(errno) + ": ");
            return true;
        }
    }
}
