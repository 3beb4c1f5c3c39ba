// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.address.IpPrefix;
import dev.jrtap.fixtures.TunDevice;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TapQueue;
import dev.jrtap.tuntap.TapRequest;
import dev.jrtap.tuntap.TunMode;
import java.io.IOException;
import java.net.InetAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is there already is not added again, nor silently replaced: NLM_F_EXCL. */
@Timeout(60)
class ExistingKernelTest {

    private static final Syscalls SYS = Syscalls.libc();

    private TapQueue queue;
    private RouteSocket socket;
    private int ifIndex;

    @BeforeEach
    void makesADevice() throws IOException {
        TunDevice.require();
        queue = TapQueue.open(SYS, new TapRequest("excl%d", TunMode.TAP, false));
        socket = RouteSocket.open(SYS);
        Links links = new Links(socket);
        ifIndex = links.get(queue.name()).ifIndex();
        links.up(ifIndex);
    }

    @AfterEach
    void takesItAway() {
        if (queue != null) {
            socket.close();
            queue.close();
        }
    }

    @Test
    void anAddressIsAddedOnce() throws IOException {
        for (String text : new String[] {"192.0.2.1/24", "2001:db8::1/64"}) {
            IpPrefix address = IpPrefix.parse(text);
            Addresses addresses = new Addresses(socket);
            addresses.add(ifIndex, address);

            assertThatThrownBy(() -> addresses.add(ifIndex, address))
                    .isInstanceOf(NetlinkException.class)
                    .hasMessageContainingAll("EEXIST: RTM_NEWADDR(", text);
            assertThat(addresses.list(ifIndex)).contains(address);
        }
    }

    /** Without the flag the second one would go before the first, and take its packets. */
    @Test
    void aRouteIsAddedOnceAndNoOtherWayToTheSamePlace() throws IOException {
        Addresses addresses = new Addresses(socket);
        for (String[] of : new String[][] {
            {"192.0.2.1/24", "198.51.100.0/24", "192.0.2.9"},
            {"2001:db8::1/64", "2001:db8:1::/64", "2001:db8::9"}
        }) {
            IpPrefix destination = IpPrefix.parse(of[1]);
            InetAddress gateway = InetAddress.getByName(of[2]);
            Routes routes = new Routes(socket);
            addresses.add(ifIndex, IpPrefix.parse(of[0]));
            routes.add(ifIndex, destination);

            assertThatThrownBy(() -> routes.add(ifIndex, destination))
                    .isInstanceOf(NetlinkException.class)
                    .hasMessageContainingAll("EEXIST: RTM_NEWROUTE(", of[1]);
            assertThatThrownBy(() -> routes.add(ifIndex, destination, gateway))
                    .isInstanceOf(NetlinkException.class)
                    .hasMessageContainingAll("EEXIST: RTM_NEWROUTE(", of[1]);
        }
    }
}
