// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.address.IpAddress;
import dev.jrtap.address.IpPrefix;
import dev.jrtap.fixtures.TunDevice;
import dev.jrtap.netlink.NetlinkException;
import dev.jrtap.tuntap.TunMode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Addresses, peers and routes that a configuration names, as ip(8) sees them. */
class AddressingNetnsTest {

    private static final IpPrefix LOCAL = IpPrefix.parse("192.0.2.1/32");
    private static final IpPrefix LOCAL_6 = IpPrefix.parse("2001:db8::1/128");
    private static final IpPrefix ROUTE = IpPrefix.parse("198.51.100.0/24");
    private static final IpPrefix ROUTE_6 = IpPrefix.parse("2001:db8:1::/48");

    @BeforeEach
    void requireDevices() {
        TunDevice.require();
    }

    private static RtapConfig config(TunMode mode) {
        return RtapConfig.named("vpn%d")
                .withMode(mode)
                .withMtu(1400)
                .withAddress(LOCAL)
                .withPeer(IpAddress.parse("192.0.2.2"))
                .withAddress(LOCAL_6)
                .withPeer(IpAddress.parse("2001:db8::2"))
                .withRoute(ROUTE)
                .withRoute(ROUTE_6);
    }

    @ParameterizedTest
    @EnumSource(TunMode.class)
    void aDeviceComesUpWithAllThatItsConfigurationNames(TunMode mode) throws Exception {
        try (Rtap rtap = Rtap.open(config(mode))) {
            assertThat(Shell.run("ip", "address", "show", "dev", rtap.name()))
                    .contains("mtu 1400", "inet 192.0.2.1 peer 192.0.2.2/32", "inet6 2001:db8::1 peer 2001:db8::2/128");
            assertThat(rtap.control().addresses()).contains(LOCAL, LOCAL_6);
            rtap.up();
            rtap.up();
            assertRoutes(rtap);
            rtap.down();
            assertThat(Shell.run("ip", "route", "show", "dev", rtap.name())).isEmpty();
            rtap.up();
            assertRoutes(rtap);
        }
    }

    private static void assertRoutes(Rtap rtap) throws Exception {
        assertThat(Shell.run("ip", "route", "show", "dev", rtap.name())).contains("192.0.2.2", "198.51.100.0/24");
        assertThat(Shell.run("ip", "-6", "route", "show", "dev", rtap.name())).contains("2001:db8:1::/48");
    }

    @Test
    void anAddressThatIsThereStays() throws Exception {
        try (Rtap first = Rtap.open(config(TunMode.TUN).withPersistence())) {
            first.setPersistent(true);
        }
        try (Rtap again = Rtap.open(RtapConfig.named("vpn0")
                .withMode(TunMode.TUN)
                .withAddress(LOCAL)
                .withAddress(IpPrefix.parse("192.0.2.9/32")))) {
            again.setPersistent(false);
            assertThat(again.control().addresses()).contains(LOCAL, IpPrefix.parse("192.0.2.9/32"));
            again.control().removeAddress(LOCAL, IpAddress.parse("192.0.2.2"));
            assertThat(again.control().addresses()).doesNotContain(LOCAL);
        }
    }

    /** The second address cannot be: the first one goes again, from a device that stays. */
    @Test
    void whatIsAddedHalfWayIsRemoved() throws Exception {
        try (Rtap owner = Rtap.open(config(TunMode.TUN).withPersistence())) {
            owner.setPersistent(true);
        }
        RtapConfig impossible = RtapConfig.named("vpn0")
                .withMode(TunMode.TUN)
                .withAddress(IpPrefix.parse("203.0.113.1/32"))
                .withAddress(IpPrefix.parse("ff02::1/128"));
        assertThatThrownBy(() -> Rtap.open(impossible)).isInstanceOf(NetlinkException.class);
        try (Rtap again = Rtap.open(RtapConfig.named("vpn0").withMode(TunMode.TUN))) {
            again.setPersistent(false);
            assertThat(again.control().addresses()).contains(LOCAL).doesNotContain(IpPrefix.parse("203.0.113.1/32"));
        }
    }

    @Test
    void aDeviceWhoseRouteCannotBeStaysDown() throws Exception {
        RtapConfig config =
                RtapConfig.named("vpn%d").withMode(TunMode.TUN).withRoute(IpPrefix.parse("198.51.100.7/24"));
        try (Rtap rtap = Rtap.open(config)) {
            assertThatThrownBy(rtap::up).isInstanceOf(NetlinkException.class).hasMessageContaining("198.51.100.7/24");
            assertThat(rtap.link().isAdministrativelyUp()).isFalse();
        }
    }

    @Test
    void namesAndNumbersAreCheckedBeforeTheKernelIsAsked() throws Exception {
        try (Rtap rtap = Rtap.open(RtapConfig.named("loose%d"))) {
            LinkControl control = rtap.control();
            for (String name : new String[] {"", "x\0y", "a/b", "a b", "x".repeat(16), "x".repeat(600)}) {
                assertThatIllegalArgumentException().isThrownBy(() -> control.rename(name));
            }
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> control.setTxQueueLength(-1))
                    .withMessageContaining("-1");
            assertThatIllegalArgumentException().isThrownBy(() -> control.setMacAddress(0x1_0200_0000_0001L));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> control.setNeighbor(IpAddress.parse("192.0.2.7"), 1L << 48));
            assertThat(rtap.link().name()).isEqualTo(rtap.name());
        }
    }
}
