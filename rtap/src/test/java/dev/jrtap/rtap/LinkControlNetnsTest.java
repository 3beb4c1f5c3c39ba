// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.address.IpPrefix;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.KernelRelease;
import dev.jrtap.netlink.Links;
import dev.jrtap.netlink.NetlinkException;
import dev.jrtap.netlink.RouteSocket;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TunOffload;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is set here is what others see, and what others set is what is read here. */
@Timeout(60)
class LinkControlNetnsTest {

    private static final KernelRelease LIVE_RENAMES = new KernelRelease(6, 2, 0);

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void othersSeeWhatIsSet(TapProfile profile) throws IOException {
        try (Rtap rtap = Rtap.open(profile.syscalls(), profile.config().withQueues(2))) {
            String name = rtap.name();
            LinkControl control = rtap.control();
            control.setMtu(4000);
            control.setMacAddress(0x02aabbccddeeL);
            control.setTxQueueLength(321);
            control.setPromiscuous(true);
            control.setAllMulticast(true);
            rtap.up();

            String link = Shell.run("ip", "-d", "-j", "link", "show", name);
            assertThat(link)
                    .contains("\"mtu\":4000,", "\"address\":\"02:aa:bb:cc:dd:ee\"", "\"txqlen\":321,")
                    .contains("\"PROMISC\"", "\"ALLMULTI\"", "\"UP\"")
                    .contains("\"info_kind\":\"tun\"", "\"type\":\"tap\"", "\"multi_queue\":true", "\"vnet_hdr\":true")
                    .contains("\"persist\":false");
            int flags = Integer.decode(Shell.sysfs(name, "tun_flags"));
            // IFF_TAP, IFF_NO_PI, IFF_VNET_HDR, IFF_MULTI_QUEUE, and IFF_NAPI or not.
            assertThat(flags & 0xff0f | flags & 0x10).isEqualTo(0x5102 | (profile.napi ? 0x10 : 0));
            assertThat(Shell.run("ethtool", "-i", name)).contains("driver: tun", "bus-info: tap");
            // The driver has no counters of its own: those of the interface are all there are.
            assertThatThrownBy(() -> Shell.run("ethtool", "-S", name)).hasMessageContaining("no stats available");
        }
    }

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void othersSeeWhatIsLeftUndone(TapProfile profile) throws IOException {
        try (Rtap rtap = Rtap.open(profile.syscalls(), profile.config())) {
            assertThat(Shell.run("ethtool", "-k", rtap.name()))
                    .contains("tx-checksumming: off", "tx-tcp-segmentation: off", "tx-tcp6-segmentation: off");
        }
        RtapConfig config = profile.config().withOffloads(TunOffload.CHECKSUM, TunOffload.TSO);
        try (Rtap rtap = Rtap.open(profile.syscalls(), config)) {
            assertThat(Shell.run("ethtool", "-k", rtap.name()))
                    .contains("tx-checksumming: on", "tx-tcp-segmentation: on", "tx-tcp6-segmentation: on")
                    .contains("tx-tcp-ecn-segmentation: off");
        }
    }

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void seesWhatOthersSet(TapProfile profile) throws IOException {
        try (Rtap rtap = Rtap.open(profile.syscalls(), profile.config())) {
            Shell.run("ip", "link", "set", rtap.name(), "mtu", "3000", "address", "02:00:00:00:00:07", "up");
            assertThat(rtap.link().mtu()).isEqualTo(3000);
            assertThat(rtap.link().macAddress()).isEqualTo(0x020000000007L);
            assertThat(rtap.link().isUp()).isTrue();
            // In two steps: before Linux 6.2 an interface that is up cannot be renamed, and ip renames first.
            Shell.run("ip", "link", "set", rtap.name(), "down");
            Shell.run("ip", "link", "set", rtap.name(), "name", "renamed0");
            assertThat(rtap.link().name()).isEqualTo("renamed0");
            assertThat(rtap.link().isUp()).isFalse();
            // It is found by its index, whatever it is called.
            rtap.control().setMtu(2000);
            rtap.configure(2, 2);
            try (PacketPool pool = PacketPool.forMtu(64, 2000);
                    QueuePair pair = rtap.openQueue(1, pool)) {
                assertThat(pair.isOpen()).isTrue();
            }
            assertThat(Shell.run("ip", "-j", "link", "show", "renamed0")).contains("\"mtu\":2000,");
            rtap.control().rename("renamed1");
            assertThat(rtap.link().name()).isEqualTo("renamed1");
            Shell.run("ip", "link", "delete", "renamed1");
            assertThatThrownBy(rtap::link)
                    .isInstanceOf(NetlinkException.class)
                    .hasMessageContaining("ENODEV")
                    .hasMessageContaining("no such interface");
        }
    }

