// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.fixtures.Uring;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.VnetHeader;
import dev.jrtap.uring.Operations;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Packets on their way to a ring, with /dev/null for a device: old kernels leave the writes to a pipe to workers. */
@Timeout(30)
class RingSenderKernelTest {

    private static final int DEPTH = 8;
    private static final int LENGTH = 60;

    /** As where a polling thread of the kernel has not given up the entries of writes that it has completed. */
    @Test
    void packetsThatFindTheRingFullAreWrittenOnceAndInOrder() throws Exception {
        Uring.require();
        try (Fd nothing = Fd.open("/dev/null", Fcntl.O_WRONLY);
                PacketPool pool = PacketPool.create(Syscalls.libc(), 2 * DEPTH, 2048)) {
            RingDriver driver = RingDriver.open(
                    Syscalls.libc(),
                    nothing.fd(),
                    "queue",
                    pool,
                    RtapConfig.named("none%d").withRingSize(DEPTH));
            List<Integer> written = new ArrayList<>();
            Sender sender = driver.sender(
                    (packet, result) -> {
                        assertThat(result).isEqualTo(VnetHeader.LENGTH + LENGTH);
                        written.add(packet);
                    },
                    pool);
            assertThat(driver.own()).isTrue();
            Burst burst = new Burst(pool, DEPTH);
            List<Integer> sent = new ArrayList<>();
            for (int i = 0; i < DEPTH; i++) {
                assertThat(burst.add()).isTrue();
                burst.length(i, LENGTH);
                sent.add(burst.head(i));
                assertThat(sender.write(burst.head(i))).isTrue();
            }
            for (Operations entry = claim(driver); entry != null; entry = claim(driver)) {
                entry.nop();
            }

            driver.enter();
            driver.reap();
            driver.enter();
            driver.reap();

            assertThat(written).isEqualTo(sent);
            driver.close();
            burst.release();
        }
    }

    private static Operations claim(RingDriver driver) {
        return driver.ownRing().submission().claim();
    }
}
