// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.net.FrameHeaders;
import dev.jrtap.net.InternetChecksum;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TunMode;
import java.util.BitSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Checksums that are completed here, for every sum that there is. */
class FinishedChecksumTest {

    /** To UDP a checksum of 0 means that there is none: it is written in its other form. */
    @ParameterizedTest
    @EnumSource(names = {"UDP4", "UDP6", "TCP4", "TUN_UDP4", "TUN_UDP6", "TUN_TCP6"})
    void everySumIsRightAndNeverZero(Frames.Kind kind) throws Exception {
        BitSet seen = new BitSet();
        PacketOffload offload = new PacketOffload(kind.mode);
        FrameHeaders headers = new FrameHeaders();
        try (PacketPool pool = PacketPool.create(Syscalls.libc(), 4, 2048)) {
            Burst burst = new Burst(pool, 1);
            for (int word = 0; word < 0x10000; word++) {
                Frames.add(burst, Frames.of(kind, 0, 0, new byte[] {(byte) (word >> 8), (byte) word}, 0), 2000);
                assertThat(offload.requestChecksum(burst, 0)).isTrue();
                assertThat(offload.finishChecksum(burst, 0)).isTrue();
                parse(headers, kind, burst);
                int sum = PacketOffload.sum(pool, burst.head(0), headers.transportOffset() - burst.offset(0));
                assertThat(InternetChecksum.add(sum, headers.pseudoHeaderSum())).isEqualTo(0xffff);
                seen.set(headers.checksum());
                burst.release();
            }
        }
        assertThat(seen.get(0)).isFalse();
        assertThat(seen.cardinality()).isEqualTo(0xffff);
    }

    private static void parse(FrameHeaders headers, Frames.Kind kind, Burst burst) {
        boolean parsed = kind.mode == TunMode.TAP
                ? headers.parseFrame(burst.memory(), burst.offset(0), burst.length(0))
                : headers.parsePacket(burst.memory(), burst.offset(0), burst.length(0));
        assertThat(parsed).isTrue();
    }
}
