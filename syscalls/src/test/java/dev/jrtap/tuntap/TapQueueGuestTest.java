// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.tuntap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Guest;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Messages for users who may not open a TAP device. */
@Timeout(120)
class TapQueueGuestTest {

    private static final String NOBODY = "setpriv --reuid 65534 --regid 65534 --clear-groups ";
    private static final Path NODE = Path.of("/dev/net/tun");
    private static final String OPEN = "open(/dev/net/tun, O_RDWR|O_NONBLOCK|O_CLOEXEC): ";

    @BeforeEach
    void needsAGuest() {
        Guest.require();
    }

    /** Returns the line that {@code script} prints while only root may open the node. */
    private static String open(String script) throws Exception {
        return open("rw-------", script);
    }

    private static String openForAll(String script) throws Exception {
        return open("rw-rw-rw-", script);
    }

    private static String open(String mode, String script) throws Exception {
        List<String> lines = Guest.run(script, Guest.mode(NODE, mode));
        assertThat(lines).hasSize(1);
        return lines.get(0);
    }

    @Test
    void aUserMayNotOpenTheNode() throws Exception {
        assertThat(open(NOBODY + "$PROBE tap=tap%d"))
                .startsWith("EACCES: " + OPEN + "this user may not open /dev/net/tun")
                .contains("chmod 666 /dev/net/tun");
    }

    @Test
    void rootOfAUserNamespaceMayNotOpenTheNode() throws Exception {
        assertThat(open(NOBODY + "unshare -Urn $PROBE tap=tap%d"))
                .startsWith("EACCES: " + OPEN + "root of this container or user namespace may not open /dev/net/tun");
    }

    @Test
    void aUserMayOpenTheNodeAndNotMakeADevice() throws Exception {
        assertThat(openForAll(NOBODY + "$PROBE tap=tap%d"))
                .startsWith("EPERM: ioctl(")
                .contains("TUNSETIFF, name=tap%d", "CAP_NET_ADMIN is needed", "unshare -Urn");
    }

    @Test
    void aUserNamespaceAloneIsNotEnough() throws Exception {
        assertThat(openForAll(NOBODY + "unshare -Ur $PROBE tap=tap%d"))
                .startsWith("EPERM: ioctl(")
                .contains("TUNSETIFF", "CAP_NET_ADMIN is needed in this network namespace");
    }

    @Test
    void aUserAndANetworkNamespaceAreEnough() throws Exception {
        assertThat(openForAll(NOBODY + "unshare -Urn $PROBE tap=tap%d")).isEqualTo("works");
    }

    @Test
    void rootNeedsTheCapability() throws Exception {
        assertThat(open("setpriv --bounding-set=-net_admin --inh-caps=-net_admin $PROBE tap=tap%d"))
                .startsWith("EPERM: ioctl(")
                .contains("TUNSETIFF", "CAP_NET_ADMIN is needed");
    }

    @Test
    void aDeviceOfAnotherUserIsRefused() throws Exception {
        assertThat(openForAll("ip tuntap add dev other0 mode tap multi_queue vnet_hdr user 1; " + NOBODY
                        + "$PROBE tap=other0; ip link delete other0"))
                .startsWith("EPERM: ioctl(")
                .contains("TUNSETIFF, name=other0", "attach to a persistent device that was made for this user");
    }

    @Test
    void aDeviceOfTheUserCanBeHadWithoutPrivilege() throws Exception {
        assertThat(openForAll("ip tuntap add dev mine0 mode tap multi_queue vnet_hdr user 65534; " + NOBODY
                        + "$PROBE tap=mine0; ip link delete mine0"))
                .isEqualTo("works");
    }

    @Test
    void thereIsNoNode() throws Exception {
        assertThat(open("unshare -m sh -euc 'mount -t tmpfs none /dev/net; $PROBE tap=tap%d'"))
                .startsWith("ENOENT: " + OPEN + "there is no /dev/net/tun: load the driver with `modprobe tun`")
                .contains("--device /dev/net/tun");
    }

    @Test
    void theNodeIsWhereNoDevicesMayBe() throws Exception {
        assertThat(open("unshare -m sh -euc 'mount -t tmpfs -o nodev none /dev/net;"
                        + " mknod -m 666 /dev/net/tun c 10 200; $PROBE tap=tap%d'"))
                .startsWith("EACCES: " + OPEN)
                .contains("nodev");
    }

    @Test
    void theDriverIsNotLoaded() throws Exception {
        Feature.require("tun as a module", !System.getenv("TUN").isEmpty(), "the driver is built in");
        // The node goes with the driver and comes with it: between, another one is made.
        assertThat(Guest.run("\"$BUSYBOX\" rmmod tun; mkdir -p /dev/net; mknod /dev/net/tun c 10 200;"
                        + " $PROBE tap=tap%d; rm -r /dev/net; \"$BUSYBOX\" insmod \"$TUN\""))
                .singleElement()
                .asString()
                .startsWith("ENODEV: " + OPEN + "the tun driver is not loaded: `modprobe tun`");
    }
}
