// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.syscall.Errno;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** An answer that is cut off, or has a byte changed, is read as something else or refused by an IOException. */
class HostileAnswersTest {

    /** Bytes that change a sign, a length or a type. */
    private static final int[] BORDERS = {0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 32, 64, 127, 128, 255};

    @Test
    void readsWhatIsWhole() throws IOException {
        Object read = AnswersFuzz.ask(socket -> new Links(socket).get(1), Answers.link(1500));
        assertThat(read).isEqualTo(new Link(1, "rtap0", 1500, 0, 0, 0, 0x020000000009L, 0, 0));

        TunSettings tun = (TunSettings) AnswersFuzz.ask(socket -> new Links(socket).tunSettings(1), Answers.link(1500));
        assertThat(tun.owner()).hasValue(7);
        assertThat(tun.packetInformation()).isTrue();

        assertThatThrownBy(() -> AnswersFuzz.ask(socket -> new Links(socket).get(1), Answers.refusal(Errno.EBUSY)))
                .isInstanceOf(NetlinkException.class)
                .hasMessageContainingAll("EBUSY", "it is in use");
    }

    @Test
    void refusesWhatIsCutOff() {
        byte[] link = Answers.link(1500);
        for (int length = 0; length < link.length; length++) {
            byte[] cut = Arrays.copyOf(link, length);
            assertThatThrownBy(() -> AnswersFuzz.ask(socket -> new Links(socket).get(1), cut))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("RTM_GETLINK(ifindex=1)");
        }
    }

    @Test
    void readsOrRefusesWhateverByteIsChanged() {
        for (byte[] answer : new byte[][] {Answers.link(1500), Answers.refusal(Errno.EBUSY)}) {
            for (int at = 0; at < answer.length; at++) {
                for (int value : BORDERS) {
                    byte[] changed = answer.clone();
                    changed[at] = (byte) value;
                    AnswersFuzz.fuzzerTestOneInput(changed);
                }
            }
        }
    }
}