    /** The kernel says in its own words what is wrong, and nothing has changed. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void renamesWhileItIsUpOrSaysWhatToDo(TapProfile profile) throws IOException {
        try (Rtap rtap = Rtap.open(profile.syscalls(), profile.config())) {
            rtap.up();
            if (KernelRelease.running().isAtLeast(LIVE_RENAMES)) {
                rtap.control().rename("renamed2");
            } else {
                assertThatThrownBy(() -> rtap.control().rename("renamed2"))
                        .isInstanceOf(NetlinkException.class)
                        .hasMessageStartingWith("EBUSY: RTM_NEWLINK(")
                        .hasMessageEndingWith("take it down first");
                rtap.down();
                rtap.control().rename("renamed2");
            }
            assertThat(rtap.link().name()).isEqualTo("renamed2");
        }
    }

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void refusalsHaveTheKernelsWords(TapProfile profile) throws IOException {
        try (Rtap rtap = Rtap.open(profile.syscalls(), profile.config())) {
            assertThatThrownBy(() -> rtap.control().setMtu(70_000))
                    .isInstanceOf(NetlinkException.class)
                    .hasMessage("EINVAL: RTM_NEWLINK(ifindex=" + rtap.ifIndex()
                            + ", mtu=70000): mtu greater than device maximum")
                    .extracting(e -> ((NetlinkException) e).errno())
                    .isEqualTo(Errno.EINVAL);
            assertThatThrownBy(() -> rtap.control().setMacAddress(0x010000000000L))
                    .isInstanceOf(NetlinkException.class)
                    .hasMessageContaining("address=01:00:00:00:00:00");
            assertThatThrownBy(() -> rtap.control().rename("lo"))
                    .isInstanceOf(NetlinkException.class)
                    .hasMessageContaining("EEXIST");
            assertThatThrownBy(() -> rtap.control().removeAddress(IpPrefix.parse("10.99.0.1/24")))
                    .isInstanceOf(NetlinkException.class)
                    .hasMessageContaining("EADDRNOTAVAIL");
            assertThat(rtap.link().mtu()).isEqualTo(1500);
            assertThat(rtap.link().macAddress()).isEqualTo(rtap.macAddress());
            assertThat(rtap.link().name()).isEqualTo(rtap.name());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"NAPI_ONE_SHOT", "PLAIN_POLL"})
    void aDeviceIsFoundByItsAlternativeNames(TapProfile profile) throws IOException {
        try (Rtap rtap = Rtap.open(profile.syscalls(), profile.config())) {
            String longest = "n".repeat(127);
            rtap.control().addAlternativeName(longest);
            rtap.control().addAlternativeName("office-uplink");
            assertThat(rtap.control().alternativeNames()).containsExactlyInAnyOrder(longest, "office-uplink");
            assertThat(Shell.run("ip", "link", "show", "dev", longest)).contains(rtap.name() + ":");
            try (RouteSocket socket = RouteSocket.open()) {
                Links links = new Links(socket);
                for (String name : new String[] {longest, "office-uplink"}) {
                    assertThat(links.get(name).name()).isEqualTo(rtap.name());
                    assertThat(links.tunSettings(name)).isEqualTo(links.tunSettings(rtap.name()));
                }
            }
            assertThatThrownBy(() -> rtap.control().addAlternativeName(longest))
                    .isInstanceOfSatisfying(
                            NetlinkException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EEXIST));
            rtap.control().removeAlternativeName(longest);
            assertThat(rtap.control().alternativeNames()).containsExactly("office-uplink");
            for (String wrong : new String[] {"", "n".repeat(128), "a\0b"}) {
                assertThatThrownBy(() -> rtap.control().addAlternativeName(wrong))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("1..127 bytes");
            }
        }
    }

    /** Two devices on a bridge: what one sends the other receives. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void portsOfABridgeReachEachOther(TapProfile profile) throws IOException {
        try {
            Shell.run("ip", "link", "add", "bridge1", "type", "bridge");
            Feature.require("bridge", true, "");
        } catch (IOException e) {
            Feature.require("bridge", false, e.getMessage());
        }
        try (TapLink left = new TapLink(profile);
                TapLink right = new TapLink(profile)) {
            left.rtap.control().setMaster("bridge1");
            right.rtap.control().setMaster("bridge1");
            Shell.run("ip", "link", "set", "bridge1", "type", "bridge", "forward_delay", "0");
            Shell.run("ip", "link", "set", "bridge1", "up");
            assertThat(left.rtap.link().masterIndex()).isPositive();
            left.send(Frames.experimental(100));
            assertThat(right.receive(100)).isEqualTo(Frames.experimental(100));
            left.rtap.control().clearMaster();
            assertThat(left.rtap.link().masterIndex()).isZero();
        } finally {
            Shell.run("ip", "link", "delete", "bridge1");
        }
    }

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void withoutACarrierNothingIsSentToTheDevice(TapProfile profile) throws IOException {
        try (TapLink link = new TapLink(profile);
                Wire wire = Wire.injecting(link.rtap.ifIndex())) {
            assertThat(link.rtap.link().hasCarrier()).isTrue();
            link.rtap.setCarrier(false);
            awaitUp(link, false);
            assertThat(link.rtap.link().hasCarrier()).isFalse();
            assertThat(link.rtap.link().isAdministrativelyUp()).isTrue();
            assertThat(wire.tryInject(Frames.experimental(60))).isEqualTo(-Errno.ENOBUFS);
            assertThat(link.rtap.statistics().missed()).isEqualTo(1);
            link.rtap.setCarrier(true);
            awaitUp(link, true);
            link.wire.inject(Frames.experimental(100));
            assertThat(link.receive()).isEqualTo(Frames.experimental(100));
        }
    }

    /** The kernel says so some time after the carrier has changed: no more than once a second. */
    private static void awaitUp(TapLink link, boolean isUp) throws IOException {
        long end = System.nanoTime() + 10_000_000_000L;
        while (link.rtap.link().isUp() != isUp && System.nanoTime() < end) {
            LockSupport.parkNanos(1_000_000);
        }
        assertThat(link.rtap.link().isUp()).isEqualTo(isUp);
    }

