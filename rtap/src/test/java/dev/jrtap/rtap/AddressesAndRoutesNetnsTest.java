// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.address.IpPrefix;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Feature;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;

/** Addresses, routes and neighbors of a device, as ip(8) sees them. */
@Timeout(60)
class AddressesAndRoutesNetnsTest {

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void addressesRoutesAndNeighbors(TapProfile profile) throws IOException {
        try (Rtap rtap = Rtap.open(profile.syscalls(), profile.config())) {
            LinkControl control = rtap.control();
            rtap.up();
            IpPrefix address = IpPrefix.parse("10.45.0.1/24");
            control.addAddress(address);
            control.addRoute(IpPrefix.parse("10.46.0.0/16"));
            control.addRoute(IpPrefix.parse("10.47.0.0/16"), InetAddress.getByName("10.45.0.9"));
            control.setNeighbor(InetAddress.getByName("10.45.0.9"), 0x020000000009L);

            assertThat(control.addresses()).contains(address);
            assertThat(Shell.run("ip", "-j", "addr", "show", rtap.name()))
                    .contains("\"local\":\"10.45.0.1\",\"prefixlen\":24");
            assertThat(Shell.run("ip", "route"))
                    .contains("10.46.0.0/16 dev " + rtap.name(), "10.47.0.0/16 via 10.45.0.9 dev " + rtap.name());
            assertThat(Shell.run("ip", "neigh"))
                    .contains("10.45.0.9 dev " + rtap.name() + " lladdr 02:00:00:00:00:09 PERMANENT");

            control.removeNeighbor(InetAddress.getByName("10.45.0.9"));
            control.removeRoute(IpPrefix.parse("10.47.0.0/16"));
            control.removeRoute(IpPrefix.parse("10.46.0.0/16"));
            control.removeAddress(address);
            assertThat(Shell.run("ip", "route")).doesNotContain(rtap.name());
            assertThat(control.addresses()).doesNotContain(address);
        }
    }

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void addressesRoutesAndNeighborsOfIpv6(TapProfile profile) throws IOException {
        Feature.require("IPv6", Files.exists(Path.of("/proc/sys/net/ipv6")), "the kernel has none");
        try (Rtap rtap = Rtap.open(profile.syscalls(), profile.config())) {
            LinkControl control = rtap.control();
            rtap.up();
            IpPrefix address = IpPrefix.parse("2001:db8:45::1/64");
            control.addAddress(address);
            control.addRoute(IpPrefix.parse("2001:db8:46::/48"));
            control.setNeighbor(InetAddress.getByName("2001:db8:45::9"), 0x020000000009L);

            assertThat(control.addresses()).contains(address);
            assertThat(Shell.run("ip", "-j", "addr", "show", rtap.name()))
                    .contains("\"local\":\"2001:db8:45::1\",\"prefixlen\":64")
                    .doesNotContain("\"tentative\":true,\"local\":\"2001");
            assertThat(Shell.run("ip", "-6", "route")).contains("2001:db8:46::/48 dev " + rtap.name());
            assertThat(Shell.run("ip", "-6", "neigh")).contains("2001:db8:45::9 dev " + rtap.name());
            control.removeNeighbor(InetAddress.getByName("2001:db8:45::9"));
            control.removeRoute(IpPrefix.parse("2001:db8:46::/48"));
            control.removeAddress(address);
            assertThat(control.addresses()).doesNotContain(address);
        }
    }
}
