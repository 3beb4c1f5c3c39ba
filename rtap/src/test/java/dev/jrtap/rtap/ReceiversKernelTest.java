// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.fixtures.Uring;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.EventFd;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.uring.Operation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What receivers do at completions that a kernel gives seldom, or an old one alone; without a device. */
class ReceiversKernelTest {

    private static final int SLOTS = 64;

    private EventFd file;
    private PacketPool pool;
    private RingDriver driver;
    private Chains chains;
    private final RxCounts counts = new RxCounts(new FrameCounts(true), () -> {});

    @BeforeEach
    void open() throws Exception {
        Uring.require();
        file = EventFd.open();
        pool = PacketPool.create(Syscalls.libc(), SLOTS, 2048);
        driver = RingDriver.open(Syscalls.libc(), file.fd(), "queue", pool, RtapConfig.named("none%d"));
        chains = new Chains(new PacketsInFlight(pool), 1514);
    }

    @AfterEach
    void nothingIsMissing() {
        // JUnit calls this even where io_uring is missing.
        if (driver == null) {
            return;
        }
        driver.close();
        assertThat(pool.available()).isEqualTo(SLOTS);
        pool.close();
        file.close();
    }

    @Test
    void aMultishotReadThatIsOverIsCountedAndOneThatGoesOnIsNot() throws Exception {
        Uring.require(Operation.READ_MULTISHOT);
        MultishotReceiver receiver = new MultishotReceiver(driver, chains, counts, (packet, result) -> true, 8);
        receiver.onRead(0, -Errno.EAGAIN, IoUring.IORING_CQE_F_MORE);
        assertThat(counts.get(RxCounter.REARMS)).isZero();
        receiver.onRead(0, -Errno.ENOBUFS, 0);
        receiver.onRead(0, -Errno.ECANCELED, 0);
        assertThat(counts.get(RxCounter.REARMS)).isEqualTo(2);
    }

    @Test
    void aReadThatMustNotWaitAndIsRefusedReturnsItsSlot() {
        OneShotReceiver receiver = new OneShotReceiver(driver, chains, counts, (packet, result) -> true, 8);
        receiver.onRead(chains.take(), -Errno.EOPNOTSUPP, 0);
        assertThat(pool.available()).isEqualTo(SLOTS);
    }
}