    /** The largest MTU that the slots of an open queue hold, and one byte more. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void theLargestMtuOfAnOpenQueueIsExact(TapProfile profile) throws IOException {
        Syscalls sys = profile.syscalls();
        try (Rtap rtap = Rtap.open(sys, profile.config().withMtu(1000));
                PacketPool pool = PacketPool.create(sys, 64, 2048)) {
            QueuePair pair = rtap.openQueue(0, pool);
            int most = pool.frameCapacity() - 18;
            rtap.control().setMtu(most);
            assertThatThrownBy(() -> rtap.control().setMtu(most + 1)).isInstanceOf(IllegalArgumentException.class);
            assertThat(rtap.link().mtu()).isEqualTo(most);
            pair.close();
            rtap.control().setMtu(most + 1);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = TapProfile.class,
            mode = EnumSource.Mode.EXCLUDE,
            // Whose packets never wait in the kernel's queue.
            names = {"NAPI_MAPPED", "PLAIN_MAPPED"})
    void theQueueLengthIsThatOfOpenQueues(TapProfile profile) throws IOException {
        try (TapLink port = new TapLink(profile);
                Wire wire = Wire.injecting(port.rtap.ifIndex())) {
            for (int length : new int[] {5, 1, 0}) {
                port.rtap.control().setTxQueueLength(length);
                for (int i = 0; i < 50; i++) {
                    wire.tryInject(Frames.experimental(60));
                }
                int received = 0;
                while (port.queue.rx().await(TapLink.SECOND / 50)) {
                    received += port.queue.rx().receive(port.burst);
                    port.burst.release();
                }
                assertThat(received).isEqualTo(length);
            }
            assertThatThrownBy(() -> port.rtap.control().setTxQueueLength(Integer.MAX_VALUE))
                    .satisfiesAnyOf(
                            refused -> assertThat(refused).hasMessageContaining("no memory for such queues"),
                            // Before Linux 6.13 it is already more than the attribute may be.
                            refused -> assertThat(refused).hasMessageContaining("ERANGE"));
        }
    }

    /** The original's queues keep their small buffers when the MTU grows, and cut frames. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void mtuIsCheckedAgainstTheSlotsOfOpenQueues(TapProfile profile) throws IOException {
        try (TapLink port = new TapLink(profile)) {
            assertThatThrownBy(() -> port.rtap.control().setMtu(9000))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("queue pair 0: ")
                    .hasMessageContaining("an MTU of 9000 needs 9018")
                    .hasMessageContaining("open it again");
            assertThat(port.rtap.link().mtu()).isEqualTo(1500);
            port.queue.close();
            port.rtap.control().setMtu(9000);
            if (profile.mode != RxMode.MULTISHOT) {
                assertThat(port.rtap.openQueue(0, port.pool).frameCapacity()).isGreaterThanOrEqualTo(9018);
            }
        }
    }
}
