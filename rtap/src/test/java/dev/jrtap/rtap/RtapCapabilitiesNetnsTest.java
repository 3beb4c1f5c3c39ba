// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Resources;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TunMode;
import dev.jrtap.tuntap.TunOffload;
import dev.jrtap.uring.Capabilities;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is promised before a device is opened is what the device then has; and asking leaves nothing behind. */
@Timeout(60)
class RtapCapabilitiesNetnsTest {

    private static Set<RxMode> withoutRings(Syscalls sys) {
        return Capabilities.probe(sys).isAvailable()
                ? EnumSet.of(RxMode.AUTO, RxMode.POLL, RxMode.ONE_SHOT)
                : EnumSet.of(RxMode.AUTO, RxMode.POLL);
    }

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void areWhatADeviceHas(TapProfile profile) throws Exception {
        Syscalls sys = profile.syscalls();
        RtapCapabilities.probe(sys, TunMode.TAP);
        Resources before = Resources.now();
        for (TunMode mode : TunMode.values()) {
            RtapCapabilities can = RtapCapabilities.probe(sys, mode);
            Resources.assertNothingSince(before);
            assertThat(can.napi()).isEqualTo(profile.napi);
            assertThat(can.rxModes()).containsAll(withoutRings(sys));
            assertThat(can.rxModes().contains(RxMode.MULTISHOT)).isEqualTo(profile.mode == RxMode.MULTISHOT);
            assertThat(can.rxModes().contains(RxMode.MAPPED)).isEqualTo(canMap(sys));
            RtapConfig config = profile.config().withMode(mode).withOffloads(TunOffload.values());
            try (Rtap rtap = Rtap.open(sys, config.withMtu(can.limits().maxMtu()))) {
                RtapInfo info = rtap.info();
                assertThat(info.offloads()).isEqualTo(can.offloads());
                assertThat(info.limits()).isEqualTo(can.limits());
                assertThat(info.tunFeatures()).isEqualTo(can.tunFeatures());
                assertThat(info.toString())
                        .contains(
                                "longest frame  " + can.limits().longestFrame() + " bytes",
                                "slots of 128",
                                "up to 256");
            }
        }
    }

    private static boolean canMap(Syscalls sys) throws Exception {
        try (Rtap rtap = Rtap.open(sys, RtapConfig.named("rtap%d").withRxMode(RxMode.MAPPED))) {
            return rtap.info().notMapped().isEmpty();
        }
    }

    /** A pool of the smallest slots receives the longest frame, and one byte less is no slot. */
    @ParameterizedTest
    @EnumSource(
            value = TapProfile.class,
            names = {"NAPI_ONE_SHOT", "PLAIN_POLL"})
    void theSmallestSlotReceives(TapProfile profile) throws Exception {
        Syscalls sys = profile.syscalls();
        RtapLimits limits = RtapCapabilities.probe(sys, TunMode.TAP).limits();
        PacketPool pool = PacketPool.create(sys, 1024, limits.minSlotSize());
        try (TapLink link = new TapLink(sys, profile.config(), pool)) {
            link.wire.inject(Frames.experimental(1514));
            assertThat(link.receive()).isEqualTo(Frames.experimental(1514));
        }
    }
}
