// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.jrtap.address.IpAddress;
import dev.jrtap.address.IpPrefix;
import dev.jrtap.tuntap.TunMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every number and name is checked where it enters. */
class RtapConfigTest {

    private static final RtapConfig TAP = RtapConfig.named("tap%d");
    private static final RtapConfig TUN = TAP.withMode(TunMode.TUN);

    @ParameterizedTest
    @ValueSource(ints = {0, 68, 1500, 65521})
    void takesTheMtusOfATap(int mtu) {
        assertThat(TAP.withMtu(mtu).mtu()).isEqualTo(mtu);
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 1, 67, 65522, 65535, 65536, Integer.MAX_VALUE})
    void refusesOtherMtusOfATap(int mtu) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TAP.withMtu(mtu))
                .withMessage("the MTU of a TAP device must be in 68..65521 bytes: " + mtu);
    }

    @ParameterizedTest
    @ValueSource(ints = {68, 65522, 65535})
    void aTunHasLongerPackets(int mtu) {
        assertThat(TUN.withMtu(mtu).mtu()).isEqualTo(mtu);
    }

    @ParameterizedTest
    @ValueSource(ints = {67, 65536})
    void refusesOtherMtusOfATun(int mtu) {
        assertThatIllegalArgumentException().isThrownBy(() -> TUN.withMtu(mtu));
    }

    @Test
    void theModeDoesNotLeaveAnImpossibleMtu() {
        assertThatIllegalArgumentException().isThrownBy(() -> TUN.withMtu(65522).withMode(TunMode.TAP));
        assertThat(TUN.withMtu(65521).withMode(TunMode.TAP).mtu()).isEqualTo(65521);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 128})
    void takesQueues(int queues) {
        assertThat(TAP.withQueues(queues).queues()).isEqualTo(queues);
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 129, Integer.MAX_VALUE})
    void refusesOtherNumbersOfQueues(int queues) {
        assertThatIllegalArgumentException().isThrownBy(() -> TAP.withQueues(queues));
    }

    @Test
    void refusesAsManyToReceiveAsNotToSend() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TAP.withQueues(1, 2))
                .withMessageContaining("rx=1, tx=2");
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 16, 4096, 8192})
    void takesRingSizes(int size) {
        assertThat(TAP.withRingSize(size).ringSize()).isEqualTo(size);
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -8, 0, 1, 4, 7, 9, 8191, 16384, Integer.MAX_VALUE})
    void refusesOtherRingSizes(int size) {
        assertThatIllegalArgumentException().isThrownBy(() -> TAP.withRingSize(size));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 0x010000000001L, 0xffffffffffffL, 0x1_0200_0000_0001L, Long.MIN_VALUE})
    void refusesAMacThatNoStationHas(long mac) {
        assertThatIllegalArgumentException().isThrownBy(() -> TAP.withMacAddress(mac));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ok\0hidden", "sixteenchars1234", "a b", ".."})
    void refusesANameThatNoInterfaceHas(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> RtapConfig.named(name));
    }

    @Test
    void refusesIdsThatNobodyHas() {
        assertThatIllegalArgumentException().isThrownBy(() -> TAP.withOwner(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> TAP.withGroup(-1));
        // The largest one, read without a sign.
        assertThat(TAP.withOwner(-2).owner()).hasValue(-2);
    }

    @Test
    void refusesAnIdleTimeBelowZero() {
        assertThatIllegalArgumentException().isThrownBy(() -> TAP.withKernelPolling(-1));
        assertThat(TAP.withKernelPolling(0).options().path.pollIdleMillis()).isZero();
    }

    @Test
    void aPeerBelongsToTheAddressBeforeIt() {
        RtapConfig one = TUN.withAddress(IpPrefix.parse("192.0.2.1/32"));
        assertThat(one.withPeer(IpAddress.parse("192.0.2.2"))
                        .options()
                        .addressing
                        .addresses())
                .containsExactly(new Addressing.Address(IpPrefix.parse("192.0.2.1/32"), IpAddress.parse("192.0.2.2")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TUN.withPeer(IpAddress.parse("192.0.2.2")))
                .withMessageContaining("withAddress comes before");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> one.withPeer(IpAddress.parse("2001:db8::2")))
                .withMessageContaining("same family");
        // Nothing of this has changed what was there before.
        assertThat(TUN.options().addressing).isEqualTo(Addressing.NONE);
    }
}
