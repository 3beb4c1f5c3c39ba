// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.address.IpPrefix;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.KernelRelease;
import dev.jrtap.fixtures.Resources;
import dev.jrtap.netlink.Link;
import dev.jrtap.netlink.LinkEvent;
import dev.jrtap.netlink.Links;
import dev.jrtap.netlink.NetlinkException;
import dev.jrtap.netlink.RouteSocket;
import dev.jrtap.syscall.NetworkNamespace;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * Devices in another network namespace than the test's. The original's control calls all fail once its device has
 * moved.
 */
@Timeout(60)
class NamespaceNetnsTest {

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void makesADeviceInAnotherNamespace(TapProfile profile) throws Exception {
        Syscalls sys = profile.syscalls();
        Resources before = Resources.now();
        try (NetworkNamespace other = NetworkNamespace.create(sys)) {
            RtapConfig config = profile.config().withRingSize(32).withNamespace(other.path());
            try (PacketPool pool = PacketPool.forMtu(128, 1500);
                    Rtap rtap = Rtap.open(sys, config)) {
                assertThat(rtap.openQueue(0, pool).isOpen()).isTrue();
                rtap.up();
                rtap.control().addAddress(IpPrefix.parse("10.48.0.1/24"));
                assertThat(rtap.link().isUp()).isTrue();
                assertThat(names(sys, other)).contains(rtap.name());
                assertThat(Resources.now().interfaces()).isLessThanOrEqualTo(before.interfaces());
                receives(other, rtap);
            }
            assertThat(names(sys, other)).containsOnly("lo");
        }
        Resources.assertNothingSince(before);
    }

    private static void receives(NetworkNamespace namespace, Rtap rtap) throws IOException {
        QueuePair pair = rtap.queuePairs().open().get(0);
        try (Wire wire = namespace.call(() -> Wire.open(rtap.ifIndex()))) {
            wire.inject(Frames.experimental(60));
            assertThat(pair.rx().await(5_000_000_000L)).isTrue();
        }
    }

    private static List<String> names(Syscalls sys, NetworkNamespace namespace) throws IOException {
        return namespace.call(() -> {
            try (RouteSocket route = RouteSocket.open(sys)) {
                return new Links(route).list().stream().map(Link::name).toList();
            }
        });
    }

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void movesWithItsOpenQueues(TapProfile profile) throws Exception {
        Syscalls sys = profile.syscalls();
        Resources before = Resources.now();
        try (NetworkNamespace other = NetworkNamespace.create(sys);
                PacketPool pool = PacketPool.forMtu(128, 1500);
                Rtap rtap = Rtap.open(sys, profile.config().withRingSize(32).withQueues(2))) {
            QueuePair pair = rtap.openQueue(0, pool);
            BlockingQueue<LinkEvent> events = new LinkedBlockingQueue<>();
            rtap.watch(events::add);
            rtap.moveTo(other.path());
            assertThat(events.poll(10, TimeUnit.SECONDS).kind()).isEqualTo(LinkEvent.Kind.REMOVED);
            assertThat(names(sys, other)).contains(rtap.name());
            rtap.up();
            assertThat(rtap.link().isUp()).isTrue();
            receives(other, rtap);
            // One more queue is opened where the device is, and not where the caller is.
            rtap.openQueue(1, pool).close();
            assertThat(pair.isOpen()).isTrue();
            rtap.watch(events::add);
            rtap.down();
            assertThat(events.poll(10, TimeUnit.SECONDS).kind()).isEqualTo(LinkEvent.Kind.DOWN);
        }
        Resources.assertNothingSince(before);
    }

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void followsADeviceThatSomebodyElseMoves(TapProfile profile) throws Exception {
        Syscalls sys = profile.syscalls();
        try (NetworkNamespace other = NetworkNamespace.create(sys);
                Rtap rtap = Rtap.open(sys, profile.config())) {
            try (RouteSocket route = RouteSocket.open(sys)) {
                new Links(route).moveTo(rtap.ifIndex(), other.fd());
            }
            rtap.up();
            assertThat(rtap.link().isUp()).isTrue();
            assertThat(rtap.statistics().missed()).isNotNegative();
            rtap.down();
            rtap.control().rename("followed0");
            assertThat(names(sys, other)).contains("followed0");
            assertThat(rtap.link().name()).isEqualTo("followed0");
        }
    }

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void staysWhereItIsWhenItCannotMove(TapProfile profile) throws Exception {
        Syscalls sys = profile.syscalls();
        Resources before = Resources.now();
        try (NetworkNamespace other = NetworkNamespace.create(sys);
                Rtap rtap = Rtap.open(sys, RtapConfig.named("taken0"));
                Rtap inTheWay = Rtap.open(sys, RtapConfig.named("taken0").withNamespace(other.path()))) {
            String taken = KernelRelease.running().major() > 5 ? "EEXIST" : "EEXIST|EINVAL";
            assertThatThrownBy(() -> rtap.moveTo(other.path()))
                    .isInstanceOf(NetlinkException.class)
                    .hasMessageMatching("(?s)(" + taken + "): .*");
            assertThatThrownBy(() -> rtap.moveTo(Path.of("/proc/self/status"))).isInstanceOf(IOException.class);
            rtap.up();
            assertThat(rtap.link().isUp()).isTrue();
            assertThat(inTheWay.link().isUp()).isFalse();
        }
        Resources.assertNothingSince(before);
    }
}
