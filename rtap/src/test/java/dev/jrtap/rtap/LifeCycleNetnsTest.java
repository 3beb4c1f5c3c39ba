// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.address.IpPrefix;
import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.IfTun;
import dev.jrtap.bindings.IfTunIoctls;
import dev.jrtap.bindings.Ifreq;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.RawFd;
import dev.jrtap.fixtures.Resources;
import dev.jrtap.fixtures.UserIds;
import dev.jrtap.netlink.Link;
import dev.jrtap.syscall.DelegatingSyscalls;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TunMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class LifeCycleNetnsTest {

    private static final long PATIENCE_NANOS = 5_000_000_000L;

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void aStoppedDeviceKeepsNameAddressAndQueues(TapProfile profile) throws IOException {
        try (TapLink port = new TapLink(profile)) {
            Link started = port.rtap.link();
            IpPrefix address = IpPrefix.parse("10.50.0.1/24");
            port.rtap.control().addAddress(address);
            port.rtap.down();
            assertThat(port.rtap.link())
                    .extracting(Link::ifIndex, Link::name, Link::macAddress, Link::mtu)
                    .containsExactly(started.ifIndex(), started.name(), started.macAddress(), started.mtu());
            assertThat(port.rtap.control().addresses()).contains(address);
            assertThat(port.queue.isOpen()).isTrue();
        }
    }

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void has128QueuePairsAndNotMore(TapProfile profile) throws IOException {
        Syscalls sys = profile.syscalls();
        Resources before = Resources.now();
        try (PacketPool pool = PacketPool.create(sys, 128 * 8, 2048);
                Rtap rtap = Rtap.open(sys, profile.config().withRingSize(8).withQueues(128))) {
            for (int i = 0; i < 128; i++) {
                rtap.openQueue(i, pool);
            }
            rtap.up();
            assertThat(rtap.info().openQueues()).isEqualTo(128);
            assertThatThrownBy(() -> rtap.openQueue(128, pool)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> rtap.configure(129, 129))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("1..128");
        }
        Resources.assertNothingSince(before);
    }

    /** Queues first, the descriptor that keeps the device alive last. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void closesInReverseOrder(TapProfile profile) throws IOException {
        List<Integer> tuns = new ArrayList<>();
        List<Integer> closed = new ArrayList<>();
        Syscalls recording = new DelegatingSyscalls(profile.syscalls()) {
            @Override
            public int open(long path, int flags, int mode) {
                int fd = super.open(path, flags, mode);
                tuns.add(fd);
                return fd;
            }

            @Override
            public int close(int fd) {
                closed.add(fd);
                return super.close(fd);
            }
        };
        TapLink port = new TapLink(recording, profile.config().withRingSize(16));
        closed.clear();
        port.close();
        assertThat(closed).hasSizeGreaterThan(3);
        // The memory of a pool that is mapped is that of a map, which is closed with the pool.
        int last = closed.size() - (profile.mode == RxMode.MAPPED ? 2 : 1);
        assertThat(closed.get(last)).isEqualTo(tuns.get(0));
    }

    @ParameterizedTest
    @MethodSource("dev.jrtap.rtap.TapProfile#shareable")
    void persistsUntilToldOtherwise(TapProfile profile) throws IOException {
        Syscalls sys = profile.syscalls();
        UserIds.requireOthers();
        Shell.require("ip");
        Resources before = Resources.now();
        RtapConfig config = profile.config();
        String name;
        int ifIndex;
        try (Rtap rtap = Rtap.open(sys, config.withPersistence().withOwner(1234).withGroup(5678))) {
            name = rtap.name();
            ifIndex = rtap.ifIndex();
            assertThat(Shell.run("ip", "-d", "link", "show", name)).contains("persist on", "user 1234", "group 5678");
        }
        assertThat(Resources.hasInterface(name)).isTrue();
        // The original's device keeps the flags it was made with: here it has those of its opener.
        try (Rtap again = Rtap.open(sys, RtapConfig.named(name).withoutNapi())) {
            assertThat(again.ifIndex()).isEqualTo(ifIndex);
            int flags = Integer.decode(Shell.sysfs(name, "tun_flags"));
            assertThat(flags & IfTun.IFF_NAPI).isZero();
            again.setPersistent(false);
        }
        Resources.assertNothingSince(before);
    }

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void carriesIpPacketsInTunMode(TapProfile profile) throws IOException {
        RtapConfig config = profile.config().withRingSize(32).withMode(TunMode.TUN);
        try (TapLink port = new TapLink(profile.syscalls(), config)) {
            port.rtap.control().addAddress(IpPrefix.parse("10.51.0.1/24"));
            assertThat(port.rtap.mode()).isEqualTo(TunMode.TUN);
            assertThat(port.rtap.macAddress()).isZero();
            assertThat(Shell.run("ip", "-d", "link", "show", port.rtap.name())).contains("tun type tun");
            byte[] packet = udp();
            port.wire.inject(packet);
            assertThat(port.queue.rx().await(PATIENCE_NANOS)).isTrue();
            port.queue.rx().receive(port.burst);
            byte[] received = new byte[port.burst.length(0)];
            port.burst.memory().getBytes(port.burst.offset(0), received, 0, received.length);
            assertThat(received).isEqualTo(packet);
            port.queue.tx().send(port.burst);
            assertThat(port.rtap.statistics().total().txPackets()).isEqualTo(1);
            assertThat(port.rtap.extendedStatistics())
                    .containsEntry("rx_q0_size_64_packets", 1L)
                    .containsEntry("rx_q0_unicast_packets", 0L);
        }
    }

    /** 10.51.0.1 to 10.51.0.2, port 9, no checksum: 32 bytes. */
    private static byte[] udp() {
        byte[] packet = new byte[32];
        packet[0] = 0x45;
        packet[3] = 32;
        packet[8] = 64;
        packet[9] = 17;
        System.arraycopy(new byte[] {10, 51, 0, 1, 10, 51, 0, 2}, 0, packet, 12, 8);
        packet[23] = 9;
        packet[25] = 12;
        return packet;
    }

    @ParameterizedTest
    @MethodSource("dev.jrtap.rtap.TapProfile#shareable")
    void adoptsADescriptorThatSomebodyElseOpened(TapProfile profile) throws IOException {
        Syscalls sys = profile.syscalls();
        Resources before = Resources.now();
        int descriptor = open(sys, "adopted0", IfTun.IFF_TAP | IfTun.IFF_NO_PI | IfTun.IFF_VNET_HDR);
        RtapConfig config = profile.config().withRingSize(32);
        try (PacketPool pool = PacketPool.forMtu(64, 1500);
                Rtap rtap = Rtap.adopt(sys, descriptor, config)) {
            assertThat(rtap.name()).isEqualTo("adopted0");
            assertThat(rtap.hasNapi()).isFalse();
            QueuePair pair = rtap.openQueue(0, pool);
            rtap.up();
            try (Wire wire = Wire.open(rtap.ifIndex())) {
                wire.inject(Frames.experimental(60));
                assertThat(pair.rx().await(PATIENCE_NANOS)).isTrue();
            }
        }
        Resources.assertNothingSince(before);
    }

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void refusesADescriptorThatDoesNotFit(TapProfile profile) throws IOException {
        Syscalls sys = profile.syscalls();
        Resources before = Resources.now();
        assertThatThrownBy(() -> Rtap.adopt(sys, open(sys, "adopted0", IfTun.IFF_TAP), profile.config()))
                .isInstanceOf(ErrnoException.class)
                .hasMessageContaining("without VNET_HDR");
        assertThatThrownBy(() -> Rtap.adopt(sys, sys.eventfd(0, 0), profile.config()))
                .isInstanceOf(ErrnoException.class)
                .hasMessageContaining("TUNGETIFF")
                .hasMessageContaining("not attached to a TUN or TAP device");
        Resources.assertNothingSince(before);
    }

    private static int open(Syscalls sys, String name, int flags) {
        int fd = RawFd.open("/dev/net/tun", Fcntl.O_RDWR | Fcntl.O_CLOEXEC);
        ByteBuffer ifreq = ByteBuffer.allocateDirect(Ifreq.SIZEOF);
        Ifreq.ifrNameString(ifreq, 0, name);
        Ifreq.ifrFlags(ifreq, 0, flags);
        assertThat(IfTunIoctls.tunsetiff(sys, fd, ifreq, 0)).isZero();
        return fd;
    }
}
