// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.syscall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.memory.Memory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import jnr.constants.platform.AddressFamily;
import org.junit.jupiter.api.Test;

class SockAddrTest {

    @Test
    void laysOutIpv4() throws Exception {
        SockAddr address = SockAddr.of(new InetSocketAddress(InetAddress.getByName("192.0.2.7"), 8080));

        assertThat(address.length()).isEqualTo(16);
        assertThat(address.memory().getU16(0)).isEqualTo(AddressFamily.AF_INET.intValue());
        assertThat(address.memory().getU16Be(2)).isEqualTo(8080);
        assertThat(address.memory().getI32Be(4)).isEqualTo(0xc0000207);
        assertThat(address.ipv4()).isEqualTo(0xc0000207);
        assertThat(address.host()).isEqualTo(InetAddress.getByName("192.0.2.7"));
        assertThat(address).hasToString("192.0.2.7:8080");
    }

    @Test
    void laysOutIpv6() throws Exception {
        InetAddress host = InetAddress.getByName("2001:db8::1");
        SockAddr address = SockAddr.of(new InetSocketAddress(host, 65535));

        assertThat(address.length()).isEqualTo(28);
        assertThat(address.memory().getU16(0)).isEqualTo(AddressFamily.AF_INET6.intValue());
        assertThat(address.memory().getI64Be(8)).isEqualTo(0x20010db800000000L);
        assertThat(address.memory().getI64Be(16)).isEqualTo(1);
        assertThat(address.port()).isEqualTo(65535);
        assertThat(address.host()).isEqualTo(host);
        assertThatThrownBy(address::ipv4).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void keepsTheScopeOfALinkLocalAddress() throws Exception {
        InetAddress host = InetAddress.getByName("fe80::1%1");
        SockAddr address = SockAddr.of(new InetSocketAddress(host, 1));

        assertThat(address.memory().getI32(24)).isEqualTo(1);
        assertThat(((java.net.Inet6Address) address.host()).getScopeId()).isEqualTo(1);
    }

    @Test
    void namesUnixSockets() {
        SockAddr path = SockAddr.ofUnixPath("/run/ä.sock");
        assertThat(path.length()).isEqualTo(2 + 12 + 1);
        assertThat(path.path()).isEqualTo("/run/ä.sock");
        assertThat(path.isAbstract()).isFalse();
        assertThat(path).hasToString("unix:/run/ä.sock");

        SockAddr hidden = SockAddr.ofUnixAbstract("a\0b");
        assertThat(hidden.length()).isEqualTo(2 + 1 + 3);
        assertThat(hidden.path()).isEqualTo("a\0b");
        assertThat(hidden.isAbstract()).isTrue();
        assertThatThrownBy(hidden::port).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void refusesWhatIsNoAddress() {
        assertThatThrownBy(() -> SockAddr.ofUnixPath("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SockAddr.ofUnixPath("x".repeat(108)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("107");
        assertThatThrownBy(() -> SockAddr.ofUnixPath("a\0b")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SockAddr.of(InetSocketAddress.createUnresolved("host.invalid", 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("resolve");
        SockAddr address = SockAddr.empty();
        assertThatThrownBy(() -> address.setIpv4(1, 65536)).isInstanceOf(IllegalArgumentException.class);
        assertThat(address.family()).isZero();
        assertThat(address).hasToString("no address");
    }

    @Test
    void takesOverTheBytesOfAnother() {
        SockAddr address = SockAddr.ofUnixPath("/a/long/path");
        Memory message = Memory.allocate(32);
        SockAddr from = SockAddr.empty();
        from.setIpv4(0x7f000001, 53);
        message.copy(8, from.memory(), 0, from.length());
        address.set(message, 8, from.length());

        assertThat(address).hasToString("127.0.0.1:53");
    }
}
