// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.IfTun;
import dev.jrtap.bindings.IfTunIoctls;
import dev.jrtap.bindings.Ifreq;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.memory.Memory;
import dev.jrtap.netlink.Links;
import dev.jrtap.netlink.RouteSocket;
import dev.jrtap.netlink.TunSettings;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.SockAddr;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TapQueue;
import dev.jrtap.tuntap.TapRequest;
import dev.jrtap.tuntap.TunMode;
import dev.jrtap.tuntap.TunOffload;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;
import jnr.posix.POSIXFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Nobody's device is touched unasked. */
@Timeout(120)
class OpeningNetnsTest {

    private static final Syscalls SYS = Syscalls.libc();

    private static TunSettings settings(String name) throws Exception {
        try (RouteSocket route = RouteSocket.open(SYS)) {
            return new Links(route).tunSettings(name);
        }
    }

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void aNameThatAnotherHasOpenIsRefused(TapProfile profile) throws Exception {
        Syscalls sys = profile.syscalls();
        try (Rtap first = Rtap.open(sys, profile.config().withMtu(1400))) {
            RtapConfig second = RtapConfig.named(first.name()).withMtu(1300);
            TunSettings before = settings(first.name());
            assertThatThrownBy(() -> Rtap.open(sys, second))
                    .isInstanceOf(ErrnoException.class)
                    .hasMessageContaining("EBUSY: open(" + first.name() + ")")
                    .hasMessageContaining("process " + ProcessHandle.current().pid())
                    .hasMessageContaining("withSharing()");
            assertThat(first.link().mtu()).isEqualTo(1400);
            assertThat(settings(first.name())).isEqualTo(before);
            try (Rtap shared = Rtap.open(sys, second.withSharing())) {
                assertThat(first.link().mtu()).isEqualTo(1300);
                assertThat(shared.ifIndex()).isEqualTo(first.ifIndex());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.jrtap.rtap.TapProfile#shareable")
    void aPersistentDeviceThatNobodyHasIsTaken(TapProfile profile) throws Exception {
        Syscalls sys = profile.syscalls();
        String name;
        try (Rtap made = Rtap.open(sys, profile.config().withPersistence())) {
            name = made.name();
            assertThatThrownBy(() -> Rtap.open(sys, RtapConfig.named(name).withExclusiveCreation()))
                    .isInstanceOf(ErrnoException.class)
                    .hasMessageContaining("EBUSY");
        }
        assertThatThrownBy(() -> Rtap.open(sys, RtapConfig.named(name).withExclusiveCreation()))
                .isInstanceOf(ErrnoException.class)
                .hasMessageContaining("exclusive");
        try (Rtap again = Rtap.open(sys, RtapConfig.named(name).withExistingDevice())) {
            again.setPersistent(false);
        }
        assertThatThrownBy(() -> Rtap.open(sys, RtapConfig.named(name).withExistingDevice()))
                .isInstanceOf(ErrnoException.class)
                .hasMessageContaining("ENODEV: open(" + name + ", existing)");
        assertThatThrownBy(() -> Rtap.open(sys, RtapConfig.named("none%d").withExistingDevice()))
                .isInstanceOf(ErrnoException.class);
        Rtap.open(sys, RtapConfig.named(name).withExclusiveCreation()).close();
    }

    @ParameterizedTest
    @MethodSource("dev.jrtap.rtap.TapProfile#shareable")
    void whatAPreviousOwnerAllowedIsNotLeftBehind(TapProfile profile) throws Exception {
        Syscalls sys = profile.syscalls();
        Shell.require("ethtool");
        String name;
        try (Rtap made = Rtap.open(sys, profile.config().withPersistence().withOffloads(TunOffload.values()))) {
            name = made.name();
            assertThat(Shell.run("ethtool", "-k", name)).contains("tcp-segmentation-offload: on");
        }
        assertThat(Shell.run("ethtool", "-k", name)).contains("tcp-segmentation-offload: off");
        try (Rtap again = Rtap.open(sys, RtapConfig.named(name))) {
            again.setPersistent(false);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.jrtap.rtap.TapProfile#shareable")
    void offloadsStayWhereAnotherHasTheDevice(TapProfile profile) throws Exception {
        Syscalls sys = profile.syscalls();
        Shell.require("ethtool");
        try (Rtap first =
                Rtap.open(sys, profile.config().withPersistence().withOffloads(TunOffload.CHECKSUM, TunOffload.TSO))) {
            first.setPersistent(true);
            RtapConfig second = RtapConfig.named(first.name()).withSharing();
            Rtap.open(sys, second).close();
            assertThat(Shell.run("ethtool", "-k", first.name())).contains("tcp-segmentation-offload: on");
            // Nor are they the second one's alone if it has asked for the same.
            Rtap.open(sys, second.withOffloads(TunOffload.CHECKSUM, TunOffload.TSO))
                    .close();
            assertThat(Shell.run("ethtool", "-k", first.name())).contains("tcp-segmentation-offload: on");
            first.setPersistent(false);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.jrtap.rtap.TapProfile#shareable")
    void aBorrowerChangesNothingOfThePrimary(TapProfile profile) throws Exception {
        Syscalls sys = profile.syscalls();
        SockAddr address = SockAddr.ofUnixAbstract("jrtap-borrower");
        Set<Integer> us = Set.of(POSIXFactory.getNativePOSIX().geteuid());
        try (Rtap primary = Rtap.open(
                        sys, profile.config().withQueues(2).withOffloads(TunOffload.CHECKSUM, TunOffload.TSO));
                QueueServer server = QueueServer.open(primary, address, us)) {
            assertThat(server.toString()).doesNotContain("closed");
            String before = Shell.run("ip", "-d", "link", "show", primary.name());
            RtapConfig own = RtapConfig.named("x")
                    .withRxMode(profile.mode)
                    .withRingSize(16)
                    .withDeferredFlush();
            for (RtapConfig other : new RtapConfig[] {
                own.withMtu(1300),
                own.withMacAddress(0x020000000077L),
                own.withPersistence(),
                own.withOffloads(TunOffload.CHECKSUM),
                own.withOwner(1),
                own.withGroup(1),
                own.withQueues(2),
                own.withMode(TunMode.TUN),
                own.withoutNapi(),
                own.withSharing(),
                own.withThreadPerDirection(),
                own.withKernelPolling(1)
            }) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> SharedQueue.borrow(sys, address, 1, other))
                        .withMessageContaining("only withRingSize, withRxMode");
            }
            try (SharedQueue borrowed = SharedQueue.borrow(sys, address, 1, own)) {
                // It knows what can arrive, and makes room for it.
                assertThat(borrowed.device().offloads()).isEqualTo(primary.offloads());
                assertThat(primary.link()).isEqualTo(borrowed.device().link());
            }
            assertThat(Shell.run("ip", "-d", "link", "show", primary.name()).replaceAll("num[a-z]* \\d+", ""))
                    .isEqualTo(before.replaceAll("num[a-z]* \\d+", ""));
            assertThat(Shell.run("ethtool", "-k", primary.name())).contains("tcp-segmentation-offload: on");
        }
    }

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void aDescriptorWithPacketInformationIsNotAdopted(TapProfile profile) throws Exception {
        Syscalls sys = profile.syscalls();
        int number = attached(sys, "pi%d", IfTun.IFF_TAP | IfTun.IFF_VNET_HDR);
        assertThatThrownBy(() -> Rtap.adopt(sys, number, profile.config()))
                .isInstanceOf(ErrnoException.class)
                .hasMessageContaining("packet information")
                .hasMessageContaining("IFF_NO_PI");
    }

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void aLongerVnetHeaderIsNeitherAdoptedNorChanged(TapProfile profile) throws Exception {
        Syscalls sys = profile.syscalls();
        int flags = IfTun.IFF_TAP | IfTun.IFF_VNET_HDR | IfTun.IFF_NO_PI | IfTun.IFF_MULTI_QUEUE;
        try (Fd other = Fd.own(sys, attached(sys, "long0", flags))) {
            ByteBuffer length = word(12);
            assertThat(IfTunIoctls.tunsetvnethdrsz(sys, other.fd(), length, 0)).isZero();
            int second = attached(sys, "long0", flags);
            assertThatThrownBy(() -> Rtap.adopt(sys, second, profile.config()))
                    .isInstanceOf(ErrnoException.class)
                    .hasMessageContaining("12 bytes");
            assertThatThrownBy(() -> Rtap.open(sys, RtapConfig.named("long0").withSharing()))
                    .isInstanceOf(ErrnoException.class)
                    .hasMessageContaining("12 bytes");
            length.putInt(0, 0);
            assertThat(IfTunIoctls.tungetvnethdrsz(sys, other.fd(), length, 0)).isZero();
            assertThat(length.getInt(0)).isEqualTo(12);
        }
    }

    private static ByteBuffer word(int value) {
        return ByteBuffer.allocateDirect(Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(0, value);
    }

    /** Somebody else makes it longer while it is open: the next queue is refused, and not shifted. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void aQueueWhoseFramesWouldBeShiftedIsRefused(TapProfile profile) throws Exception {
        Syscalls sys = profile.syscalls();
        try (PacketPool pool = PacketPool.create(sys, 64, 2048);
                Rtap rtap = Rtap.open(sys, profile.config());
                TapQueue other = TapQueue.open(sys, new TapRequest(rtap.name(), TunMode.TAP, rtap.hasNapi()));
                Fd lengthened = Fd.own(sys, sys.fcntl(other.fd(), Fcntl.F_DUPFD_CLOEXEC, 0))) {
            assertThat(IfTunIoctls.tunsetvnethdrsz(sys, lengthened.fd(), word(12), 0))
                    .isZero();
            assertThatThrownBy(() -> rtap.openQueue(0, pool))
                    .isInstanceOf(ErrnoException.class)
                    .hasMessageContaining("12 bytes");
        }
    }

    /** Attaching would set the flags for all: frames of the other would be shifted by our vnet header. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void aDeviceOfOtherFramesIsNotShared(TapProfile profile) throws Exception {
        Syscalls sys = profile.syscalls();
        int flags = IfTun.IFF_TAP | IfTun.IFF_NO_PI | IfTun.IFF_MULTI_QUEUE;
        try (Fd other = Fd.own(sys, attached(sys, "bare0", flags))) {
            assertThat(other.fd()).isPositive();
            assertThatThrownBy(() -> Rtap.open(sys, RtapConfig.named("bare0").withSharing()))
                    .isInstanceOf(ErrnoException.class)
                    .hasMessageContaining("IFF_VNET_HDR");
            assertThat(settings("bare0").vnetHeader()).isFalse();
        }
    }

    private static int attached(Syscalls sys, String name, int flags) {
        Memory path = Memory.ofString("/dev/net/tun");
        int number = sys.open(path.address(), Fcntl.O_RDWR | Fcntl.O_CLOEXEC, 0);
        path.keepAlive();
        assertThat(number).isPositive();
        ByteBuffer ifreq = ByteBuffer.allocateDirect(Ifreq.SIZEOF);
        Ifreq.ifrNameString(ifreq, 0, name);
        Ifreq.ifrFlags(ifreq, 0, flags);
        assertThat(IfTunIoctls.tunsetiff(sys, number, ifreq, 0)).isZero();
        return number;
    }
}
