// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindings.IfLink;
import dev.jrtap.bindings.Ifinfomsg;
import dev.jrtap.bindings.Netlink;
import dev.jrtap.bindings.Nlmsgerr;
import dev.jrtap.bindings.Rtnetlink;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** An answer that is cut off, or has a byte changed, is read as something else or refused by an IOException. */
class HostileAnswersTest {

    private static byte[] link() {
        Message tun =
                new Message("", 0, 0, 0).attribute(IfLink.IFLA_TUN_OWNER, 7).attribute(IfLink.IFLA_TUN_PI, 1);
        byte[] data = Arrays.copyOfRange(bytes(tun), 16, tun.length());
        Message info = new Message("", 0, 0, 0).attribute(IfLink.IFLA_INFO_KIND, "tun");
        byte[] kind = bytes(info.attribute(IfLink.IFLA_INFO_DATA, data));
        return bytes(new Message("", Rtnetlink.RTM_NEWLINK, 0, Ifinfomsg.SIZEOF)
                .body32(Ifinfomsg.IFI_INDEX, 1)
                .attribute(IfLink.IFLA_IFNAME, "rtap0")
                .attribute(IfLink.IFLA_MTU, 1500)
                .attribute(IfLink.IFLA_ADDRESS, new byte[] {2, 0, 0, 0, 0, 9})
                .attribute(IfLink.IFLA_LINKINFO, Arrays.copyOfRange(kind, 16, kind.length)));
    }

    private static byte[] refusal() {
        return bytes(new Message("", Netlink.NLMSG_ERROR, 0, Nlmsgerr.SIZEOF)
                .body32(Nlmsgerr.ERROR, -Errno.EBUSY)
                .attribute(Netlink.NLMSGERR_ATTR_MSG, "it is in use"));
    }

    private static byte[] bytes(Message message) {
        Memory memory = message.finish(1);
        byte[] bytes = new byte[message.length()];
        memory.getBytes(0, bytes, 0, bytes.length);
        return bytes;
    }

    @Test
    void readsWhatIsWhole() throws IOException {
        Object read = AnswersFuzz.ask(socket -> new Links(socket).get(1), link());
        assertThat(read).isEqualTo(new Link(1, "rtap0", 1500, 0, 0, 0, 0x020000000009L, 0));

        TunSettings tun = (TunSettings) AnswersFuzz.ask(socket -> new Links(socket).tunSettings(1), link());
        assertThat(tun.owner()).hasValue(7);
        assertThat(tun.packetInformation()).isTrue();

        assertThatThrownBy(() -> AnswersFuzz.ask(socket -> new Links(socket).get(1), refusal()))
                .isInstanceOf(NetlinkException.class)
                .hasMessageContainingAll("EBUSY", "it is in use");
    }

    @Test
    void refusesWhatIsCutOff() {
        byte[] link = link();
        for (int length = 0; length < link.length; length++) {
            byte[] cut = Arrays.copyOf(link, length);
            assertThatThrownBy(() -> AnswersFuzz.ask(socket -> new Links(socket).get(1), cut))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("RTM_GETLINK(ifindex=1)");
        }
    }

    @Test
    void readsOrRefusesWhateverByteIsChanged() {
        for (byte[] answer : new byte[][] {link(), refusal()}) {
            for (int at = 0; at < answer.length; at++) {
                for (int value = 0; value < 256; value++) {
                    byte[] changed = answer.clone();
                    changed[at] = (byte) value;
                    AnswersFuzz.fuzzerTestOneInput(changed);
                }
            }
        }
    }
}
