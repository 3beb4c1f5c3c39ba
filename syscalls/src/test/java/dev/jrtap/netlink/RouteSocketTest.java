// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.address.IpPrefix;
import dev.jrtap.bindings.Netlink;
import dev.jrtap.bindings.Nlmsghdr;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a conversation makes of answers that are late, changing or wrong. */
@Timeout(30)
class RouteSocketTest {

    private final FakeKernel kernel = new FakeKernel();

    private Links links() throws IOException {
        return new Links(RouteSocket.open(kernel.syscalls()));
    }

    @Test
    void passesOverTheAnswerToAnOlderRequest() throws IOException {
        kernel.receivesStale(0, Answers.refusal(Errno.EBUSY))
                .receivesStale(0, Answers.link(9000))
                .receives(0, Answers.link(1500));

        assertThat(links().get(1).mtu()).isEqualTo(1500);
    }

    @Test
    void passesOverTheListOfAnOlderRequest() throws IOException {
        kernel.receivesStale(0, Answers.link(9000))
                .receivesStale(0, Answers.done())
                .receives(0, Answers.link(1500))
                .receivesStale(0, Answers.refusal(Errno.EBUSY))
                .receives(0, Answers.done());

        assertThat(links().list()).extracting(Link::mtu).containsExactly(1500);
    }

    /** The flag may be on any part, the end of the list included. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void asksAgainForAListThatHasChangedWhileItWasRead(boolean atTheEnd) throws IOException {
        kernel.receives(0, atTheEnd ? Answers.link(9000) : interrupted(Answers.link(9000)))
                .receives(0, atTheEnd ? interrupted(Answers.done()) : Answers.done())
                .receives(0, Answers.link(1500))
                .receives(0, Answers.done());

        assertThat(links().list()).extracting(Link::mtu).containsExactly(1500);
    }

    @Test
    void givesUpAListThatNeverStopsChanging() throws IOException {
        for (int i = 0; i < 100; i++) {
            kernel.receives(0, interrupted(Answers.done()));
        }
        Links links = links();

        assertThatThrownBy(links::list)
                .isInstanceOf(IOException.class)
                .hasMessage("RTM_GETLINK, all: the list has changed each of the 16 times it was read");
    }

    private static byte[] interrupted(byte[] message) {
        return Answers.with(message, Nlmsghdr.NLMSG_FLAGS, Netlink.NLM_F_MULTI | Netlink.NLM_F_DUMP_INTR);
    }

    /** Longer than what has come, shorter than a header, and negative. */
    @ParameterizedTest
    @ValueSource(ints = {0, 15, 4096, 40_000, -4, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void refusesALengthThatIsNotTrue(int length) throws IOException {
        byte[] lying = Answers.with(Answers.link(1500), Nlmsghdr.NLMSG_LEN, length);
        String message = "a message of " + length + " bytes in an answer of " + lying.length;
        kernel.receives(0, lying).receives(0, lying);
        Links links = links();

        assertThatThrownBy(() -> links.get(1)).isInstanceOf(IOException.class).hasMessageEndingWith(message);
        assertThatThrownBy(links::list).isInstanceOf(IOException.class).hasMessageEndingWith(message);
    }

    /** Linux refuses a second equal address by itself, as it has no other use for one: what counts is what is asked. */
    @Test
    void asksToAddOnlyWhatIsNotThereYet() throws IOException {
        kernel.receives(0, Answers.refusal(0)).receives(0, Answers.refusal(0));
        RouteSocket socket = RouteSocket.open(kernel.syscalls());
        int exclusively = Netlink.NLM_F_CREATE | Netlink.NLM_F_EXCL;

        new Addresses(socket).add(1, IpPrefix.parse("192.0.2.1/24"));
        assertThat(kernel.flags(0) & (exclusively | Netlink.NLM_F_REPLACE)).isEqualTo(exclusively);

        new Routes(socket).add(1, IpPrefix.parse("192.0.2.0/24"));
        assertThat(kernel.flags(0) & (exclusively | Netlink.NLM_F_REPLACE)).isEqualTo(exclusively);
    }

    @Test
    void aRefusalIsAnErrnoException() throws IOException {
        kernel.receives(0, Answers.refusal(Errno.EBUSY));
        Links links = links();

        assertThatThrownBy(() -> links.up(1)).isInstanceOfSatisfying(ErrnoException.class, refusal -> {
            assertThat(refusal.errnoName()).isEqualTo("EBUSY");
            assertThat(refusal.call()).isEqualTo("RTM_NEWLINK(ifindex=1, up)");
            assertThat(refusal.hint()).isEqualTo("it is in use");
            assertThat(refusal).hasMessage("EBUSY: RTM_NEWLINK(ifindex=1, up): it is in use");
        });
    }
}
