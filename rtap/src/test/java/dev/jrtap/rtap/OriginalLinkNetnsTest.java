// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.EachOf;
import dev.jrtap.netlink.Link;
import dev.jrtap.netlink.LinkEvent;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;

/** Cases of the original driver's unit tests, by their names: the link. */
@Timeout(60)
class OriginalLinkNetnsTest {

    /** 2. The link is what {@code ip} says. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void linkStatus(TapProfile profile) throws IOException {
        try (Rtap rtap = Rtap.open(profile.syscalls(), profile.config())) {
            Link link = rtap.link();
            assertThat(link.name()).isEqualTo(rtap.name());
            assertThat(link.isUp()).isFalse();
            assertThat(Shell.run("ip", "-j", "link", "show", rtap.name()))
                    .contains(
                            "\"ifindex\":" + link.ifIndex() + ",",
                            "\"mtu\":" + link.mtu() + ",",
                            "\"operstate\":\"DOWN\"");
        }
    }

    /** 3. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void linkUpDown(TapProfile profile) throws IOException {
        try (TapLink port = new TapLink(profile)) {
            String name = port.rtap.name();
            long mac = port.rtap.link().macAddress();
            port.rtap.down();
            assertThat(port.rtap.link().isUp()).isFalse();
            assertThat(port.rtap.link().name()).isEqualTo(name);
            assertThat(port.rtap.link().macAddress()).isEqualTo(mac);
            port.rtap.up();
            assertThat(port.rtap.link().isUp()).isTrue();
            // The original's queues are closed by stop, and its start does not open them again.
            try (Wire wire = Wire.open(port.rtap.ifIndex())) {
                for (int i = 0; i < 1000; i++) {
                    wire.inject(Frames.experimental(60));
                    assertThat(port.receive()).isEqualTo(Frames.experimental(60));
                }
            }
        }
    }

    /** 7. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void promiscuous(TapProfile profile) throws IOException {
        try (Rtap rtap = Rtap.open(profile.syscalls(), profile.config())) {
            rtap.control().setPromiscuous(true);
            assertThat(rtap.link().isPromiscuous()).isTrue();
            assertThat(Shell.run("ip", "-j", "link", "show", rtap.name())).contains("\"PROMISC\"");
            rtap.control().setPromiscuous(false);
            assertThat(rtap.link().isPromiscuous()).isFalse();
        }
    }

    /** 8. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void allmulticast(TapProfile profile) throws IOException {
        try (Rtap rtap = Rtap.open(profile.syscalls(), profile.config())) {
            rtap.control().setAllMulticast(true);
            assertThat(rtap.link().isAllMulticast()).isTrue();
            assertThat(Shell.run("ip", "-j", "link", "show", rtap.name())).contains("\"ALLMULTI\"");
            rtap.control().setAllMulticast(false);
            assertThat(rtap.link().isAllMulticast()).isFalse();
        }
    }

    /** 9. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void macAddress(TapProfile profile) throws IOException {
        try (Rtap rtap = Rtap.open(profile.syscalls(), profile.config())) {
            assertThat(rtap.macAddress() >> 40 & 3)
                    .as("locally administered, unicast")
                    .isEqualTo(2);
            rtap.control().setMacAddress(0x001122334455L);
            assertThat(rtap.link().macAddress()).isEqualTo(0x001122334455L);
            assertThat(Shell.run("ip", "-j", "link", "show", rtap.name())).contains("\"00:11:22:33:44:55\"");
        }
    }

    /** 10. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void mtu(TapProfile profile) throws IOException {
        try (Rtap rtap = Rtap.open(profile.syscalls(), profile.config())) {
            rtap.control().setMtu(9000);
            assertThat(rtap.link().mtu()).isEqualTo(9000);
            assertThat(Shell.run("ip", "-j", "link", "show", rtap.name())).contains("\"mtu\":9000,");
            rtap.control().setMtu(1500);
            assertThat(rtap.link().mtu()).isEqualTo(1500);
        }
    }

    /** 21. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void lscInterrupt(TapProfile profile) throws Exception {
        BlockingQueue<LinkEvent> events = new LinkedBlockingQueue<>();
        try (TapLink port = new TapLink(profile)) {
            port.rtap.watch(events::add);
            port.rtap.down();
            assertThat(next(events).kind()).isEqualTo(LinkEvent.Kind.DOWN);
            port.rtap.up();
            LinkEvent up = next(events);
            assertThat(up.kind()).isEqualTo(LinkEvent.Kind.UP);
            assertThat(up.now().isUp()).isTrue();
            assertThat(up.before().isUp()).isFalse();
        }
        assertThat(events).isEmpty();
    }

    private static LinkEvent next(BlockingQueue<LinkEvent> events) throws InterruptedException {
        LinkEvent event = events.poll(10, TimeUnit.SECONDS);
        assertThat(event).as("an event within ten seconds").isNotNull();
        return event;
    }
}
